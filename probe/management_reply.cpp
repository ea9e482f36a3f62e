#include "probe/management_reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/url.hpp>
#include <span>
#include <tuple>
#include <utility>
#include <variant>

#include "probe/query_table.hpp"
#include "probe/quote.hpp"

namespace signpost::probe {
namespace {

constexpr std::size_t text_max = 1024;  // octets of a cell; real names have a few dozen
constexpr std::size_t list_max = 256;   // entries of a list; real groups have up to nine members

/// What a null or odd cell does: a null is fine; a null spoils the answer; nothing odd spoils it.
enum class Cells { nullable, needed, optional };

/// One column: what to select, the header it comes back under, the field it fills. The same list
/// makes the question and reads the answer.
template <class Row>
struct Column {
  using Field =
      std::variant<std::string Row::*, State Row::*, NodeRole Row::*,
                   std::optional<WallTime> Row::*, std::optional<std::int64_t> Row::*,
                   std::optional<bool> Row::*, std::optional<std::vector<std::string>> Row::*>;
  const char* select;  // "$parent.x" is attribute x of the virtualhost node
  const char* header;
  Field field;
  Cells cells = Cells::nullable;
};

constexpr Column<VirtualhostRow> virtualhost_columns[] = {
    {"$parent.name", "node", &VirtualhostRow::node},
    {"$parent.type", "nodeType", &VirtualhostRow::node_type},
    {"$parent.role", "nodeRole", &VirtualhostRow::role},
    {"$parent.state", "nodeState", &VirtualhostRow::node_state},
    {"$parent.groupName", "groupName", &VirtualhostRow::group},
    {"name", "name", &VirtualhostRow::name, Cells::needed},
    {"type", "type", &VirtualhostRow::type, Cells::needed},
    {"state", "state", &VirtualhostRow::state, Cells::needed},
    {"lastOpenedTime", "lastOpenedTime", &VirtualhostRow::last_opened},
};

constexpr Column<NodeRow> node_columns[] = {
    {"name", "name", &NodeRow::name, Cells::needed},
    {"type", "type", &NodeRow::type, Cells::needed},
    {"groupName", "groupName", &NodeRow::group},
    {"role", "role", &NodeRow::role},
    {"state", "state", &NodeRow::state, Cells::needed},
    {"desiredState", "desiredState", &NodeRow::desired_state},
    {"lastUpdatedTime", "lastUpdatedTime", &NodeRow::last_updated},
    {"address", "address", &NodeRow::address},
    {"priority", "priority", &NodeRow::priority, Cells::optional},
    {"quorumOverride", "quorumOverride", &NodeRow::quorum_override, Cells::optional},
    {"designatedPrimary", "designatedPrimary", &NodeRow::designated_primary, Cells::optional},
    {"lastKnownReplicationTransactionId", "transactionId", &NodeRow::transaction_id,
     Cells::optional},
    {"permittedNodes", "permittedNodes", &NodeRow::permitted_nodes, Cells::optional},
};

constexpr Column<PeerRow> peer_columns[] = {
    {"$parent.name", "observer", &PeerRow::observer},
    {"name", "name", &PeerRow::name, Cells::needed},
    {"role", "role", &PeerRow::role},
    {"state", "state", &PeerRow::state, Cells::needed},
    {"address", "address", &PeerRow::address},
    {"joinTime", "joinTime", &PeerRow::join_time},
    {"lastKnownReplicationTransactionId", "transactionId", &PeerRow::transaction_id},
};

constexpr std::pair<std::string_view, State> states[] = {
    {"UNINITIALIZED", State::uninitialized},
    {"QUIESCED", State::quiesced},
    {"STOPPED", State::stopped},
    {"ACTIVE", State::active},
    {"DELETED", State::deleted},
    {"ERRORED", State::errored},
    {"UNAVAILABLE", State::unavailable},
};
constexpr std::pair<std::string_view, NodeRole> roles[] = {
    {"MASTER", NodeRole::master},     {"REPLICA", NodeRole::replica},
    {"WAITING", NodeRole::waiting},   {"UNREACHABLE", NodeRole::unreachable},
    {"DETACHED", NodeRole::detached},
};

template <class Word>
Word known_word(std::span<const std::pair<std::string_view, Word>> words, std::string_view text) {
  for (const auto& [word, value] : words) {
    if (word == text) return value;
  }
  return Word::other;
}

// fill(): one cell into one field. Returns what it wanted instead, or nullptr. A null leaves the
// field empty, or at a value that is surely not ACTIVE.
constexpr const char* string_wanted = "a string";
constexpr const char* number_wanted = "a number";

const char* fill(std::string& field, const Cell& cell) {
  if (cell.is_null()) return nullptr;
  if (!cell.is_text()) return string_wanted;
  field = cell.text();
  return nullptr;
}

const char* fill(State& field, const Cell& cell) {
  field = State::other;
  if (cell.is_null()) return nullptr;
  if (!cell.is_text()) return string_wanted;
  field = known_word<State>(states, cell.text());
  return nullptr;
}

const char* fill(NodeRole& field, const Cell& cell) {
  if (cell.is_null()) return nullptr;
  if (!cell.is_text()) return string_wanted;
  field = known_word<NodeRole>(roles, cell.text());
  return nullptr;
}

/// A number that no clock of a living broker shows (joinTime is -1 or 0 before a node has joined)
/// counts as absent and does not spoil the rows beside it: a claim without a time is merely
/// unordered. The limit keeps values far from the ends of every std::chrono clock.
const char* fill(std::optional<WallTime>& field, const Cell& cell) {
  constexpr double year_2200 = 7'258'118'400'000.0;  // ms since 1970
  if (cell.is_null()) return nullptr;
  if (!cell.is_number()) return number_wanted;
  const double ms = cell.number();
  if (ms >= 1 && ms < year_2200) {
    field = WallTime(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
  }
  return nullptr;
}

/// -1 is the broker's own word for "not known".
const char* fill(std::optional<std::int64_t>& field, const Cell& cell) {
  constexpr double exact_max = 9'007'199'254'740'992.0;  // 2^53: up to here a double is exact
  if (cell.is_null()) return nullptr;
  if (!cell.is_number()) return number_wanted;
  const double number = cell.number();
  if (number >= 0 && number <= exact_max) field = static_cast<std::int64_t>(number);
  return nullptr;
}

const char* fill(std::optional<bool>& field, const Cell& cell) {
  if (cell.is_null()) return nullptr;
  if (!cell.is_boolean()) return "a boolean";
  field = cell.boolean();
  return nullptr;
}

/// Sorted, for the broker's order is that of a set.
const char* fill(std::optional<std::vector<std::string>>& field, const Cell& cell) {
  constexpr const char* texts_wanted = "a list of at most 256 short strings";
  if (cell.is_null()) return nullptr;
  if (!cell.is_list() || cell.list_size() > list_max) return texts_wanted;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < cell.list_size(); ++i) {
    const Cell item = cell.list_item(i);
    if (!item.is_text() || item.text().size() > text_max) return texts_wanted;
    texts.emplace_back(item.text());
  }
  std::ranges::sort(texts);
  field = std::move(texts);
  return nullptr;
}

Failure wrong_cell(std::size_t row, const char* header, std::string_view what) {
  return {errc::malformed_reply, fmt::format("row {}, column {}: {}", row + 1, header, what)};
}

template <class Row>
Result<std::vector<Row>> read_rows(std::string_view json, std::span<const Column<Row>> columns) {
  std::vector<const char*> headers;
  for (const auto& column : columns) headers.push_back(column.header);
  auto table = QueryTable::read(json, headers);
  if (!table) return table.error();

  std::vector<Row> rows(table->row_count());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const Column<Row>& column = columns[c];
      const Cell cell = table->cell(r, c);
      const char* wanted =
          std::visit([&](auto field) { return fill(rows[r].*field, cell); }, column.field);
      if (column.cells == Cells::optional) continue;
      if (cell.is_null() && column.cells == Cells::needed) wanted = string_wanted;
      if (wanted) {
        return wrong_cell(r, column.header,
                          fmt::format("expected {}, got {}", wanted, cell.kind()));
      }
      if (cell.is_text() && cell.text().size() > text_max) {
        return wrong_cell(r, column.header,
                          fmt::format("{} octets, at most {}", cell.text().size(), text_max));
      }
    }
  }
  return rows;
}

template <class Row>
std::string query(const char* category, std::span<const Column<Row>> columns) {
  std::string select;
  for (const auto& column : columns) {
    if (!select.empty()) select += ',';
    select += column.select;
    if (std::string_view(column.select) != column.header)
      select += fmt::format(" AS {}", column.header);
  }
  boost::urls::url url(fmt::format("/api/latest/querybroker/{}", category));
  url.params().append({"select", select});
  return std::string(std::string_view(url.encoded_target()));
}

}  // namespace

std::string_view virtualhost_query() {
  static const std::string target = query<VirtualhostRow>("virtualhost", virtualhost_columns);
  return target;
}
std::string_view node_query() {
  static const std::string target = query<NodeRow>("virtualhostnode", node_columns);
  return target;
}
std::string_view peer_query() {
  static const std::string target = query<PeerRow>("remotereplicationnode", peer_columns);
  return target;
}

Result<VirtualhostReport> parse_virtualhosts(std::string_view json) {
  auto rows = read_rows<VirtualhostRow>(json, virtualhost_columns);
  if (!rows) return rows.error();
  std::ranges::sort(*rows, {}, [](const auto& row) { return std::tie(row.node, row.name); });
  return VirtualhostReport{std::move(*rows)};
}

Result<std::vector<NodeRow>> parse_nodes(std::string_view json) {
  auto rows = read_rows<NodeRow>(json, node_columns);
  if (rows) std::ranges::sort(*rows, {}, &NodeRow::name);
  return rows;
}

Result<std::vector<PeerRow>> parse_peers(std::string_view json) {
  auto rows = read_rows<PeerRow>(json, peer_columns);
  if (rows) {
    std::ranges::sort(*rows, {}, [](const auto& row) { return std::tie(row.observer, row.name); });
  }
  return rows;
}

}  // namespace signpost::probe
