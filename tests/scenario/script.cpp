#include "tests/scenario/script.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "tests/scenario/expectation.hpp"
#include "tests/scenario/words.hpp"

namespace signpost::scenario {
namespace {

using decision::Hold;
using decision::Policy;

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Names take_names(Words& words) {
  Names names{words.take("a node")};
  while (!words.empty()) names.push_back(words.take("a node"));
  return names;
}

void read_policy(Words& words, Policy& p) {
  const std::pair<const char*, decision::Duration*> times[] = {
      {"damping", &p.damping},
      {"stale_hold", &p.stale_hold},
      {"max_view_age", &p.max_view_age},
      {"confirm_within", &p.confirm_within}};
  const std::pair<const char*, decision::Plan*> plans[] = {
      {"on_none", &p.on_none}, {"on_conflict", &p.on_conflict}, {"on_blind", &p.on_blind}};
  const std::pair<const char*, bool*> flags[] = {{"ask_amqp", &p.ask_amqp},
                                                 {"require_amqp", &p.require_amqp}};
  std::string key = words.take("a policy");
  for (auto [name, setting] : times) {
    if (key == name) return void(*setting = words.take_time(name));
  }
  for (auto [name, setting] : plans) {
    if (key != name) continue;
    *setting = {take_action(words), {}};
    if (words.take_if({"after"})) setting->after = words.take_time("after");
    return;
  }
  for (auto [name, setting] : flags) {
    if (key == name) return void(*setting = true);
  }
  words.fail("there is no policy \"" + key + "\"");
}

class Reader {
 public:
  Script read(const std::string& text);

 private:
  bool read_header(Words& words);
  What read_what(Words& words);
  What read_order(Words& words);
  Restart read_restart(Words& words);
  What read_news(Words& words);
  Answer read_answer(Words& words, Names nodes, bool from_now_on);
  std::optional<Time> take_asked_at(Words& words) const;
  void check_nodes(Words& words, const Names& names) const;

  Script script_;
  Policy policy_;  // as it is at the line in hand
  Time now_{};
};

void Reader::check_nodes(Words& words, const Names& names) const {
  for (const std::string& name : names) {
    if (!contains(script_.nodes, name) && !contains(script_.strangers, name))
      words.fail("\"" + name + "\" is no node of this script; see its \"group\" line");
  }
}

bool Reader::read_header(Words& words) {
  if (words.take_if({"group"})) {
    script_.nodes = take_names(words);
  } else if (words.take_if({"plain"})) {
    script_.nodes = take_names(words);
    script_.is_plain = true;
  } else if (words.take_if({"stranger"})) {
    script_.strangers = take_names(words);
  } else if (words.take_if({"policy"})) {
    read_policy(words, script_.policy);
  } else if (words.take_if({"saved"})) {
    decision::Saved saved;
    std::string node = words.take("a node");
    if (node != "nobody") saved.active = node;
    if (words.take_if({"opened"})) saved.opened = to_wall(words.take_time("opened"));
    words.need({"generation"});
    saved.generation = words.take_number("a generation");
    if (!words.empty()) saved.action = take_action(words);
    script_.saved = saved;
  } else {
    return false;
  }
  words.need_end();
  return true;
}

What Reader::read_order(Words& words) {
  if (words.take_if({"releases"})) return Release{};
  if (words.take_if({"sets"})) {
    read_policy(words, policy_);
    return SetPolicy{policy_};
  }
  Order order;
  if (words.take_if({"freezes"})) {
    order.kind = Hold::Kind::freeze;
  } else if (words.take_if({"withdraws"})) {
    order.kind = Hold::Kind::withdraw;
  } else {
    words.need({"pins"});
    order.kind = Hold::Kind::pin;
    order.node = words.take("a node");
    check_nodes(words, {order.node});
  }
  words.need({"for"});
  order.lasts = words.take_time("how long");
  return order;
}

Restart Reader::read_restart(Words& words) {
  Restart restart;
  if (words.take_if({"is", "down", "for"})) {
    restart.down_for = words.take_time("how long");
    now_ += restart.down_for;
    return restart;
  }
  words.need({"restarts"});
  restart.remembers = !words.take_if({"without", "its", "state", "file"});
  if (words.take_if({"with", "nodes"})) {
    restart.nodes = take_names(words);
    check_nodes(words, *restart.nodes);
  }
  return restart;
}

std::optional<Time> Reader::take_asked_at(Words& words) const {
  if (!words.take_if({"asked", "at"})) return std::nullopt;
  Time asked = words.take_time("asked at");
  if (asked > now_) words.fail("it cannot be asked after it has answered");
  return asked;
}

Answer Reader::read_answer(Words& words, Names nodes, bool from_now_on) {
  Answer answer{std::move(nodes), nullptr, from_now_on, {}, {}};
  std::string word = words.take("a state");
  answer.state = find_state(word);
  if (answer.state == nullptr)
    words.fail("\"" + word + "\" is no state; there are: " + all_states());
  if (answer.state->claims()) answer.opened = now_;
  if (words.take_if({"opened", "unknown"}))
    answer.opened.reset();
  else if (words.take_if({"opened"}))
    answer.opened = words.take_time("opened");
  if (!from_now_on) answer.asked_at = take_asked_at(words);
  return answer;
}

What Reader::read_news(Words& words) {
  Names nodes;
  while (contains(script_.nodes, words.peek()) || contains(script_.strangers, words.peek()))
    nodes.push_back(words.take("a node"));
  if (nodes.empty()) check_nodes(words, {words.take("somebody")});
  if (words.take_if({"is", "unclear", "by", "AMQP"}))
    return Amqp{nodes.front(), decision::AmqpSeen::Outcome::unclear, take_asked_at(words)};
  if (words.take_if({"accepts", "AMQP"}))
    return Amqp{nodes.front(), decision::AmqpSeen::Outcome::accepted, take_asked_at(words)};
  if (words.take_if({"denies", "AMQP"}))
    return Amqp{nodes.front(), decision::AmqpSeen::Outcome::denied, take_asked_at(words)};
  if (words.take_if({"is"}) || words.take_if({"are"}))
    return read_answer(words, std::move(nodes), true);
  if (words.take_if({"says"}) || words.take_if({"say"}))
    return read_answer(words, std::move(nodes), false);
  if (words.take_if({"answers", "no", "roles"})) return Views{std::move(nodes), std::nullopt};
  if (words.take_if({"calls", "nobody", "MASTER"}) || words.take_if({"call", "nobody", "MASTER"}))
    return Views{std::move(nodes), Names{}};
  if (!words.take_if({"calls"})) words.need({"call"});
  Names masters;
  while (!words.empty() && words.peek() != "MASTER") masters.push_back(words.take("a node"));
  words.need({"MASTER"});
  check_nodes(words, masters);
  return Views{std::move(nodes), std::move(masters)};
}

What Reader::read_what(Words& words) {
  if (words.take_if({"throughout", "expect"}))
    return Expect{read_expectation(words, script_.nodes), true};
  if (words.take_if({"expect"})) return Expect{read_expectation(words, script_.nodes), false};
  if (words.take_if({"operator"})) return read_order(words);
  if (words.take_if({"signpost"})) return read_restart(words);
  return read_news(words);
}

Script Reader::read(const std::string& text) {
  std::istringstream in(text);
  std::string line;
  bool says_source = false;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    says_source = says_source || line.starts_with("# Source: ");
    if (number == 1 && !line.starts_with("# "))
      throw ScriptError(1, "a script begins with a comment that tells the situation");
    bool expects = line.find("expect ") != std::string::npos;
    Words words(number, line, expects);
    if (words.empty()) continue;
    if (script_.lines.empty() && read_header(words)) continue;
    if (script_.nodes.empty()) words.fail("a \"group\" or \"plain\" line must come first");
    if (script_.lines.empty()) {
      policy_ = script_.policy;
      policy_.nodes = script_.nodes;
    }
    if (to_time(words.peek())) {
      Time at = words.take_time("a time");
      if (at < now_) words.fail("time does not go back");
      now_ = at;
    }
    Time at = now_;
    script_.lines.push_back({number, at, read_what(words)});
    words.need_end();
  }
  if (!says_source) throw ScriptError(1, "the head of a script says \"# Source: \" and where from");
  if (script_.lines.empty() || !std::holds_alternative<Expect>(script_.lines.back().what))
    throw ScriptError(1, "a script ends with what it expects");
  script_.policy.nodes = script_.nodes;
  return std::move(script_);
}

}  // namespace

// A round number of seconds, and a day on which brokers' clocks make sense.
probe::TimePoint to_steady(Time t) { return probe::TimePoint(std::chrono::hours(1000)) + t; }
probe::WallTime to_wall(Time t) { return probe::WallTime(std::chrono::seconds(1'764'000'000)) + t; }

Script read_script(const std::string& text) { return Reader().read(text); }

}  // namespace signpost::scenario
