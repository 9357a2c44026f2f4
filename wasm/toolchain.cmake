# clang for wasm32-wasi with Debian's wasi-libc and libc++ for WebAssembly, which stand where clang
# looks by itself.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_CXX_COMPILER clang++-19 CACHE STRING "A clang that knows wasm32-wasi")
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
# A whole program cannot be linked while CMake tries the compiler out: it would want a main().
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
