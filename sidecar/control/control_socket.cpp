#include "sidecar/control/control_socket.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace signpost::control {
namespace {

std::string error_text(int error) { return std::generic_category().message(error); }

int open_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// 0 or errno.
int bind_to(int fd, const std::string& path) {
  const sockaddr_un address = address_of(path);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ? 0 : errno;
}

/// Someone else's file, or a socket that somebody listens behind; nothing = it may be removed.
std::optional<CannotListen> why_not_replaceable(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;  // gone meanwhile
  if (!S_ISSOCK(status.st_mode)) {
    return CannotListen{false, fmt::format("{} is no socket; move it away, or set [control] socket "
                                           "to another path",
                                           path)};
  }
  const int probe = open_socket();
  if (probe < 0) return CannotListen{false, error_text(errno)};
  const sockaddr_un address = address_of(path);
  const bool connected =
      ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  const int error = connected ? 0 : errno;
  ::close(probe);
  if (error == ECONNREFUSED || error == ENOENT) return std::nullopt;
  if (error == 0 || error == EAGAIN) {  // EAGAIN: its queue is full
    return CannotListen{true, fmt::format("another process listens at {}; give each signpost its "
                                          "own [control] socket",
                                          path)};
  }
  return CannotListen{false, fmt::format("{} is in the way, and cannot be tried: {}; remove it",
                                         path, error_text(error))};
}

CannotListen cannot_bind(const std::string& path, int error) {
  const char* const cure =
      "give its directory to the user that runs signpost, or set [control] "
      "socket to another path (\"\" turns it off)";
  return {error == EADDRINUSE,
          fmt::format("cannot create {}: {}; {}", path, error_text(error), cure)};
}

}  // namespace

boost::system::result<ControlSocket, CannotListen> ControlSocket::bind(const std::string& path,
                                                                       std::optional<gid_t> group) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) return cannot_bind(path, ENAMETOOLONG);
  const std::string directory = std::filesystem::path(path).parent_path();
  if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) {
    if (errno != ENOENT) return cannot_bind(path, errno);
  }
  ControlSocket made(path, open_socket());
  if (made.fd_ < 0) return cannot_bind(path, errno);
  int error = bind_to(made.fd_, path);
  if (error == EADDRINUSE) {
    if (auto reason = why_not_replaceable(path)) return *std::move(reason);
    ::unlink(path.c_str());
    error = bind_to(made.fd_, path);
  }
  if (error != 0) return cannot_bind(path, error);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return cannot_bind(path, errno);
  made.device_ = status.st_dev;
  made.inode_ = status.st_ino;
  if (group && ::lchown(path.c_str(), static_cast<uid_t>(-1), *group) != 0) {
    made.group_problem_ = error_text(errno);
    group.reset();
  }
  if (::chmod(path.c_str(), group ? 0660 : 0600) != 0) return cannot_bind(path, errno);
  // At once, but not before the mode is right: a socket that nobody listens behind is what another
  // signpost takes for a left-over and removes.
  if (::listen(made.fd_, SOMAXCONN) != 0) return cannot_bind(path, errno);
  return made;
}

ControlSocket::ControlSocket(ControlSocket&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      device_(std::exchange(other.device_, 0)),
      inode_(std::exchange(other.inode_, 0)),
      group_problem_(std::move(other.group_problem_)) {}

ControlSocket::~ControlSocket() {
  if (fd_ >= 0) ::close(fd_);
  struct stat status {};
  const bool ours = inode_ != 0 && ::lstat(path_.c_str(), &status) == 0 &&
                    status.st_dev == device_ && status.st_ino == inode_;
  if (ours) ::unlink(path_.c_str());
}

int ControlSocket::release() { return std::exchange(fd_, -1); }

}  // namespace signpost::control
