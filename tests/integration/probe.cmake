# Certificates, a broker that misbehaves on demand, running coroutines.
add_library(probe_test_support STATIC ../support/fake_broker.cpp ../support/test_certificates.cpp)
target_link_libraries(probe_test_support PUBLIC signpost_probe fmt::fmt)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 with sanitizers inlines Asio's allocation of a coroutine's frame, but not its release.
  target_compile_options(probe_test_support PRIVATE -Wno-mismatched-new-delete)
endif()

signpost_test(management_prober_test integration
  SOURCES management_prober_test.cpp stream_test.cpp
  LIBRARIES probe_test_support)
target_compile_definitions(management_prober_test PRIVATE SIGNPOST_VECTORS="${PROJECT_SOURCE_DIR}/tests/vectors")

signpost_test(management_prober_tls_test integration
  SOURCES management_prober_tls_test.cpp tls_files_test.cpp
  LIBRARIES probe_test_support)
target_compile_definitions(management_prober_tls_test PRIVATE SIGNPOST_VECTORS="${PROJECT_SOURCE_DIR}/tests/vectors")
