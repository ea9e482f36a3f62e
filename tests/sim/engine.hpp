// Engine: the heart of the simulator. One queue of events in true time, one source of chance, one
// trace. The same seed gives the same events in the same order, and so the same trace hash, on any
// machine: nothing here reads a real clock, an address or a hash of a pointer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signpost::sim {

using Time =
    std::chrono::steady_clock::time_point;  // true time; processes have clocks of their own
using Duration = std::chrono::steady_clock::duration;

/// Seeded chance (splitmix64 and own mappings: the standard's distributions differ between
/// libraries). Streams made by fork() are independent: what one part draws does not shift
/// another's.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(seed), state_(seed) {}
  std::uint64_t next();
  /// Uniform in [0, n); n > 0.
  std::uint64_t below(std::uint64_t n);
  bool chance(double probability);
  /// Uniform in [least, most].
  Duration between(Duration least, Duration most);
  /// The stream of that name: the same one whenever it is asked for, whatever was drawn before.
  Dice fork(std::string_view name);

 private:
  std::uint64_t seed_;
  std::uint64_t state_;
};

class Engine {
 public:
  Engine();
  ~Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] Time begun() const { return begun_; }
  /// Events of the same instant run in the order in which they were asked for; one for the past
  /// runs now.
  void at(Time when, std::function<void()> what);
  void after(Duration d, std::function<void()> what) { at(now_ + d, std::move(what)); }

  /// The next event. False when there is none before `end`: the time is `end` then, and events of
  /// that very instant are still to come.
  bool step(Time end);

  /// One line of the trace: hashed always, kept (with its time) when `keep_trace(true)`.
  void note(std::string_view line);
  void keep_trace(bool keep) { keep_ = keep; }
  [[nodiscard]] bool keeps_trace() const { return keep_; }
  [[nodiscard]] const std::vector<std::string>& trace() const { return trace_; }
  [[nodiscard]] std::uint64_t trace_hash() const { return hash_; }

 private:
  struct Event {
    Time when;
    std::uint64_t number;
    std::function<void()> what;
  };
  static bool later(const Event& a, const Event& b) {
    return a.when != b.when ? a.when > b.when : a.number > b.number;
  }

  Time begun_, now_;
  std::vector<Event> heap_;
  std::uint64_t events_ = 0;
  bool keep_ = false;
  std::vector<std::string> trace_;
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace signpost::sim
