// many_groups [GROUPS]: what 1,000 groups (or GROUPS) on three brokers cost the control thread, on
// virtual time: the real agent, decisions, publisher and reader of answers; brokers without
// sockets. Each figure beside that of one group and its limit. Exit 1 if an answer is wrong at the
// end.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>

#include "sidecar/agent/agent.hpp"
#include "sidecar/agent/serve_publisher.hpp"
#include "tests/bench/many_brokers.hpp"
#include "tests/support/sim_clock.hpp"

namespace signpost::bench {
namespace {

using namespace std::chrono_literals;

constexpr double cpu_limit = 5, rss_limit = 60, requests_limit = 4;
constexpr auto step = 1ms;  // what happens within one is a single pause of the control thread

/// Answers like a quick disk: 2 ms after the newest state.
class QuickDisk final : public runtime::StateStore {
 public:
  QuickDisk(runtime::Clock& clock, runtime::TaskGroup& tasks) : clock_(clock), tasks_(tasks) {}
  void on_done(Done done) override { done_ = std::move(done); }
  std::uint64_t save(runtime::State state) override {
    newest_ = std::move(state);
    ++sequence_;
    if (!busy_) {
      busy_ = true;
      tasks_.spawn(write());
    }
    return sequence_;
  }

 private:
  boost::asio::awaitable<void> write() {
    std::uint64_t written = 0;
    while (written < sequence_) {
      written = sequence_;
      co_await clock_.sleep_until(clock_.now() + 2ms);
      done_(written, "");
    }
    busy_ = false;
  }

  runtime::Clock& clock_;
  runtime::TaskGroup& tasks_;
  Done done_;
  runtime::State newest_;
  std::uint64_t sequence_ = 0;
  bool busy_ = false;
};

/// Processor time of a stretch of virtual time.
struct Cost {
  double cpu = 0, reading = 0, longest = 0;  // seconds; longest: within one step
};

/// Crosses a pipe from the process that measured to the one that prints.
struct Figures {
  double cpu_percent = 0, reading_percent = 0, tick_ms = 0, pause_ms = 0;
  double requests_per_second = 0;  // of one broker
  double rss_mib = 0;              // without the texts of the fakes
  double one_ms = 0, one_pause_ms = 0;
  double death_ms = 0, death_pause_ms = 0;
  std::size_t moved = 0;
  std::size_t wrong = 0;
};

double rss_mib() {
  std::ifstream statm("/proc/self/statm");
  double total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

class Bench {
 public:
  explicit Bench(std::size_t groups) : brokers_(clock_, groups) {
    agent_ = std::make_unique<agent::Agent>(
        brokers_.shared_config(), runtime::State{},
        [this](const config::Broker& broker) { return brokers_.prober(broker); }, clock_, store_,
        recorder_);
    publisher_ = std::make_unique<agent::ServePublisher>(agent_->config(), agent_->wanted(),
                                                         agent_->serial());
    agent_->start(*publisher_, tasks_);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  ~Bench() {
    tasks_.request_stop();
    boost::asio::co_spawn(context_, tasks_.join(), [](const std::exception_ptr&) {});
    clock_.run_for(1s);
  }

  Figures run() {
    Figures f;
    measure(10s);
    steady(f);
    f.rss_mib = rss_mib() - static_cast<double>(brokers_.text_octets()) / (1024 * 1024);
    one_failover(f);
    death_of_a_broker(f);
    f.wrong += wrong_answers();
    return f;
  }

 private:
  Cost measure(runtime::TimePoint::duration time) {
    Cost cost;
    double reading = brokers_.reading_seconds();
    for (auto end = clock_.now() + time; clock_.now() < end;) {
      double begun = cpu_seconds();
      clock_.run_for(step);
      double took = cpu_seconds() - begun;
      cost.cpu += took;
      cost.longest = std::max(cost.longest, took);
    }
    cost.reading = brokers_.reading_seconds() - reading;
    return cost;
  }

  void steady(Figures& f) {
    constexpr int seconds = 60;
    std::uint64_t requests = brokers_.requests(0);
    Cost cost = measure(std::chrono::seconds(seconds));
    per_second_ = cost.cpu / seconds;
    f.cpu_percent = 100 * per_second_;
    f.reading_percent = 100 * cost.reading / seconds;
    f.tick_ms = 1000 * per_second_ / 2;  // two ticks a second
    f.pause_ms = 1000 * cost.longest;
    f.requests_per_second = static_cast<double>(brokers_.requests(0) - requests) / seconds;
  }

  void one_failover(Figures& f) {
    constexpr int rounds = 10;
    for (int i = 0; i < rounds; ++i) {
      std::size_t group = static_cast<std::size_t>(i) * 7 % brokers_.config().groups.size();
      std::size_t next = (brokers_.active(group).value() + 1) % ManyBrokers::size;
      brokers_.elect(group, next);
      brokers_.speak();
      Cost cost = measure(10s);
      f.one_ms += 1000 * (cost.cpu - 10 * per_second_) / rounds;
      f.one_pause_ms = std::max(f.one_pause_ms, 1000 * cost.longest);
      f.wrong += wrong_answers();
    }
  }

  // The groups of the dead broker elect at the same instant: the worst that can happen.
  void death_of_a_broker(Figures& f) {
    std::vector<std::size_t> orphans;
    for (std::size_t g = 0; g < brokers_.config().groups.size(); ++g)
      if (brokers_.active(g) == 0 || brokers_.config().groups.size() == 1) orphans.push_back(g);
    std::size_t dead = brokers_.active(orphans.front()).value();
    brokers_.kill(dead);
    for (std::size_t g : orphans) brokers_.elect(g, std::nullopt);
    brokers_.speak();
    Cost electing = measure(1s);
    for (std::size_t g : orphans)
      brokers_.elect(g, (dead + 1 + g / ManyBrokers::size % 2) % ManyBrokers::size);
    brokers_.speak();
    Cost moving = measure(9s);
    f.moved = orphans.size();
    // One broker less is read from here on.
    f.death_ms = 1000 * (electing.cpu + moving.cpu - 10 * per_second_ * 2 / 3);
    f.death_pause_ms = 1000 * std::max(electing.longest, moving.longest);
  }

  /// Groups whose published address is not that of their active node.
  [[nodiscard]] std::size_t wrong_answers() const {
    std::map<dns::Name, std::string> published;
    for (const dns::RRset& set : publisher_->zone().rrsets)
      if (set.type == dns::RRType::a)
        published[set.owner] = dns::rdata_text(set.type, set.rdata.front());
    std::size_t wrong = 0;
    for (std::size_t g = 0; g < brokers_.config().groups.size(); ++g) {
      const config::Group& group = brokers_.config().groups[g];
      const std::string& wanted = group.nodes[brokers_.active(g).value()].address.front();
      wrong += published[group.record.name] == wanted ? 0 : 1;
    }
    return wrong;
  }

  boost::asio::io_context context_{1};
  test::SimClock clock_{context_};
  runtime::TaskGroup tasks_{context_.get_executor()};
  ManyBrokers brokers_;
  QuickDisk store_{clock_, tasks_};
  history::NoRecorder recorder_;
  std::unique_ptr<agent::Agent> agent_;
  std::unique_ptr<agent::ServePublisher> publisher_;
  double per_second_ = 0;
};

/// In a process of its own, so that the memory of one size does not count for the other.
Figures figures_of(std::size_t groups) {
  int ends[2];
  if (pipe(ends) != 0) std::exit(1);
  pid_t child = fork();
  if (child == 0) {
    // The log lines are made, as in production, and thrown away.
    if (std::freopen("/dev/null", "w", stderr) == nullptr) _exit(1);
    Figures f = Bench(groups).run();
    _exit(write(ends[1], &f, sizeof f) == sizeof f ? 0 : 1);
  }
  close(ends[1]);
  Figures f;
  bool complete = read(ends[0], &f, sizeof f) == sizeof f;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  if (!complete) {
    fmt::print(stderr, "many_groups: the run with {} groups gave no figures\n", groups);
    std::exit(1);
  }
  return f;
}

void row(const char* what, double one, double many, double limit = 0) {
  std::string verdict =
      limit == 0 ? "" : fmt::format("{:8g}  {}", limit, many <= limit ? "within" : "ABOVE");
  fmt::print("  {:46} {:9.2f} {:9.2f} {}\n", what, one, many, verdict);
}

int print(std::size_t groups) {
  Figures one = figures_of(1), many = figures_of(groups);
  double growth = (many.rss_mib - one.rss_mib) * 1024 / static_cast<double>(groups - 1);
  fmt::print(
      "3 brokers, polled every 500 ms, virtual time; reading the answers included, sockets not\n");
  fmt::print("  {:46} {:>9} {:>9} {:>8}\n", "groups", 1, groups, "limit");
  row("CPU, % of a core", one.cpu_percent, many.cpu_percent, cpu_limit);
  row("  of it reading the brokers' JSON", one.reading_percent, many.reading_percent);
  row("CPU per tick (all brokers), ms", one.tick_ms, many.tick_ms);
  row("longest pause of the control thread, ms", one.pause_ms, many.pause_ms);
  row("requests per broker and second", one.requests_per_second, many.requests_per_second,
      requests_limit);
  row("memory of this process, MiB", one.rss_mib, many.rss_mib, rss_limit);
  fmt::print("  {:46} {:>9} {:9.2f}\n", "  growth per group, KiB", "", growth);
  row("failover of one group: CPU beyond steady, ms", one.one_ms, many.one_ms);
  row("  longest pause, ms", one.one_pause_ms, many.one_pause_ms);
  fmt::print("  {:46} {:9} {:9}\n", "a broker's death: groups that move at once", one.moved,
             many.moved);
  row("  CPU beyond steady, ms", one.death_ms, many.death_ms);
  row("  longest pause, ms", one.death_pause_ms, many.death_pause_ms);
  if (one.wrong + many.wrong == 0) return 0;
  fmt::print("WRONG ANSWERS: {} with one group, {} with {}\n", one.wrong, many.wrong, groups);
  return 1;
}

}  // namespace
}  // namespace signpost::bench

int main(int argc, char** argv) {
  long groups = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 1000;
  if (argc > 2 || groups < 2 || groups > 10'000) {
    fmt::print(stderr, "usage: many_groups [GROUPS], 2 to 10000\n");
    return 64;
  }
  return signpost::bench::print(static_cast<std::size_t>(groups));
}
