// HistoryFile: appends lines to a file and rotates it. Blocking; not for the control thread.
//
// What a crash can leave is one line without its end: open() finds it, and the next line begins on
// a line of its own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace signpost::history {

struct HistoryFileOptions {
  std::filesystem::path path;
  std::uint64_t max_size = 4 << 20;  // octets, of each file
  unsigned keep = 2;                 // older files beside it: path.1, path.2
};

class HistoryFile {
 public:
  explicit HistoryFile(HistoryFileOptions options);
  ~HistoryFile();
  HistoryFile(const HistoryFile&) = delete;
  HistoryFile& operator=(const HistoryFile&) = delete;

  // Each returns an empty string, or one line: what failed, on which file, and why. Then nothing
  // of the line is in the file, and the same call may be made again.

  /// `line` with its newline. Opens the file if it is not open, or is no longer what the path
  /// leads to.
  std::string append(std::string_view line);
  /// To the disk itself.
  std::string flush();

  /// Gives the file to the next writer; append() opens it again.
  void close();

  /// Lines that were found cut off, since the last call.
  unsigned take_cut_off();

 private:
  std::string open();
  std::string rotate();
  std::string write(std::string_view text);
  [[nodiscard]] bool is_at_path() const;

  HistoryFileOptions options_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  bool is_cut_off_ = false;  // the last line has no newline
  unsigned cut_off_ = 0;
};

}  // namespace signpost::history
