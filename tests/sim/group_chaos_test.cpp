// Whatever happens to the group, and in whatever order: what must hold of the model.
#include <algorithm>
#include <array>

#include "tests/sim/group_run.hpp"

namespace signpost::sim {
namespace {

using namespace std::chrono_literals;

/// Random faults for two minutes, then none.
class Chaos {
 public:
  Chaos(std::uint64_t seed, std::size_t nodes) : dice_(seed) {
    GroupShape shape;
    shape.nodes = nodes;
    if (dice_.chance(0.5)) {  // the defaults of Broker-J and JE
      shape.replica_timeout = 30s;
      shape.quorum_patience = 20s;
    }
    for (std::size_t i = 0; i < nodes; ++i) {
      shape.clock_offset.push_back(dice_.between(-1s, 1s));
    }
    group.emplace(engine, dice_.fork("group"), std::move(shape),
                  [this](const Activation& a) { check(a); });
  }

  void run() {
    const Time calm = engine.now() + 120s;
    while (engine.now() < calm) {
      const Time next = engine.now() + dice_.between(0s, 12s);
      while (engine.step(next)) check_claims();
      disturb();
      check_claims();
    }
    for (std::size_t i = 0; i < nodes(); ++i) {
      group->resume(i);
      group->start(i);
      group->set_quorum_override(i, false);
      group->set_designated_primary(i, false);
    }
    cut_ = {};
    group->heal_all();
    const Time end = engine.now() + 60s;
    while (engine.step(end)) check_claims();
  }

  [[nodiscard]] bool used_authority() const {
    return std::find(authority_.begin(), authority_.end(), true) != authority_.end();
  }

  Engine engine;
  std::optional<GroupModel> group;

 private:
  [[nodiscard]] std::size_t nodes() const { return group->shape().nodes; }

  void disturb() {
    const std::size_t a = dice_.below(nodes());
    const std::size_t b = dice_.below(nodes());
    switch (dice_.below(majorities_only_ ? 10 : 12)) {
      case 0:
        group->kill(a);
        break;
      case 1:
        group->pause(a);
        break;
      case 2:
        set_cut(a, b, true);
        break;
      case 3:
        set_cut(a, b, false);
        break;
      case 4:
        group->transfer(a);
        break;
      case 5:
        for (std::size_t i = 0; i < nodes(); ++i) {
          set_cut(a, i, true);
          set_cut(i, a, true);
        }
        break;
      case 6:
        group->set_recovery(dice_.between(10ms, 5s));
        break;
      case 7:
        cut_ = {};
        group->heal_all();
        break;
      case 10:
        if (group->set_quorum_override(a, dice_.chance(0.3))) authority_[a] = true;
        break;
      case 11:
        if (group->set_designated_primary(a, dice_.chance(0.5))) authority_[a] = true;
        break;
      default:
        group->resume(a);
        group->start(b);
    }
  }

  void set_cut(std::size_t from, std::size_t to, bool cut) {
    if (from == to) return;
    cut_[from][to] = cut;
    cut ? group->cut(from, to) : group->heal(from, to);
  }

  /// By majority: those who made it can be counted from outside.
  void check(const Activation& a) {
    EXPECT_EQ(a.epoch, group->activations().size());
    EXPECT_EQ(group->epoch_of(a.node, engine.now()), a.epoch);
    EXPECT_TRUE(group->running(a.node));
    check_stamp(a);
    if (!a.by_majority) return;
    std::size_t together = 1;
    for (std::size_t i = 0; i < nodes(); ++i) {
      together += i != a.node && group->running(i) && !cut_[i][a.node] && !cut_[a.node][i];
    }
    // An override given after the election lets it open alone.
    EXPECT_TRUE(authority_[a.node] || together > nodes() / 2) << "epoch " << a.epoch;
  }

  /// Elections by majority alone: if it were not for the clocks, lastOpenedTime would tell the
  /// order.
  void check_stamp(const Activation& a) {
    const auto rows = group->virtualhost_rows(a.node);
    ASSERT_TRUE(!rows.empty() && rows[0].last_opened);
    const auto opened = *rows[0].last_opened - std::chrono::floor<std::chrono::milliseconds>(
                                                   group->shape().clock_offset[a.node]);
    if (!used_authority()) {
      EXPECT_TRUE(a.by_majority);
      EXPECT_GT(opened, newest_stamp_) << "epoch " << a.epoch;
    }
    newest_stamp_ = opened;
  }

  /// ACTIVE on a node if and only if an activation of it holds.
  void check_claims() {
    for (std::size_t i = 0; i < nodes(); ++i) {
      const auto rows = group->virtualhost_rows(i);
      const bool claims = !rows.empty() && rows[0].claims_active();
      const auto& all = group->activations();
      const bool holds = std::any_of(all.begin(), all.end(),
                                     [i](const Activation& a) { return a.node == i && !a.until; });
      ASSERT_EQ(claims, holds) << group->node_name(i);
      ASSERT_TRUE(!claims || rows[0].last_opened);
    }
  }

  Dice dice_;
  bool majorities_only_ = dice_.chance(0.5);
  std::array<std::array<bool, max_nodes>, max_nodes> cut_{};
  std::array<bool, max_nodes> authority_{};  // was ever given one
  probe::WallTime newest_stamp_{};
};

TEST(GroupChaos, ClaimsOnlyWithAnActivationAndSettlesAfterwards) {
  std::size_t activations = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chaos chaos(seed, 1 + seed % 5);
    chaos.run();
    EXPECT_TRUE(chaos.group->settled());
    EXPECT_TRUE(chaos.used_authority() || chaos.group->sole_master());
    activations += chaos.group->activations().size();
    if (HasFailure()) return;
  }
  EXPECT_GT(activations, 800U);
}

TEST(GroupChaos, IsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::array<std::uint64_t, 3> hash{};
    for (std::size_t i = 0; i < hash.size(); ++i) {
      Chaos chaos(i < 2 ? seed : seed + 1000, 3);
      chaos.run();
      hash[i] = chaos.engine.trace_hash();
    }
    EXPECT_EQ(hash[0], hash[1]);
    EXPECT_NE(hash[0], hash[2]);
  }
}

}  // namespace
}  // namespace signpost::sim
