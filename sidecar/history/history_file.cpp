#include "sidecar/history/history_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "sidecar/history/history_reader.hpp"

namespace signpost::history {
namespace {

namespace fs = std::filesystem;

std::string failure(const char* what, const fs::path& path) {
  return fmt::format("cannot {} {}: {}", what, path.string(),
                     std::generic_category().message(errno));
}

std::string flush_directory(const fs::path& path) {
  const fs::path directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool flushed = fd >= 0 && ::fsync(fd) == 0;
  std::string error = flushed ? "" : failure("flush the directory", directory);
  if (fd >= 0) ::close(fd);
  return error;
}

}  // namespace

HistoryFile::HistoryFile(HistoryFileOptions options) : options_(std::move(options)) {}

HistoryFile::~HistoryFile() { close(); }

std::string HistoryFile::append(std::string_view line) {
  if (fd_ >= 0 && !is_at_path()) close();  // removed or moved away by someone
  if (fd_ < 0) {
    if (std::string error = open(); !error.empty()) return error;
  }
  if (size_ > 0 && size_ + line.size() > options_.max_size) {
    if (std::string error = rotate(); !error.empty()) return error;
  }
  if (is_cut_off_) {
    if (std::string error = write("\n"); !error.empty()) return error;
    is_cut_off_ = false;
  }
  return write(line);
}

std::string HistoryFile::flush() {
  if (fd_ < 0 || ::fdatasync(fd_) == 0) return {};
  return failure("flush", options_.path);
}

unsigned HistoryFile::take_cut_off() { return std::exchange(cut_off_, 0); }

std::string HistoryFile::open() {
  const fs::path& path = options_.path;
  // Read as well, for the last octet; O_NONBLOCK, for a FIFO would be waited for.
  fd_ =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0640);
  if (fd_ < 0) return failure("open the history", path);
  std::string error;
  struct stat status {};
  char last = '\n';
  if (::fstat(fd_, &status) != 0) {
    error = failure("open the history", path);
  } else if (!S_ISREG(status.st_mode)) {
    error = fmt::format("cannot write the history {}: it is no regular file", path.string());
  } else if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    error = fmt::format("another signpost writes the history {}; give each its own [history] file",
                        path.string());
  } else if (status.st_size > 0 && ::pread(fd_, &last, 1, status.st_size - 1) != 1) {
    error = failure("read the history", path);
  }
  if (!error.empty()) {
    close();
    return error;
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  is_cut_off_ = last != '\n';
  if (is_cut_off_) ++cut_off_;
  if (size_ == 0) return flush_directory(path);
  return {};
}

std::string HistoryFile::rotate() {
  if (std::string error = flush(); !error.empty()) return error;
  const fs::path& path = options_.path;
  // Files of a larger `keep` that was configured before.
  for (unsigned n = options_.keep + 1; n <= rotated_max; ++n) {
    if (::unlink(rotated_path(path, n).c_str()) != 0) break;
  }
  for (unsigned n = options_.keep; n > 1; --n) {
    if (::rename(rotated_path(path, n - 1).c_str(), rotated_path(path, n).c_str()) != 0 &&
        errno != ENOENT)
      return failure("rotate", rotated_path(path, n - 1));
  }
  const bool gone = options_.keep == 0 ? ::unlink(path.c_str()) == 0
                                       : ::rename(path.c_str(), rotated_path(path, 1).c_str()) == 0;
  if (!gone) return failure("rotate", path);
  close();
  return open();
}

// A part of a line is taken back; where that fails as well, the next line begins with a newline.
std::string HistoryFile::write(std::string_view text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(fd_, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      std::string error = failure("write", options_.path);
      if (done > 0 && ::ftruncate(fd_, static_cast<off_t>(size_)) != 0) is_cut_off_ = true;
      return error;
    }
    done += static_cast<std::size_t>(n);
  }
  size_ += done;
  return {};
}

bool HistoryFile::is_at_path() const {
  struct stat here {};
  struct stat there {};
  return ::fstat(fd_, &here) == 0 && ::lstat(options_.path.c_str(), &there) == 0 &&
         here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

void HistoryFile::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace signpost::history
