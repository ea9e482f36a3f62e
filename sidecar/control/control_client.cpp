#include "sidecar/control/control_client.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace signpost::control {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

std::string error_text(int error) { return std::generic_category().message(error); }

class Socket {
 public:
  Socket() : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// 0 or errno. Never waits: a Unix socket connects at once or not at all (unix(7)).
  [[nodiscard]] int connect(const std::string& path) const {
    sockaddr_un address{};
    if (fd_ < 0) return errno;
    if (path.size() >= sizeof(address.sun_path)) return ENAMETOOLONG;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    return ::connect(fd_, generic, sizeof(address)) == 0 ? 0 : errno;
  }

  /// False when the other side has closed: it may have said why.
  [[nodiscard]] bool send(std::string_view octets, Deadline deadline) const {
    while (!octets.empty()) {
      const ssize_t sent = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent > 0) octets.remove_prefix(static_cast<std::size_t>(sent));
      if (sent < 0 && errno == EAGAIN && !wait_for(POLLOUT, deadline)) return false;
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
    }
    return true;
  }

  /// Everything until a newline, the end, the deadline, or more than an answer may have.
  [[nodiscard]] std::string receive(Deadline deadline) const {
    std::string octets;
    std::array<char, 4096> chunk{};
    while (octets.size() <= answer_octets_max && !octets.ends_with('\n')) {
      const ssize_t got = ::recv(fd_, chunk.data(), chunk.size(), 0);
      if (got > 0) octets.append(chunk.data(), static_cast<std::size_t>(got));
      if (got == 0) break;
      if (got < 0 && errno == EAGAIN && !wait_for(POLLIN, deadline)) break;
      if (got < 0 && errno != EAGAIN && errno != EINTR) break;
    }
    return octets;
  }

 private:
  [[nodiscard]] bool wait_for(short event, Deadline deadline) const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd entry{fd_, event, 0};
    const int count =
        ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    return count >= 0 || errno == EINTR;  // the caller tries again, and asks for the time again
  }

  int fd_;
};

NoAnswer cannot_connect(int error) {
  const bool forbidden = error == EACCES || error == EPERM;
  return {forbidden ? NoAnswer::Why::not_permitted : NoAnswer::Why::not_there, error_text(error)};
}

}  // namespace

boost::system::result<Answer, NoAnswer> ask(const std::string& path, const Request& request,
                                            std::chrono::milliseconds patience) {
  const Deadline deadline = std::chrono::steady_clock::now() + patience;
  const Socket socket;
  if (const int error = socket.connect(path); error != 0) return cannot_connect(error);
  // Who is refused is told so before the request was read: there may be an answer nevertheless.
  const bool sent = socket.send(request_line(request) + "\n", deadline);
  std::string line = socket.receive(deadline);
  if (!line.ends_with('\n')) {
    const bool late = std::chrono::steady_clock::now() >= deadline;
    const char* const why = late ? "no answer in time" : "the connection ended without an answer";
    return NoAnswer{NoAnswer::Why::not_heard, sent ? why : "the request could not be sent"};
  }
  line.pop_back();
  auto answer = parse_answer(line);
  if (!answer) {
    return NoAnswer{NoAnswer::Why::not_heard, fmt::format("the answer is {}", answer.error().why)};
  }
  return *std::move(answer);
}

}  // namespace signpost::control
