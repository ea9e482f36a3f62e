#include "sidecar/history/history_reader.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "sidecar/history/entry_json.hpp"

namespace signpost::history {
namespace {

namespace fs = std::filesystem;

/// An open file and its place in it.
class Lines {
 public:
  static boost::system::result<Lines, std::string> open(const fs::path& path) {
    // Without O_NONBLOCK a FIFO would be waited for.
    Lines lines(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK), path);
    if (lines.fd_ < 0 || ::fstat(lines.fd_, &lines.status_) != 0) return lines.failure();
    if (!S_ISREG(lines.status_.st_mode))
      return fmt::format("cannot read {}: it is no regular file", path.string());
    return lines;
  }
  Lines(Lines&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)), status_(other.status_) {}
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  Lines& operator=(Lines&&) = delete;
  ~Lines() {
    if (fd_ >= 0) ::close(fd_);
  }

  struct Line {
    std::string text;
    bool is_too_long = false;  // `text` is its beginning
    bool is_complete = false;  // a newline was behind it
  };
  /// False at the end, or at an error, which failure() tells.
  bool next(Line& line) {
    line = {};
    for (;;) {
      if (at_ == buffer_.size() && !fill()) return !line.text.empty();
      const std::size_t end = std::min(buffer_.find('\n', at_), buffer_.size());
      const std::size_t room = line_octets_max + 1 - line.text.size();
      line.text.append(buffer_, at_, std::min(end - at_, room));
      line.is_too_long = line.text.size() > line_octets_max;
      at_ = end;
      if (end == buffer_.size()) continue;
      ++at_;
      line.is_complete = true;
      return true;
    }
  }
  void skip_to_the_last(std::size_t octets) {
    const auto size = static_cast<std::size_t>(status_.st_size);
    if (size > octets) ::lseek(fd_, static_cast<off_t>(size - octets), SEEK_SET);
  }

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::string failure() const {
    return fmt::format("cannot read {}: {}", path_.string(),
                       std::generic_category().message(errno));
  }
  [[nodiscard]] std::string name() const { return path_.string(); }
  [[nodiscard]] bool is_same_file(const Lines& other) const {
    return status_.st_dev == other.status_.st_dev && status_.st_ino == other.status_.st_ino;
  }

 private:
  Lines(int fd, fs::path path) : fd_(fd), path_(std::move(path)) {}

  bool fill() {
    buffer_.resize(64 << 10);
    at_ = 0;
    ssize_t n = 0;
    do {
      n = ::read(fd_, buffer_.data(), buffer_.size());
    } while (n < 0 && errno == EINTR);
    failed_ = n < 0;
    buffer_.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return n > 0;
  }

  int fd_;
  fs::path path_;
  struct stat status_ {};
  std::string buffer_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

void note_damage(History& history, DamagedLine damaged) {
  if (history.damaged.size() < damaged_max)
    history.damaged.push_back(std::move(damaged));
  else
    ++history.damaged_more;
}

void keep_newest(History& history, std::size_t newest) {
  if (history.entries.size() <= newest) return;
  const std::size_t surplus = history.entries.size() - newest;
  history.entries.erase(history.entries.begin(),
                        history.entries.begin() + static_cast<std::ptrdiff_t>(surplus));
  history.older_left_out += surplus;
}

void take_entry(History& history, Entry entry, std::size_t newest) {
  // Half of twice as many, and not one for one: that would move them all each time.
  if (history.entries.size() == 2 * newest) keep_newest(history, newest);
  history.entries.push_back(std::move(entry));
}

void read_lines(Lines& lines, History& history, std::size_t newest) {
  Lines::Line line;
  bool was_damaged = false;
  for (std::uint64_t number = 1; lines.next(line); ++number) {
    if (line.text.empty()) continue;
    auto entry = parse_line(line.text);
    const bool is_damaged = !entry;
    if (is_damaged) {
      note_damage(history, {lines.name(), number, entry.error(), !line.is_complete});
    } else {
      // A start completes the line that the end of the process before it cut off.
      if (was_damaged && entry->event == "start" && history.damaged_more == 0)
        history.damaged.back().is_cut_off = true;
      take_entry(history, *std::move(entry), newest);
    }
    was_damaged = is_damaged;
  }
}

}  // namespace

fs::path rotated_path(const fs::path& path, unsigned number) {
  fs::path rotated = path;
  rotated += fmt::format(".{}", number);
  return rotated;
}

boost::system::result<History, std::string> read_history(const fs::path& path, Rotated rotated,
                                                         std::size_t newest_max) {
  // Opened before any is read, the newest first: a rotation in between shows one file twice, and
  // never hides one.
  std::vector<Lines> files;
  auto newest = Lines::open(path);
  if (!newest) return newest.error();
  files.push_back(std::move(*newest));
  for (unsigned n = 1; rotated == Rotated::include && n <= rotated_max; ++n) {
    auto older = Lines::open(rotated_path(path, n));
    if (!older) break;
    if (!older->is_same_file(files.back())) files.push_back(std::move(*older));
  }
  History history;
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    read_lines(*file, history, newest_max);
    if (file->failed()) return file->failure();
  }
  keep_newest(history, newest_max);
  return history;
}

std::vector<Entry> read_tail(const fs::path& path, std::size_t octets) {
  for (const fs::path& candidate : {path, rotated_path(path, 1)}) {
    auto lines = Lines::open(candidate);
    if (!lines) continue;
    lines->skip_to_the_last(octets);
    History history;
    read_lines(*lines, history, entries_max);
    if (!history.entries.empty()) return std::move(history.entries);
  }
  return {};
}

std::optional<Entry> last_decision_before(const std::vector<Entry>& entries, std::string_view group,
                                          runtime::WallTime time) {
  // By place and not by time: the clock on the wall may have been set back.
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->step && entry->group == group && entry->time <= time) return *entry;
  }
  return std::nullopt;
}

}  // namespace signpost::history
