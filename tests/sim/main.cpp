// signpost_sim: runs seeds until all are done, says what was hit and what was violated, replays and
// shrinks what failed. tests/sim/run builds and calls it.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "tests/sim/mutant.hpp"
#include "tests/sim/report.hpp"
#include "tests/sim/shrinker.hpp"

namespace signpost::sim {
namespace {

constexpr const char* usage =
    "usage: signpost_sim [--seeds N] [--first-seed S] [--jobs J]\n"
    "       signpost_sim --replay SEED [--trace] [--shrink]\n"
    "       signpost_sim --schedule FILE [--trace] [--shrink]\n"
    "       any of them with --mutant NAME (signpost_sim_mutants only)\n";

struct Options {
  std::uint64_t seeds = 1000, first_seed = 1;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::optional<std::uint64_t> replay;
  std::string schedule;
  bool trace = false, shrink = false, stop_at_first = false;
};

std::uint64_t number(const std::string& word) {
  std::size_t used = 0;
  std::uint64_t n = word.empty() || word[0] == '-' ? 0 : std::stoull(word, &used);
  if (used == 0 || used != word.size()) throw std::invalid_argument("not a number: " + word);
  return n;
}

Options parse(const std::vector<std::string>& words) {
  Options o;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    auto next = [&]() -> const std::string& {
      if (++i >= words.size()) throw std::invalid_argument(word + " needs a value");
      return words[i];
    };
    if (word == "--seeds")
      o.seeds = number(next());
    else if (word == "--first-seed")
      o.first_seed = number(next());
    else if (word == "--jobs")
      o.jobs = static_cast<unsigned>(std::clamp<std::uint64_t>(number(next()), 1, 256));
    else if (word == "--replay")
      o.replay = number(next());
    else if (word == "--schedule")
      o.schedule = next();
    else if (word == "--mutant")
      chosen_mutant() = next();
    else if (word == "--trace")
      o.trace = true;
    else if (word == "--shrink")
      o.shrink = true;
    else if (word == "--stop-at-first")
      o.stop_at_first = true;
    else
      throw std::invalid_argument("unknown word " + word);
  }
  return o;
}

double in_seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

std::string describe(const Violation& v) {
  return fmt::format("violated {} at {:.3f} s: {}", v.invariant, in_seconds(v.when), v.detail);
}

// One schedule, with everything a person may want to see of it.
int run_one(const Options& options, const Schedule& schedule) {
  Outcome outcome = simulate(schedule, options.trace && !options.shrink);
  if (options.shrink && outcome.violation) {
    outcome = shrink(outcome, [](std::size_t left) { std::cerr << left << " faults left\n"; });
    if (options.trace) outcome = simulate(Schedule(outcome.schedule), true);
  }
  for (const std::string& line : outcome.trace) std::cout << line << "\n";
  std::cout << to_text(outcome.schedule)
            << fmt::format("# {:.1f} s, {} activations, trace {:016x}\n",
                           in_seconds(outcome.length), outcome.activations, outcome.trace_hash);
  std::cout << (outcome.violation ? describe(*outcome.violation) : "nothing was violated") << "\n";
  return outcome.violation ? 1 : 0;
}

// Every hundredth seed is run twice.
constexpr std::uint64_t repeat_each = 100;
// With fewer seeds some kinds of fault may not come at all.
constexpr std::uint64_t seeds_for_all_faults = 1000;

void run_seeds(const Options& options, Report& report) {
  std::atomic<std::uint64_t> next = 0;
  std::atomic<bool> stop = false;
  auto work = [&] {
    for (std::uint64_t i = next++; i < options.seeds && !stop; i = next++) {
      std::uint64_t seed = options.first_seed + i;
      Outcome outcome = simulate(schedule_of(seed), false);
      report.add(outcome);
      if (outcome.violation && options.stop_at_first) stop = true;
      if (i % repeat_each == 0)
        report.add_repeated(seed,
                            simulate(outcome.schedule, false).trace_hash == outcome.trace_hash);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned j = 0; j < options.jobs; ++j) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

void print_violations(const Report& report, const std::string& self) {
  std::size_t shown = 0;
  constexpr std::size_t shown_most = 20;
  for (const auto& [seed, violation] : report.violations()) {
    if (++shown > shown_most) break;
    std::cout << fmt::format("seed {} {}\n  replay: {} --replay {} --trace\n", seed,
                             describe(violation), self, seed);
  }
}

int run_many(const Options& options, const std::string& self) {
  Report report;
  auto begun = std::chrono::steady_clock::now();
  run_seeds(options, report);
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  report.print_faults(std::cout);
  report.print_figures(std::cout, seconds);
  print_violations(report, self);
  std::string wrong;
  if (options.seeds >= seeds_for_all_faults && !options.stop_at_first) {
    for (FaultKind kind : report.never_hit())
      wrong += fmt::format(" {} was never hit;", to_word(kind));
  }
  for (std::uint64_t seed : report.not_repeatable())
    wrong += fmt::format(" seed {} has two traces;", seed);
  if (options.stop_at_first && !report.violations().empty()) {
    const auto& [seed, violation] = *report.violations().begin();
    std::cout << fmt::format("found after {} seeds by {}\n", seed - options.first_seed + 1,
                             violation.invariant);
  }
  bool good = wrong.empty() && report.violations().empty();
  std::cout << fmt::format("{}: {} violations in {} seeds from {};{}\n", good ? "PASS" : "FAIL",
                           report.violations().size(), options.seeds, options.first_seed, wrong);
  return good ? 0 : 1;
}

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

int run(const std::vector<std::string>& words, const std::string& self) {
  Options options = parse(words);
  if (options.replay) return run_one(options, schedule_of(*options.replay));
  if (!options.schedule.empty()) return run_one(options, parse_schedule(text_of(options.schedule)));
  return run_many(options, self);
}

}  // namespace
}  // namespace signpost::sim

int main(int argc, char** argv) {
  try {
    const char* shown = std::getenv("SIGNPOST_SIM_COMMAND");  // how a person started this
    return signpost::sim::run({argv + 1, argv + argc}, shown != nullptr ? shown : argv[0]);
  } catch (const std::exception& e) {
    std::cerr << "signpost_sim: " << e.what() << "\n" << signpost::sim::usage;
    return 64;
  }
}
