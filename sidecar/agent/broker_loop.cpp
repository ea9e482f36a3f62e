#include "sidecar/agent/broker_loop.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sidecar/runtime/logging.hpp"

namespace signpost::agent {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using decision::Failed;
using runtime::Severity;

namespace {
constexpr auto roles_interval = 1s;
}

BrokerLoop::BrokerLoop(config::Broker broker, std::unique_ptr<probe::Prober> prober,
                       runtime::Clock& clock, Sink sink)
    : broker_(std::move(broker)),
      prober_(std::move(prober)),
      clock_(clock),
      sink_(std::move(sink)) {}

asio::awaitable<void> BrokerLoop::run() {
  runtime::TimePoint next = clock_.now();
  while (!retired_) {
    co_await ask_once();
    next = std::max(next + broker_.interval, clock_.now());
    co_await clock_.sleep_until(next);
  }
}

asio::awaitable<void> BrokerLoop::ask_once() {
  runtime::TimePoint started = clock_.now();
  ++requests_;
  auto result = co_await prober_->virtualhosts(started + broker_.timeout);
  runtime::TimePoint finished = clock_.now();
  if (!result) {
    last_.reset();
    note_outcome(result.error());
    pass_on({started, finished, Failed{Failed::Question::virtualhosts, result.error()}});
    co_return;
  }
  note_outcome(std::nullopt);
  note_clock(result->broker_time, started, finished);
  bool changed = last_ != *result;
  last_ = *result;
  pass_on({started, finished, std::move(*result)});
  if (changed || finished >= roles_due_) co_await ask_roles();
}

void BrokerLoop::pass_on(const BrokerAnswer& answer) {
  if (!retired_) sink_(answer);
}

asio::awaitable<void> BrokerLoop::ask_roles() {
  runtime::TimePoint started = clock_.now();
  roles_due_ = started + roles_interval;
  requests_ += 2;
  auto result = co_await prober_->roles(started + broker_.timeout);
  runtime::TimePoint finished = clock_.now();
  if (!result) {
    pass_on({started, finished, Failed{Failed::Question::roles, result.error()}});
    co_return;
  }
  note_clock(result->broker_time, started, finished);
  note_transactions(result->nodes, finished);
  pass_on({started, finished, std::move(*result)});
}

void BrokerLoop::note_clock(const std::optional<runtime::WallTime>& broker_time,
                            runtime::TimePoint started, runtime::TimePoint finished) {
  if (!broker_time) return;
  runtime::WallTime wall = clock_.wall_now();
  auto lasted = std::chrono::ceil<std::chrono::milliseconds>(finished - started);
  clock_offset_.note({*broker_time, wall - lasted, wall}, finished);
}

// Of the nodes in the newest answer only, so that it is as bounded as an answer is.
void BrokerLoop::note_transactions(const std::vector<probe::NodeRow>& nodes,
                                   runtime::TimePoint finished) {
  std::map<std::string, decision::TransactionHistory> known;
  known.swap(transactions_);
  for (const probe::NodeRow& node : nodes) {
    if (!node.transaction_id) continue;
    auto& history = transactions_[node.name] = std::move(known[node.name]);
    history.note(*node.transaction_id, finished);
  }
}

const decision::TransactionHistory* BrokerLoop::transactions(const std::string& node) const {
  auto found = transactions_.find(node);
  return found == transactions_.end() ? nullptr : &found->second;
}

// The first failure at once, then after 10 s, a minute and every five minutes, each with the count;
// the recovery always.
void BrokerLoop::note_outcome(const std::optional<probe::Failure>& failure) {
  runtime::TimePoint now = clock_.now();
  auto seconds = [&] {
    return fmt::format("{:.1f}s", std::chrono::duration<double>(now - failing_since_).count());
  };
  if (!failure) {
    if (failing_) {
      runtime::log(Severity::info, "probe_recovered",
                   {{"broker", broker_.name},
                    {"failures", std::to_string(failures_)},
                    {"after", seconds()}});
    }
    failing_.reset();
    failures_ = 0;
    return;
  }
  bool first = !failing_;
  if (first) failing_since_ = now;
  bool other = failing_ != failure->code;
  failing_ = failure->code;
  ++failures_;
  if (!other && now < next_reminder_) return;
  runtime::log(Severity::warning, "probe_failing",
               {{"broker", broker_.name},
                {"url", broker_.target.url()},
                {"error", to_text(failure->code)},
                {"detail", failure->detail},
                {"count", std::to_string(failures_)},
                {"for", seconds()}});
  auto lasted = now - failing_since_;
  next_reminder_ = now + (lasted < 10s ? 10s : lasted < 60s ? 60s : 300s);
}

}  // namespace signpost::agent
