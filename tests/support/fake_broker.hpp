// FakeBroker: a management port that does to each request what a script says, on loopback and on
// the test's own io_context.
//
//   FakeBroker broker(context, {ok(master), status(500), ok(master).then_close(), silent()});
//   ... ask broker.port() ...
//   EXPECT_EQ(broker.connections(), 2);
//
// The first request gets the first play of the script, and so on; the last one stays for all that
// follow. Plays are made of few steps: see Play for what is not in the list below.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signpost::test {

struct Step {
  enum class Kind { send, drip, repeat, pause, silence, close, reset };
  Kind kind{};
  std::string octets;
  std::chrono::milliseconds time{};
};

/// What happens to one request, step by step. Unless it ends the connection, the next request
/// follows on it.
class Play {
 public:
  Play& send(std::string octets) { return add(Step::Kind::send, std::move(octets)); }
  /// One octet, then `every`, then the next.
  Play& drip(std::string octets, std::chrono::milliseconds every) {
    return add(Step::Kind::drip, std::move(octets), every);
  }
  /// Until the client has had enough.
  Play& send_for_ever(std::string octets) { return add(Step::Kind::repeat, std::move(octets)); }
  Play& pause(std::chrono::milliseconds time) { return add(Step::Kind::pause, {}, time); }
  Play& then_silence() { return add(Step::Kind::silence); }
  Play& then_close() { return add(Step::Kind::close); }
  Play& then_reset() { return add(Step::Kind::reset); }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }

 private:
  Play& add(Step::Kind kind, std::string octets = {}, std::chrono::milliseconds time = {}) {
    steps_.push_back({kind, std::move(octets), time});
    return *this;
  }
  std::vector<Step> steps_;
};

// Answers as octets
std::string head(unsigned status, std::string_view fields);
std::string answer_200(std::string_view json);

// Plays
Play ok(std::string_view json);
Play status(unsigned status, std::string_view fields = "");  // with a page of HTML, as Jetty's
Play redirect(std::string_view location);
Play slow(std::chrono::milliseconds before, std::string_view json);
Play dripping(std::chrono::milliseconds every, std::string_view json);
Play silent();
Play silent_after_head();
Play close_before_answer();
Play close_in_mid_body(std::string_view json);
Play reset();
Play reset_in_mid_body(std::string_view json);
Play raw(std::string_view octets);  // and close
Play endless_head();
Play endless_chunks();
Play huge_content_length();
Play gzip();

class FakeBroker {
 public:
  /// `tls` makes it HTTPS.
  FakeBroker(boost::asio::io_context& context, std::vector<Play> script,
             std::shared_ptr<boost::asio::ssl::context> tls = nullptr);
  ~FakeBroker();  // ends all connections
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;

  /// Before anything is read from a new connection; not with TLS.
  void greet(Play play);

  [[nodiscard]] std::uint16_t port() const;
  /// Accepted so far; with TLS also those whose handshake failed.
  [[nodiscard]] int connections() const;
  /// Heads, as they came.
  [[nodiscard]] const std::vector<std::string>& requests() const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace signpost::test
