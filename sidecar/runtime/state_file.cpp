#include "sidecar/runtime/state_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace signpost::runtime {
namespace {

namespace fs = std::filesystem;

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string failure(const char* what, const fs::path& path) {
  return fmt::format("{} {}: {}", what, path.string(), std::strerror(errno));
}

LoadedState unreadable(const fs::path& path) {
  return {{},
          "",
          fmt::format("{}; give it back to the user that runs signpost, or remove it if what it "
                      "remembers may be forgotten",
                      failure("cannot read the state file", path))};
}

}  // namespace

LoadedState load_state(const fs::path& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.ok() && errno == ENOENT) return {};
  if (!fd.ok()) return unreadable(path);
  std::string text;
  std::size_t size = 0;
  while (size <= state_octets_max) {
    if (size == text.size())
      text.resize(std::min(std::max<std::size_t>(2 * size, 64 << 10), state_octets_max + 1));
    ssize_t n = ::read(fd.get(), text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return unreadable(path);
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  if (size > state_octets_max) {
    return {{},
            "",
            fmt::format("the state file {} has more than {} MiB and was not written by signpost; "
                        "move it away if what it remembers may be forgotten",
                        path.string(), state_octets_max >> 20)};
  }
  text.resize(size);
  LoadedState loaded = parse_state(text);
  if (!loaded.unreadable.empty()) {
    loaded.unreadable = fmt::format(
        "the state file {} cannot be used: {}; run that one, or remove the file if what it "
        "remembers may be forgotten",
        path.string(), loaded.unreadable);
  }
  if (!loaded.damage.empty()) {
    fs::path aside = path;
    aside += ".damaged";
    std::error_code ec;
    fs::rename(path, aside, ec);
    loaded.damage = fmt::format("the state file {} is damaged ({}){}", path.string(), loaded.damage,
                                ec ? "" : "; it is kept as " + aside.string());
  }
  return loaded;
}

std::string replace_state(const fs::path& path, const State& state) {
  std::string text = to_json(state);
  if (text.size() > state_octets_max)
    return fmt::format("cannot write {}: it would have more than {} MiB", path.string(),
                       state_octets_max >> 20);
  fs::path temporary = path;
  temporary += ".new";
  Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!fd.ok()) return failure("cannot write", temporary);
  std::size_t done = 0;
  while (done < text.size()) {
    ssize_t n = ::write(fd.get(), text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failure("cannot write", temporary);
    done += static_cast<std::size_t>(n);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failure("cannot rename to", path);
  return {};
}

std::string flush_state(const fs::path& path) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.ok() || ::fsync(file.get()) != 0) return failure("cannot flush", path);
  Fd directory(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok() || ::fsync(directory.get()) != 0)
    return failure("cannot flush the directory of", path);
  return {};
}

StateLock::~StateLock() {
  if (fd_ >= 0) ::close(fd_);
}

std::string StateLock::take(const fs::path& path) {
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd_ < 0) return failure("cannot open", path);
  if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return {};
  return fmt::format(
      "another signpost uses the state directory {}; give each its own [state] directory",
      path.parent_path().string());
}

std::string prepare_state_directory(const fs::path& directory) {
  if (::mkdir(directory.c_str(), 0750) != 0 && errno != EEXIST) {
    return fmt::format(
        "{}; create it and give it to the user that runs signpost, or set [state] directory",
        failure("cannot create the state directory", directory));
  }
  struct stat st {};
  if (::stat(directory.c_str(), &st) != 0 || !S_ISDIR(st.st_mode)) {
    return fmt::format("the state directory {} is not a directory; set [state] directory to one",
                       directory.string());
  }
  if (::access(directory.c_str(), W_OK | X_OK) != 0) {
    return fmt::format("{}; give it to the user that runs signpost, or set [state] directory",
                       failure("cannot write into the state directory", directory));
  }
  return {};
}

}  // namespace signpost::runtime
