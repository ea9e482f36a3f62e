// The socket's place in the file system: only a socket that nobody listens behind is replaced, and
// only the one that this process made is removed.
#pragma once

#include <sys/types.h>

#include <boost/system/result.hpp>
#include <optional>
#include <string>

namespace signpost::control {

struct CannotListen {
  bool in_use = false;  // another process listens there
  std::string detail;   // one line, with the cure
};

class ControlSocket {
 public:
  /// Bound, not yet listening: until then nobody can connect, so the mode is right from the first
  /// connection on. 0660 with `group`, 0600 without. Creates the directory if its parent is there.
  static boost::system::result<ControlSocket, CannotListen> bind(const std::string& path,
                                                                 std::optional<gid_t> group);
  ~ControlSocket();
  ControlSocket(ControlSocket&& other) noexcept;
  ControlSocket& operator=(ControlSocket&&) = delete;
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  /// The descriptor, from now on the caller's.
  int release();
  /// Why the group may not use it although it was to; empty = it may.
  [[nodiscard]] const std::string& group_problem() const { return group_problem_; }

 private:
  ControlSocket(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string path_;
  int fd_ = -1;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::string group_problem_;
};

}  // namespace signpost::control
