// An Environment without a file system: the password files that configurations of these tests name.
#pragma once

#include <map>
#include <string>

#include "sidecar/config/config_parser.hpp"

namespace signpost::config {

inline FileText test_file(const std::string& path) {
  static const std::map<std::string, std::string> files{
      {"/run/secrets/broker.password", "correct horse\n"},
      {"/run/secrets/other.password", "battery staple"},
      {"/run/secrets/empty", "\n"},
      {"/run/secrets/two-lines", "one\ntwo\n"},
  };
  if (path == "/etc/signpost/open.password") {
    return {"", "can be read by other users (mode 0644); chmod 0640 /etc/signpost/open.password"};
  }
  const auto found = files.find(path);
  if (found == files.end()) {
    return {"", "does not exist; create it with the password alone in it, mode 0600"};
  }
  return {found->second, ""};
}

inline Environment test_environment() {
  Environment environment;
  environment.read_file = test_file;
  return environment;
}

}  // namespace signpost::config
