# SPDX-License-Identifier: MPL-2.0
#
# plb_options: what every target of ours is compiled and linked with.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# POSITION_INDEPENDENT_CODE alone gives -fPIE; the linker's -pie comes only after this check.
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)

add_library(plb_options INTERFACE)
target_include_directories(plb_options INTERFACE "${CMAKE_SOURCE_DIR}/include")
target_compile_definitions(plb_options INTERFACE _GNU_SOURCE)
target_compile_options(plb_options INTERFACE
	-Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	-Wvla -Wformat=2 -Wundef -Wpointer-arith -Wdangling-else
	$<$<BOOL:${PLB_WERROR}>:-Werror>
	-fstack-protector-strong -fstack-clash-protection -fno-common
	$<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection>
)
target_link_options(plb_options INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)

# Fortify needs an optimiser, and hides accesses from the sanitizers.
if(NOT PLB_SANITIZE AND CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo|MinSizeRel)$")
	target_compile_options(plb_options INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()

# NDEBUG stays off everywhere: assertions about our own code are part of the program.
foreach(type RELEASE RELWITHDEBINFO MINSIZEREL)
	string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_${type} "${CMAKE_C_FLAGS_${type}}")
endforeach()
string(REPLACE "-O3" "-O2" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")

if(PLB_SANITIZE)
	target_compile_options(plb_options INTERFACE
		-fsanitize=${PLB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
	target_link_options(plb_options INTERFACE -fsanitize=${PLB_SANITIZE})
	# Instrumented code hides the ranges that GCC's guess about snprintf needs; the other builds
	# check it.
	target_compile_options(plb_options INTERFACE
		$<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>)
endif()
if(PLB_COVERAGE)
	target_compile_options(plb_options INTERFACE --coverage)
	target_link_options(plb_options INTERFACE --coverage)
endif()
if(PLB_FUZZ)
	if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
		message(FATAL_ERROR "PLB_FUZZ needs clang: use the preset fuzz")
	endif()
	target_compile_options(plb_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(PLB_LTO)
	include(CheckIPOSupported)
	check_ipo_supported()
	set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
