// HistoryWriter: keeps the history on a thread of its own. The control thread hands entries over
// and goes on; a disk that is full or hangs costs entries, and never a decision.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "sidecar/history/history_file.hpp"
#include "sidecar/history/recent.hpp"
#include "sidecar/history/recorder.hpp"

namespace signpost::history {

class HistoryWriter final : public Recorder {
 public:
  /// Entries that wait for the disk, 3 kB each: a broker of a thousand groups that goes and comes
  /// back makes three for each group.
  static constexpr std::size_t queue_max = 10'000;

  /// Reads the end of the file, for the sequence number and the recent entries.
  HistoryWriter(boost::asio::any_io_executor control, HistoryFileOptions options,
                std::size_t queued_max = queue_max);
  /// Waits at most half a second for what was handed over.
  ~HistoryWriter() override;
  HistoryWriter(const HistoryWriter&) = delete;
  HistoryWriter& operator=(const HistoryWriter&) = delete;

  void add(Entry entry) override;
  [[nodiscard]] const RecentEntries& recent() const { return recent_; }
  /// Empty, or why the newest entries are not in the file.
  [[nodiscard]] const std::string& error() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
  RecentEntries recent_;
  std::uint64_t seq_ = 0;  // of the newest entry
};

}  // namespace signpost::history
