#include "sidecar/config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "sidecar/config/environment.hpp"
#include "sidecar/config/known_keys.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

std::string without_indices(std::string_view path) {
  std::string schema;
  bool inside = false;
  for (const char c : path) {
    if (c == '[') inside = true;
    if (!inside) schema += c;
    if (c == ']') inside = false;
  }
  return schema;
}

const Value& empty_table() {
  static const Value empty;
  return empty;
}

}  // namespace

Reader::Reader(const Value& root, Session& session) : Reader(root, "", "", "", session) {}

Reader::Reader(const Value& table, std::string path, std::string subject, std::string prefix,
               Session& session)
    : table_(&table),
      path_(std::move(path)),
      schema_(without_indices(path_)),
      subject_(std::move(subject)),
      prefix_(std::move(prefix)),
      session_(&session),
      known_(table.members.size()) {}

std::string Reader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

std::string Reader::name_of(std::string_view key) const {
  return subject_.empty() ? fmt::format("{}{}", prefix_, key)
                          : fmt::format("{}: {}{}", subject_, prefix_, key);
}

bool Reader::require(std::string_view key, std::string hint) {
  if (has(key)) return true;
  session_->sources.distrust(path_of(key));
  if (table_ == &empty_table()) return false;  // stands for something that is wrong already
  session_->errors.add(table_->span,
                       {fmt::format("{} is missing", name_of(key)), "", std::move(hint)});
  return false;
}

void Reader::complain(std::string_view key, Complaint complaint) {
  const Value* value = find(key);
  complain_at(value == nullptr ? *table_ : *value, path_of(key), key, std::move(complaint));
}

void Reader::complain_at(const Value& value, const std::string& path, std::string_view key,
                         Complaint complaint) {
  complaint.message = fmt::format("{}: {}", name_of(key), complaint.message);
  session_->errors.add(value.span, std::move(complaint));
  session_->sources.distrust(path);
}

const Value* Reader::find(std::string_view key) const {
  const auto found = std::find_if(table_->members.begin(), table_->members.end(),
                                  [&](const Member& m) { return m.key == key; });
  return found == table_->members.end() ? nullptr : &found->value;
}

const Value* Reader::take(std::string_view key) {
  assert(is_known_key(schema_, key));
  for (std::size_t i = 0; i < table_->members.size(); ++i) {
    if (table_->members[i].key != key) continue;
    known_[i] = true;
    session_->sources.add(path_of(key), table_->members[i].value.span);
    return &table_->members[i].value;
  }
  return nullptr;
}

const Value* Reader::take(std::string_view key, Value::Kind kind, std::string_view example) {
  const Value* value = take(key);
  if (value == nullptr || value->kind == kind) return value;
  wrong_type(key, *value, to_text(kind), fmt::format("write {} = {}", key, example));
  return nullptr;
}

void Reader::wrong_type(std::string_view key, const Value& value, std::string_view expected,
                        std::string hint) {
  complain_at(value, path_of(key), key,
              {fmt::format("expected {}, got {}", expected, to_text(value.kind)),
               to_text(value.kind), std::move(hint)});
}

std::vector<const Value*> Reader::strings(std::string_view key, std::size_t max) {
  const Value* value = take(key);
  if (value->kind == Value::Kind::text) return {value};
  if (value->kind != Value::Kind::array) {
    wrong_type(key, *value, "an array of strings", fmt::format("write {} = [\"...\"]", key));
    return {};
  }
  if (value->items.size() > max) {
    complain_at(*value, path_of(key), key,
                {fmt::format("has {} entries, at most {} are allowed", value->items.size(), max),
                 "", "remove some"});
    return {};
  }
  std::vector<const Value*> strings;
  for (std::size_t i = 0; i < value->items.size(); ++i) {
    const Value& item = value->items[i];
    const std::string path = fmt::format("{}[{}]", path_of(key), i);
    session_->sources.add(path, item.span);
    strings.push_back(item.kind == Value::Kind::text ? &item : nullptr);
    if (item.kind == Value::Kind::text) continue;
    complain_at(item, path, key,
                {fmt::format("expected strings, got {}", to_text(item.kind)), to_text(item.kind),
                 "put each entry in quotes"});
  }
  return strings;
}

std::optional<Reader> Reader::table(std::string_view key) {
  const Value* value = take(key);
  if (value == nullptr) return std::nullopt;
  const std::string schema =
      schema_.empty() ? std::string(key) : fmt::format("{}.{}", schema_, key);
  if (value->kind != Value::Kind::table) {
    wrong_type(key, *value, "a table", how_to_write(schema));
    return std::nullopt;
  }
  return Reader(*value, path_of(key), subject_, fmt::format("{}{}.", prefix_, key), *session_);
}

std::vector<Reader> Reader::tables(std::string_view key, std::size_t max) {
  const Value* value = take(key);
  if (value == nullptr) return {};
  const std::string schema =
      schema_.empty() ? std::string(key) : fmt::format("{}.{}", schema_, key);
  if (value->kind != Value::Kind::array) {
    wrong_type(key, *value, "an array of tables", how_to_write(schema));
    return {};
  }
  if (value->items.size() > max) {
    complain(key, {fmt::format("occurs {} times, at most {} are allowed", value->items.size(), max),
                   "", "remove some"});
    return {};
  }
  std::vector<Reader> readers;
  for (std::size_t i = 0; i < value->items.size(); ++i) {
    const Value& item = value->items[i];
    std::string path = fmt::format("{}[{}]", path_of(key), i);
    session_->sources.add(path, item.span);
    const bool good = item.kind == Value::Kind::table;
    if (!good) {
      complain_at(item, path, key,
                  {fmt::format("expected a table, got {}", to_text(item.kind)), to_text(item.kind),
                   how_to_write(schema)});
    }
    std::string subject = fmt::format("{}{}{} {}", subject_, subject_.empty() ? "" : ", ",
                                      prefix_ + std::string(key), i + 1);
    readers.push_back(
        Reader(good ? item : empty_table(), std::move(path), std::move(subject), "", *session_));
  }
  return readers;
}

const Value* Reader::free_table(std::string_view key) {
  return take(key, Value::Kind::table, "{ \"name\" = [\"192.0.2.1\"] }");
}

void Reader::finish() {
  for (std::size_t i = 0; i < known_.size(); ++i) {
    if (known_[i] || session_->errors.full()) continue;  // a hint costs time
    const Member& member = table_->members[i];
    session_->errors.add(member.span, unknown_key(schema_, member.key, name_of(member.key)));
  }
}

}  // namespace signpost::config
