#include "sidecar/cli/check_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <ostream>
#include <system_error>
#include <utility>
#include <vector>

#include "sidecar/cli/config_summary.hpp"
#include "sidecar/cli/load_config.hpp"
#include "sidecar/config/safe_text.hpp"
#include "sidecar/config/size.hpp"

namespace signpost::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* other_directory = "or set [state] directory to another one";

/// Nothing can be kept there, although access(2) tells root that it may.
bool is_pseudo_file_system(const std::string& directory) {
  struct statfs status {};
  if (::statfs(directory.c_str(), &status) != 0) return false;
  return status.f_type == PROC_SUPER_MAGIC || status.f_type == SYSFS_MAGIC;
}

std::string not_writable(const std::string& directory) {
  const int error = errno;
  if (is_pseudo_file_system(directory)) return "it is no place for files";
  if (error == EROFS) return "its file system is mounted read-only";
  return fmt::format("user {} may not write there", ::geteuid());
}

bool can_write(const std::string& directory) {
  // AT_EACCESS: as the user that counts, not as the one who called sudo.
  return ::faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) == 0 &&
         !is_pseudo_file_system(directory);
}

/// Why a file that TLS needs cannot be read; empty = it can.
std::string unreadable(const std::string& path) {
  if (path.empty() || ::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) == 0) return "";
  if (errno == EACCES) return fmt::format("may not be read by user {}", ::geteuid());
  return std::generic_category().message(errno);
}

std::vector<std::string> tls_file_problems(const config::Config& config) {
  std::vector<std::string> problems;
  for (const config::Broker& broker : config.brokers) {
    const probe::TlsSettings& tls = broker.target.tls;
    for (const auto& [key, path] :
         {std::pair("ca_file", &tls.ca_file), std::pair("cert_file", &tls.cert_file),
          std::pair("key_file", &tls.key_file)}) {
      const std::string why = unreadable(*path);
      if (why.empty()) continue;
      problems.push_back(fmt::format("broker {}: {} {}: {}", config::in_quotes(broker.name), key,
                                     config::safe_text(*path), why));
    }
  }
  return problems;
}

/// The state directory is looked at anyway; the daemon creates no other one.
std::string history_problem(const config::Config& config) {
  const fs::path directory = config.history.file.parent_path();
  if (config.history.file.empty() || directory == config.state_directory) return "";
  if (can_write(directory)) return "";
  return fmt::format(
      "the history {} cannot be written: {}; create its directory and give it to the user that "
      "runs signpost, or set [history] file to another one",
      config::safe_text(config.history.file.string()),
      fs::exists(directory) ? not_writable(directory) : "its directory does not exist");
}

std::string history_text(const config::History& history) {
  if (history.file.empty()) return "off";
  return fmt::format("{}, up to {}, {} older kept", config::safe_text(history.file.string()),
                     config::size_text(history.max_size), history.keep);
}

}  // namespace

std::string state_directory_problem(const std::string& configured) {
  const std::string directory =
      configured.substr(0, std::max<std::size_t>(configured.find_last_not_of('/') + 1, 1));
  const std::string shown = config::safe_text(directory);
  struct stat status {};
  if (::stat(directory.c_str(), &status) == 0) {
    if (!S_ISDIR(status.st_mode)) {
      return fmt::format("the state directory {} is a file; move it away, {}", shown,
                         other_directory);
    }
    if (can_write(directory)) return "";
    return fmt::format(
        "the state directory {} cannot be used: {}; give it to the user that runs signpost, {}",
        shown, not_writable(directory), other_directory);
  }
  if (errno != ENOENT && errno != ENOTDIR) {
    return fmt::format("the state directory {} cannot be used: {}; {}", shown,
                       std::generic_category().message(errno), other_directory);
  }
  const std::string parent = fs::path(directory).parent_path();
  const bool parent_exists = ::stat(parent.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  if (parent_exists && can_write(parent)) return "";  // signpost creates it when it starts
  const std::string why = parent_exists
                              ? fmt::format("it does not exist, and in {} {}",
                                            config::safe_text(parent), not_writable(parent))
                              : fmt::format("neither it nor {} exists", config::safe_text(parent));
  return fmt::format(
      "the state directory {} cannot be used: {}; create it and give it to the user that runs "
      "signpost, {}",
      shown, why, other_directory);
}

ExitCode check_command(const std::string& config_path, const config::Environment& environment,
                       std::ostream& out, std::ostream& err) {
  const auto loaded = load_config(config_path, environment, err);
  if (!loaded) return loaded.error();
  const std::string path = config::safe_text(config_path);
  std::vector<std::string> problems = tls_file_problems(loaded->config);
  const std::string directory = loaded->config.state_directory;
  if (std::string problem = state_directory_problem(directory); !problem.empty()) {
    problems.push_back(std::move(problem));
  }
  if (std::string problem = history_problem(loaded->config); !problem.empty())
    problems.push_back(std::move(problem));
  if (!problems.empty()) {
    for (const std::string& problem : problems) err << path << ": " << problem << '\n';
    return exit_bad_config;
  }
  out << path << ": no errors (sha256 " << loaded->sha256 << ")\n\n"
      << config_summary(loaded->config) << "state  " << config::safe_text(directory)
      << (fs::exists(directory) ? ", writable\n" : ", will be created\n") << "history "
      << history_text(loaded->config.history) << '\n';
  return exit_ok;
}

}  // namespace signpost::cli
