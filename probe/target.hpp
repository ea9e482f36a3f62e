// Target: where one broker's management API is and how to log in there. A broker is its management
// URL.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace signpost::probe {

/// A password. Has no formatter and no operator<<: it cannot get into a log by accident. Zeroed
/// when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) = default;
  Secret& operator=(const Secret& other);  // the old text is zeroed
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();
  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

struct TlsSettings {
  std::string ca_file;    // PEM; empty = the system's certificate authorities
  std::string cert_file;  // PEM client certificate and chain; empty = none
  std::string key_file;
  bool verify = true;  // chain, dates and host name; false is for a lab only
  bool operator==(const TlsSettings&) const = default;
};

struct Target {
  bool https = false;
  std::string host;  // name or IP literal (no brackets)
  std::uint16_t port = 8080;
  std::string username;  // empty = no Authorization header (anonymous port or client certificate)
  Secret password;
  TlsSettings tls;

  /// "http://host:port", for messages; never with credentials.
  [[nodiscard]] std::string url() const;
  bool operator==(const Target&) const = default;
};

}  // namespace signpost::probe
