# SPDX-License-Identifier: MPL-2.0
#
# <parloeb_version.h>: PLB_VERSION, "0.1.0" or "0.1.0+g1a2b3c4". Refreshed by every build, rewritten
# only when it changes. Linked through plb_version, by programs alone, so that a commit does not
# recompile the libraries.

set(PLB_GENERATED_DIR "${CMAKE_BINARY_DIR}/generated")
add_custom_target(plb_version_header
	COMMAND ${CMAKE_COMMAND}
		-DSOURCE_DIR=${CMAKE_SOURCE_DIR}
		-DVERSION=${PROJECT_VERSION}
		-DOUT=${PLB_GENERATED_DIR}/parloeb_version.h
		-P ${CMAKE_SOURCE_DIR}/cmake/write_version.cmake
	BYPRODUCTS ${PLB_GENERATED_DIR}/parloeb_version.h
	VERBATIM
)
add_library(plb_version INTERFACE)
target_include_directories(plb_version INTERFACE "${PLB_GENERATED_DIR}")
add_dependencies(plb_version plb_version_header)
