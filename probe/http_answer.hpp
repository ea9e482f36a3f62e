// HttpAnswer: one HTTP/1.1 response, read from octets as they come. No I/O: who reads them and
// until when is the caller's business.
//
// Bounds: 16 kB of head, 8 MiB of body. Only the head of anything but a 200 is read. Contents that
// are coded (gzip) are refused, for they were not asked for.
//
//   HttpAnswer answer;
//   for (;;) { auto progress = answer.take(octets); if (!progress || *progress == complete) ... }
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "probe/error.hpp"

namespace signpost::probe {

class HttpAnswer {
 public:
  enum class Progress { more, complete };

  HttpAnswer();
  ~HttpAnswer();
  HttpAnswer(const HttpAnswer&) = delete;
  HttpAnswer& operator=(const HttpAnswer&) = delete;

  /// The next octets of the connection. Not to be called again after `complete` or a failure
  /// (malformed_http).
  Result<Progress> take(std::string_view octets);
  /// The connection has ended: `complete` for a body that only the end delimits, else a failure
  /// (connection_lost).
  Result<Progress> end();

  /// False while nothing at all has come.
  [[nodiscard]] bool begun() const { return taken_ > 0; }
  [[nodiscard]] std::size_t octets_taken() const { return taken_; }

  // After `complete`:
  [[nodiscard]] unsigned status() const;
  [[nodiscard]] std::string_view reason() const;
  /// Empty if there is no such header.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] std::string take_body();
  /// The connection may carry another request: neither end said close, and nothing stands behind
  /// this answer.
  [[nodiscard]] bool reusable() const;

 private:
  struct Parser;
  Result<Progress> parse(std::string_view octets);
  Result<void> feed(std::string_view& octets);
  Result<Progress> judge_head();

  std::unique_ptr<Parser> parser_;
  std::string kept_;  // octets of a structure that is not complete yet
  std::size_t taken_ = 0;
  std::size_t used_ = 0;  // by the parser
  bool junk_ = false;
};

}  // namespace signpost::probe
