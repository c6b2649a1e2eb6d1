# SPDX-License-Identifier: MPL-2.0
#
# Helpers for the folders' CMakeLists.txt. Every source is named; nothing is globbed.

# plb_library(name SOURCES a.c ... LINK lib ...): a static library. Its own folder is on the include
# path of its users too, for the private headers of a service's core in that core's unit tests.
function(plb_library name)
	cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
	plb_check_arguments(plb_library ${name})
	add_library(${name} STATIC ${arg_SOURCES})
	target_include_directories(${name} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
	target_link_libraries(${name} PUBLIC ${arg_LINK} plb_options)
endfunction()

# plb_program(name SOURCES main.c ... LINK lib ...): an executable in <build>/bin that can include
# <parloeb_version.h>.
function(plb_program name)
	cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
	plb_check_arguments(plb_program ${name})
	add_executable(${name} ${arg_SOURCES})
	target_link_libraries(${name} PRIVATE ${arg_LINK} plb_options plb_version Threads::Threads)
	# librdkafka allocates for every record and header; sanitizers bring an allocator of their own. docs/adr/0009.
	if(NOT PLB_SANITIZE)
		target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/services/common/sys/alloc.c")
		target_link_libraries(${name} PRIVATE plb_dep_jemalloc)
	endif()
	set_target_properties(${name} PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
	install(TARGETS ${name} RUNTIME)
endfunction()

# plb_test(name SOURCES test_x.c ... LINK lib ... [LABEL unit]): a cmocka program in <build>/tests,
# run by ctest in the source tree's root (so that schemas/... and config/... are found by relative
# path; PLB_SOURCE_DIR is the same as an absolute path). All of a label: ninja plb_<label>_tests.
function(plb_test name)
	cmake_parse_arguments(arg "" "LABEL" "SOURCES;LINK" ${ARGN})
	plb_check_arguments(plb_test ${name})
	if(NOT arg_LABEL)
		set(arg_LABEL unit)
	endif()
	add_executable(${name} ${arg_SOURCES})
	target_compile_definitions(${name} PRIVATE PLB_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
	target_link_libraries(${name} PRIVATE ${arg_LINK} plb_options plb_dep_cmocka Threads::Threads)
	set_target_properties(${name} PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
	add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
	set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT 120)
	if(NOT TARGET plb_${arg_LABEL}_tests)
		add_custom_target(plb_${arg_LABEL}_tests)
	endif()
	add_dependencies(plb_${arg_LABEL}_tests ${name})
endfunction()

# plb_fuzz(name SOURCES fuzz_x.c LINK lib ... [CORPUS dir]): a fuzz target with
# LLVMFuzzerTestOneInput. With the preset fuzz it is a libFuzzer program; in every other build it
# replays files, and ctest replays the corpus.
function(plb_fuzz name)
	cmake_parse_arguments(arg "" "CORPUS" "SOURCES;LINK" ${ARGN})
	plb_check_arguments(plb_fuzz ${name})
	add_executable(${name} ${arg_SOURCES})
	target_compile_definitions(${name} PRIVATE PLB_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
	target_link_libraries(${name} PRIVATE ${arg_LINK} plb_options Threads::Threads)
	set_target_properties(${name} PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
	if(PLB_FUZZ)
		target_link_options(${name} PRIVATE -fsanitize=fuzzer)
	else()
		target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/lib/fuzz_replay.c")
		if(arg_CORPUS)
			add_test(NAME ${name} COMMAND ${name} "${CMAKE_CURRENT_SOURCE_DIR}/${arg_CORPUS}"
				WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
			set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT 120)
		endif()
	endif()
	if(NOT TARGET plb_fuzz_tests)
		add_custom_target(plb_fuzz_tests)
	endif()
	add_dependencies(plb_fuzz_tests ${name})
endfunction()

# A misspelt keyword would otherwise be dropped in silence.
macro(plb_check_arguments function name)
	if(arg_UNPARSED_ARGUMENTS)
		message(FATAL_ERROR "${function}(${name}): unknown: ${arg_UNPARSED_ARGUMENTS}")
	endif()
	if(NOT arg_SOURCES)
		message(FATAL_ERROR "${function}(${name}): no SOURCES")
	endif()
endmacro()
