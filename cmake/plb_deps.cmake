# SPDX-License-Identifier: MPL-2.0
#
# Third-party libraries, each found once, as plb_dep_<name>. Which folder may link which one is in
# docs/architecture.md; deploy/install-deps installs them.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(plb_dep name module)
	pkg_check_modules(plb_pc_${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
	add_library(plb_dep_${name} ALIAS PkgConfig::plb_pc_${name})
endfunction()

plb_dep(avro avro-c>=1.11)
plb_dep(cmocka cmocka)
plb_dep(crypto libcrypto>=3.0)
plb_dep(curl libcurl>=7.88)
plb_dep(gnutls gnutls)
plb_dep(ical libical>=3.0)
plb_dep(jansson jansson)
plb_dep(jemalloc jemalloc)
plb_dep(microhttpd libmicrohttpd>=0.9.75)
plb_dep(rdkafka rdkafka>=2.0.2)
plb_dep(sqlite sqlite3)
plb_dep(ssl openssl>=3.0)
plb_dep(utf8proc libutf8proc)
plb_dep(yaml yaml-0.1)
