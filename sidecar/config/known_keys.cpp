#include "sidecar/config/known_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

constexpr KnownKey all_keys[] = {
    {"", "version"},
    {"", "broker"},
    {"broker", "name"},
    {"broker", "management"},
    {"broker", "username"},
    {"broker", "password_file"},
    {"broker", "ca_file"},
    {"broker", "cert_file"},
    {"broker", "key_file"},
    {"broker", "verify"},
    {"broker", "interval"},
    {"broker", "timeout"},
    {"broker", "address"},
    {"broker", "host"},
    {"broker", "amqp"},
    {"", "group"},
    {"group", "name"},
    {"group", "ha_group"},
    {"group", "virtualhost"},
    {"group", "node"},
    {"group.node", "name"},
    {"group.node", "address"},
    {"group.node", "broker"},
    {"group.node", "management"},
    {"group.node", "host"},
    {"group.node", "amqp"},
    {"group", "probe"},
    {"group.probe", "methods"},
    {"group.probe", "interval"},
    {"group.probe", "timeout"},
    {"group.probe", "rest"},
    {"group.probe.rest", "username"},
    {"group.probe.rest", "password_file"},
    {"group.probe.rest", "ca_file"},
    {"group.probe.rest", "cert_file"},
    {"group.probe.rest", "key_file"},
    {"group.probe.rest", "verify"},
    {"group", "decide"},
    {"group.decide", "max_view_age"},
    {"group.decide", "stale_hold"},
    {"group.decide", "damping"},
    {"group.decide", "hold_max"},
    {"group.decide", "on_none"},
    {"group.decide", "on_none_after"},
    {"group.decide", "on_conflict"},
    {"group.decide", "on_conflict_after"},
    {"group.decide", "on_blind"},
    {"group.decide", "on_blind_after"},
    {"group.decide", "fallback"},
    {"group", "record"},
    {"group.record", "name"},
    {"group.record", "types"},
    {"group.record", "ttl"},
    {"group.record", "srv"},
    {"group.record.srv", "service"},
    {"group.record.srv", "port"},
    {"group", "publish"},
    {"group.publish", "mode"},
    {"", "discover"},
    {"discover", "name"},
    {"discover", "include"},
    {"discover", "exclude"},
    {"discover", "grace"},
    {"discover", "decide"},
    {"discover.decide", "max_view_age"},
    {"discover.decide", "stale_hold"},
    {"discover.decide", "damping"},
    {"discover.decide", "hold_max"},
    {"discover.decide", "on_none"},
    {"discover.decide", "on_none_after"},
    {"discover.decide", "on_conflict"},
    {"discover.decide", "on_conflict_after"},
    {"discover.decide", "on_blind"},
    {"discover.decide", "on_blind_after"},
    {"discover.decide", "fallback"},
    {"discover", "record"},
    {"discover.record", "types"},
    {"discover.record", "ttl"},
    {"discover.record", "srv"},
    {"discover.record.srv", "service"},
    {"discover.record.srv", "port"},
    {"discover", "publish"},
    {"discover.publish", "mode"},
    {"", "serve"},
    {"serve", "listen"},
    {"serve", "zone"},
    {"serve", "ns"},
    {"serve", "ns_address"},
    {"serve", "soa"},
    {"serve.soa", "mname"},
    {"serve.soa", "rname"},
    {"serve.soa", "refresh"},
    {"serve.soa", "retry"},
    {"serve.soa", "expire"},
    {"serve.soa", "negative_ttl"},
    {"serve", "udp_payload"},
    {"serve", "tcp_clients"},
    {"serve", "threads"},
    {"", "http"},
    {"http", "listen"},
    {"http", "host_names"},
    {"", "control"},
    {"control", "socket"},
    {"control", "group"},
    {"", "resolver"},
    {"resolver", "servers"},
    {"", "state"},
    {"state", "directory"},
    {"", "history"},
    {"history", "file"},
    {"history", "max_size"},
    {"history", "keep"},
    {"", "log"},
    {"log", "level"},
    {"log", "format"},
};

// A longer key is no slip of the finger; bounds the cost of edit_distance, too.
constexpr std::size_t compared_max = 40;

char folded(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '-' ? '_' : c;
}

std::vector<std::string_view> keys_of(std::string_view table) {
  std::vector<std::string_view> keys;
  for (const KnownKey& known : all_keys) {
    if (known.table == table) keys.push_back(known.key);
  }
  return keys;
}

/// [[group]] and [discover] have many keys in common; whoever writes one of them does not mean the
/// other.
void keep_to_own_kind(std::string_view table, std::vector<std::string_view>& tables) {
  for (const auto& [own, other] :
       {std::pair("group", "discover"), std::pair("discover", "group")}) {
    const auto is_in = [](std::string_view kind) {
      return [kind](std::string_view t) { return t.starts_with(kind); };
    };
    if (is_in(own)(table) && std::any_of(tables.begin(), tables.end(), is_in(own)))
      std::erase_if(tables, is_in(other));
  }
}

/// Tables that have `key`, those inside `table` first.
std::vector<std::string_view> tables_with(std::string_view key, std::string_view table) {
  std::vector<std::string_view> tables;
  for (const KnownKey& known : all_keys) {
    if (known.key == key) tables.push_back(known.table);
  }
  std::stable_partition(tables.begin(), tables.end(), [&](std::string_view t) {
    return !table.empty() && t.size() > table.size() && t.starts_with(table);
  });
  keep_to_own_kind(table, tables);
  return tables;
}

std::string belongs_to(std::string_view key, const std::vector<std::string_view>& tables) {
  constexpr std::size_t shown_max = 3;  // "name" is a key of five
  std::string places;
  for (std::size_t i = 0; i < std::min(tables.size(), shown_max); ++i) {
    if (i > 0) places += " or ";
    places += header_of(tables[i]);
  }
  return fmt::format("{} belongs to {}", key, places);
}

std::string hint_for(std::string_view table, std::string_view key) {
  const std::vector<std::string_view> here = keys_of(table);
  const std::string_view near = nearest(key, here);
  if (!near.empty() && edit_distance(key, near) <= 1)
    return fmt::format("did you mean \"{}\"?", near);
  const std::vector<std::string_view> tables = tables_with(key, table);
  if (!tables.empty()) return belongs_to(key, tables);
  if (!near.empty()) return fmt::format("did you mean \"{}\"?", near);
  std::vector<std::string_view> everywhere;
  for (const KnownKey& known : all_keys) everywhere.push_back(known.key);
  const std::string_view far = nearest(key, everywhere);
  if (!far.empty() && edit_distance(key, far) <= 2) {
    return fmt::format("did you mean \"{}\"? {}", far, belongs_to(far, tables_with(far, table)));
  }
  return fmt::format("{} has: {}", header_of(table), fmt::join(here, ", "));
}

}  // namespace

std::span<const KnownKey> known_keys() { return all_keys; }

bool is_known_key(std::string_view table, std::string_view key) {
  return std::any_of(std::begin(all_keys), std::end(all_keys),
                     [&](const KnownKey& k) { return k.table == table && k.key == key; });
}

Complaint unknown_key(std::string_view table, std::string_view key, std::string_view subject) {
  if (edit_distance(key, "password") <= 1) {
    return {
        fmt::format("{}: passwords are never kept in this file", safe_text(subject)), "not here",
        "put it alone into a file of mode 0600 and write password_file = \"%d/broker.password\""};
  }
  if ((table == "group.publish" || table == "discover.publish") &&
      (key == "update" || key == "tsig_key_file")) {
    return {
        fmt::format("{}: this version does not write to other name servers", safe_text(subject)),
        "not in this version", "remove it; mode is \"serve\" or \"observe\""};
  }
  if (table == "discover.record" && key == "name") {
    return {fmt::format("{}: one name cannot be that of every group", safe_text(subject)),
            "not here", "write name = \"{group}.mq.example.com.\" into [discover] itself"};
  }
  return {fmt::format("{} is not a key that signpost knows", safe_text(subject)), "unknown key",
          hint_for(table, key)};
}

std::string header_of(std::string_view table) {
  if (table.empty()) return "the top level";
  const bool several = table == "broker" || table == "group" || table == "group.node";
  if (table == "group.record.srv") return "an entry of srv in [group.record]";
  if (table == "discover.record.srv") return "an entry of srv in [discover.record]";
  return several ? fmt::format("[[{}]]", table) : fmt::format("[{}]", table);
}

std::string how_to_write(std::string_view table) {
  if (table.ends_with(".record.srv"))
    return "write srv = [{ service = \"_amqp._tcp\", port = 5672 }]";
  const std::string header = header_of(table);
  return header.starts_with("[[") ? fmt::format("there may be several: write {}", header)
                                  : fmt::format("write {} with its keys below", header);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  if (a.size() > compared_max || b.size() > compared_max) return std::max(a.size(), b.size());
  using Row = std::array<std::size_t, compared_max + 1>;
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = last;
    last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = folded(a[i - 1]) == folded(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
                           folded(a[i - 2]) == folded(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  constexpr std::size_t prefix_min = 3;
  const auto distance_to = [&](std::string_view candidate) -> std::size_t {
    const bool prefix = word.size() >= prefix_min && candidate.size() >= prefix_min &&
                        (candidate.starts_with(word) || word.starts_with(candidate));
    return prefix ? 1 : edit_distance(word, candidate);
  };
  std::string_view best;
  std::size_t best_distance = word.size() / 3 + 1;  // a third of the letters may be wrong
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = distance_to(candidate);
    if (distance < best_distance || (best.empty() && distance == best_distance)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace signpost::config
