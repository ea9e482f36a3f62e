// Network: what lies between sidecars and brokers' management ports. A request travels, is answered
// with the broker's word at the instant when it arrived, and the answer travels back; any of it may
// be slow, lost, refused or somebody else's.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "probe/error.hpp"
#include "tests/sim/fault.hpp"
#include "tests/sim/world.hpp"

namespace signpost::sim {

enum class Question { virtualhosts, nodes, peers };

struct Reply {
  std::optional<probe::Failure> failure;
  Time said_at{};
  std::uint64_t epoch = 0;  // newest activation of the broker that spoke; the truth, for invariants
  std::vector<probe::VirtualhostRow> rows;
  std::vector<probe::NodeRow> nodes;
  std::vector<probe::PeerRow> peers;
};

class Network {
 public:
  /// `on_hit`: a fault made a difference, by its number. All references must outlive the engine's
  /// last event.
  Network(Engine& engine, GroupModel& group, const World& world, Dice dice,
          std::function<void(std::size_t fault)> on_hit);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  /// `on_reply` runs at most once: when the network is silent it never does.
  void ask(std::size_t sidecar, std::size_t node, Question question,
           std::function<void(Reply)> on_reply);
  /// The sidecar gives up its connection: what is still on its way on it is dropped.
  void close(std::size_t sidecar, std::size_t node);

  void begin(std::size_t number, const Fault& fault);
  void end(std::size_t number);
  /// The broker's process has ended: all its connections are reset.
  void note_killed(std::size_t node);
  void note_resumed(std::size_t node);

  /// Since when nothing has been wrong between these two; nullopt = something is.
  [[nodiscard]] std::optional<Time> clear_since(std::size_t sidecar, std::size_t node) const;

 private:
  struct Active {
    std::size_t number;
    Fault fault;
  };
  struct Path {
    bool connected = false;
    std::uint64_t connection = 0;  // replies of an earlier one are dropped
    bool dead = false;             // half open
    Time wrong_until{};
  };
  struct Exchange {
    std::size_t sidecar = 0, node = 0;
    Question question{};
    std::uint64_t connection = 0;
    std::function<void(Reply)> on_reply;
  };
  using Shared = std::shared_ptr<Exchange>;

  void send(const Shared& x);
  void arrive(const Shared& x);
  void answer(const Shared& x, Reply reply, Duration after);
  void fail(const Shared& x, probe::errc code, Duration after);
  Reply word_of(std::size_t broker, Question question) const;
  void distort(const Shared& x, Reply& reply);

  Path& path(std::size_t sidecar, std::size_t node) { return paths_[sidecar * nodes_ + node]; }
  /// The fault of this kind that is in force on this path; it counts as hit.
  const Fault* strike(FaultKind kind, std::size_t sidecar, std::size_t node);
  static bool concerns(const Fault& fault, std::size_t sidecar, std::size_t node);
  bool is_cut(FaultKind direction, std::size_t sidecar, std::size_t node);
  Duration leg(std::size_t sidecar, std::size_t node);

  Engine& engine_;
  GroupModel& group_;
  const World& world_;
  Dice dice_;
  std::function<void(std::size_t)> on_hit_;
  std::size_t nodes_;
  std::vector<Path> paths_;
  std::vector<Active> active_;
  std::vector<std::vector<Shared>> waiting_;  // by broker: requests that a stopped process holds
};

}  // namespace signpost::sim
