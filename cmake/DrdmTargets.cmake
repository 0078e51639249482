# One function makes every room of the house: a static library drdm_<name>, alias drdm::<name>, from the .cpp files named.
# What a room may use is what it links, nothing else.

add_library(drdm_options INTERFACE)
target_compile_features(drdm_options INTERFACE cxx_std_20)
target_compile_definitions(drdm_options INTERFACE QT_NO_KEYWORDS DRDM_VERSION="${PROJECT_VERSION}")
target_compile_options(drdm_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms of g++ 12 about std::string concatenation at -O3 (gcc bug 105329, 105651).
  target_compile_options(drdm_options INTERFACE -Wno-restrict -Wno-stringop-overflow)
endif()
if(DRDM_WARNINGS_AS_ERRORS)
  target_compile_options(drdm_options INTERFACE -Werror)
endif()
if(DRDM_SANITIZE)
  target_compile_options(drdm_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(drdm_options INTERFACE -fsanitize=address,undefined)
endif()
if(DRDM_FUZZ)
  target_compile_options(drdm_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
                         -fno-omit-frame-pointer -Wno-unknown-pragmas)
  target_link_options(drdm_options INTERFACE -fsanitize=address,undefined)
endif()

# drdm_add_room(<name> SOURCES … USES <targets seen by includers> PRIVATELY <targets seen by the sources alone>)
function(drdm_add_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;PRIVATELY" ${ARGN})
  add_library(drdm_${name} STATIC ${ROOM_SOURCES})
  add_library(drdm::${name} ALIAS drdm_${name})
  target_link_libraries(drdm_${name} PUBLIC ${ROOM_USES} PRIVATE drdm_options ${ROOM_PRIVATELY})
endfunction()
