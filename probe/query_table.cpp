#include "probe/query_table.hpp"

#include <fmt/format.h>

#include <boost/json/memory_resource.hpp>
#include <boost/json/parser.hpp>
#include <new>
#include <utility>

#include "probe/quote.hpp"

namespace signpost::probe {
namespace {

namespace json = boost::json;

constexpr std::size_t memory_max = std::size_t{64} << 20;
constexpr std::size_t depth_max = 8;
constexpr std::size_t rows_max = 100'000;

/// Gives what the heap gives, up to a sum. Nothing in a json::value is aligned more strictly than
/// plain new does; and Boost 1.81 gives keys back with another alignment than it asked for.
class BoundedMemory final : public json::memory_resource {
  void* do_allocate(std::size_t size, std::size_t /*alignment*/) override {
    if (size > left_) throw std::bad_alloc();
    void* memory = ::operator new(size);
    left_ -= size;
    return memory;
  }
  void do_deallocate(void* memory, std::size_t size, std::size_t /*alignment*/) override {
    ::operator delete(memory);
    left_ += size;
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::size_t left_ = memory_max;
};

Failure malformed(std::string detail) { return {errc::malformed_reply, std::move(detail)}; }

Result<const json::array*> array_member(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (!value) return malformed(fmt::format("no \"{}\" in it", name));
  if (!value->is_array()) {
    return malformed(fmt::format("\"{}\": expected an array, got {}", name, Cell(*value).kind()));
  }
  return &value->get_array();
}

}  // namespace

struct QueryTable::Document {
  Document() : root(json::storage_ptr(&memory)) {}
  Result<void> parse(std::string_view text);

  BoundedMemory memory;  // outlives root
  json::value root;
};

Result<void> QueryTable::Document::parse(std::string_view text) {
  if (text.size() > reply_octets_max) {
    return malformed(fmt::format("{} octets, at most {}", text.size(), reply_octets_max));
  }
  json::parse_options options;
  options.max_depth = depth_max;
  try {
    json::parser parser(&memory, options);
    parser.reset(&memory);
    json::error_code ec;
    const std::size_t octet = parser.write(text, ec);
    if (ec) {
      return malformed(
          fmt::format("no JSON ({} at octet {}): {}", ec.message(), octet, quote(text)));
    }
    root = parser.release();
  } catch (const std::bad_alloc&) {
    return malformed(fmt::format("takes more than {} octets of memory", memory_max));
  }
  return {};
}

Result<QueryTable> QueryTable::read(std::string_view text, std::span<const char* const> headers) {
  auto document = std::make_unique<Document>();
  if (auto parsed = document->parse(text); !parsed) return parsed.error();
  if (!document->root.is_object()) {
    return malformed(fmt::format("expected an object, got {}", Cell(document->root).kind()));
  }
  QueryTable table(std::move(document));
  if (auto found = table.find_columns(headers); !found) return found.error();
  if (auto found = table.find_rows(); !found) return found.error();
  return table;
}

Result<void> QueryTable::find_columns(std::span<const char* const> headers) {
  const auto found = array_member(document_->root.get_object(), "headers");
  if (!found) return found.error();
  headers_ = *found;
  for (const std::string_view wanted : headers) {
    std::size_t matches = 0;
    for (std::size_t i = 0; i < headers_->size(); ++i) {
      const json::string* header = (*headers_)[i].if_string();
      if (!header || std::string_view(*header) != wanted) continue;
      if (++matches == 1) order_.push_back(i);
    }
    if (matches != 1) {
      return malformed(
          fmt::format("column {}: {}", wanted, matches == 0 ? "not in it" : "in it twice"));
    }
  }
  return {};
}

Result<void> QueryTable::find_rows() {
  const json::object& root = document_->root.get_object();
  const auto found = array_member(root, "results");
  if (!found) return found.error();
  rows_ = *found;
  if (rows_->size() > rows_max) {
    return malformed(fmt::format("{} rows, at most {}", rows_->size(), rows_max));
  }
  for (std::size_t r = 0; r < rows_->size(); ++r) {
    const json::array* row = (*rows_)[r].if_array();
    if (!row) {
      return malformed(
          fmt::format("row {}: expected an array, got {}", r + 1, Cell((*rows_)[r]).kind()));
    }
    if (row->size() != headers_->size()) {
      return malformed(
          fmt::format("row {}: {} cells for {} columns", r + 1, row->size(), headers_->size()));
    }
  }
  // A cut list must not read as "no such node".
  const json::value* total = root.if_contains("total");
  if (total && total->is_number() &&
      total->to_number<double>() != static_cast<double>(rows_->size())) {
    return malformed(fmt::format("{} rows of {}", rows_->size(), total->to_number<double>()));
  }
  return {};
}

QueryTable::QueryTable(std::unique_ptr<Document> document) : document_(std::move(document)) {}
QueryTable::QueryTable(QueryTable&&) noexcept = default;
QueryTable& QueryTable::operator=(QueryTable&&) noexcept = default;
QueryTable::~QueryTable() = default;

const char* Cell::kind() const {
  switch (value_->kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "a string";
    case json::kind::array:
      return "an array";
    case json::kind::object:
      return "an object";
  }
  return "something else";
}

}  // namespace signpost::probe
