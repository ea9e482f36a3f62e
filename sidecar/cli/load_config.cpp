#include "sidecar/cli/load_config.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <ostream>
#include <system_error>
#include <utility>
#include <vector>

#include "sidecar/config/document.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::cli {
namespace {

std::string sha256_hex(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    return "";  // only without OpenSSL's default provider; the sum is for people, nothing rests on
                // it
  }
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + length, ""));
}

ReadFailure read_failure(const std::string& path, int error) {
  const std::string shown = config::safe_text(path);
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {exit_no_input,
              fmt::format("{} does not exist; name another file with -c, or begin with a copy of "
                          "signpost.example.toml",
                          shown)};
    case EACCES:
    case EPERM:
      return {exit_not_permitted,
              fmt::format("{} may not be read by this user; run as the user that signpost runs as, "
                          "or use sudo",
                          shown)};
    case EISDIR:
      return {exit_no_input, fmt::format("{} is a directory; name the file in it", shown)};
    default:
      return {exit_no_input, fmt::format("{} cannot be read: {}; see: namei -l {}", shown,
                                         std::generic_category().message(error), shown)};
  }
}

void print_errors(const std::string& path, const std::string& text,
                  const std::vector<config::ConfigError>& errors, std::ostream& err) {
  constexpr std::size_t printed_max = 50;  // more than two screens are not read, but scrolled past
  const std::size_t printed = std::min(errors.size(), printed_max);
  for (std::size_t i = 0; i < printed; ++i) {
    err << config::format_error(path, text, errors[i]) << '\n';
  }
  if (printed < errors.size()) err << errors.size() - printed << " more are not shown\n";
  err << (errors.size() == 1 ? std::string("1 error") : fmt::format("{} errors", errors.size()))
      << " in " << config::safe_text(path) << '\n';
}

}  // namespace

boost::system::result<std::string, ReadFailure> read_config_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
  if (!file) return read_failure(path, errno);
  std::string text(config::document_octets_max + 1, '\0');
  const std::size_t size = std::fread(text.data(), 1, text.size(), file.get());
  if (std::ferror(file.get()) != 0) return read_failure(path, errno);
  text.resize(size);
  text.shrink_to_fit();  // the daemon keeps the text: not the room for the longest one
  return text;
}

boost::system::result<LoadedConfig, ExitCode> load_config(const std::string& path,
                                                          const config::Environment& environment,
                                                          std::ostream& err) {
  auto text = read_config_file(path);
  if (!text) {
    const ReadFailure failure = text.error();
    err << "signpost: " << failure.reason << '\n';
    return failure.exit_code;
  }
  auto config = config::parse_config(*text, environment);
  if (!config) {
    print_errors(path, *text, config.error(), err);
    return exit_bad_config;
  }
  LoadedConfig loaded{*std::move(config), *std::move(text), ""};
  loaded.sha256 = sha256_hex(loaded.text);
  return loaded;
}

}  // namespace signpost::cli
