#include "probe/management_request.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "probe/quote.hpp"

namespace signpost::probe {
namespace {

Secret base64(const Secret& plain) {
  const std::string& octets = plain.reveal();
  std::string text((octets.size() + 2) / 3 * 4 + 1, '\0');  // and OpenSSL's final NUL
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(octets.data()),
                  static_cast<int>(octets.size()));
  text.pop_back();
  return Secret(std::move(text));
}

Secret authorization(const Target& target) {
  if (target.username.empty()) return {};
  if (target.username.find(':') != std::string::npos) {
    throw std::runtime_error(
        fmt::format("username {}: has a colon, which Basic authentication "
                    "cannot send; use another user of the broker",
                    quote(target.username)));
  }
  const Secret pair(target.username + ':' + target.password.reveal());
  return Secret(fmt::format("Authorization: Basic {}\r\n", base64(pair).reveal()));
}

}  // namespace

Secret management_request(const Target& target, std::string_view path) {
  const std::string url = target.url();
  const std::string authority = url.substr(url.find("//") + 2);
  return Secret(
      fmt::format("GET {} HTTP/1.1\r\n"
                  "Host: {}\r\n"
                  "{}"
                  "Accept: application/json\r\n"
                  "User-Agent: signpost/" SIGNPOST_VERSION "\r\n\r\n",
                  path, authority, authorization(target).reveal()));
}

}  // namespace signpost::probe
