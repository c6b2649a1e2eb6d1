# SPDX-License-Identifier: MPL-2.0
# Script: writes OUT from VERSION and the commit of SOURCE_DIR (see plb_version.cmake).

execute_process(
	COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=7 --exclude=*
	OUTPUT_VARIABLE commit
	OUTPUT_STRIP_TRAILING_WHITESPACE
	ERROR_QUIET
	RESULT_VARIABLE failed
)
set(text "${VERSION}")
if(NOT failed AND commit)
	string(APPEND text "+g${commit}")
endif()
set(body "// SPDX-License-Identifier: MPL-2.0\n// Made by cmake/write_version.cmake.\n#ifndef PARLOEB_VERSION_H\n#define PARLOEB_VERSION_H\n#define PLB_VERSION \"${text}\"\n#endif\n")
set(old "")
if(EXISTS "${OUT}")
	file(READ "${OUT}" old)
endif()
if(NOT old STREQUAL body)
	file(WRITE "${OUT}" "${body}")
endif()
