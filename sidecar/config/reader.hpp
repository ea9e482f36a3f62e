// Reader: hands out the keys of one table, checks their types, and reports every key that nobody
// asked for.
//
//   Reader probe = ...;                        // of [group.probe]
//   probe.duration("interval", broker.interval, {10ms, 1min});
//   probe.finish();                            // whatever is left is unknown
//
// A value that cannot be read leaves `out` as it was, adds an error and distrusts its path.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "probe/target.hpp"
#include "sidecar/config/config_parser.hpp"
#include "sidecar/config/document.hpp"
#include "sidecar/config/duration.hpp"
#include "sidecar/config/error_list.hpp"

namespace signpost::config {

/// What all readers of one file share.
struct Session {
  const Environment& environment;
  ErrorList errors;
  Sources sources;
  /// A password file is read once, however many groups name it.
  std::unordered_map<std::string, FileText> secrets;
};

struct DurationRange {
  std::chrono::milliseconds min;
  std::chrono::milliseconds max;
};

template <class E>
struct Choice {
  std::string_view word;
  E value;
};

class Reader {
 public:
  /// Of the whole file.
  Reader(const Value& root, Session& session);

  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path_of(std::string_view key) const;
  /// What messages call this table: "group 2" until its name is known, then "group "orders"".
  void set_subject(std::string subject) { subject_ = std::move(subject); }
  [[nodiscard]] const std::string& subject() const { return subject_; }
  /// "group "orders": probe.interval"
  [[nodiscard]] std::string name_of(std::string_view key) const;

  /// An error about the whole table: a key that must be there. True if it is.
  bool require(std::string_view key, std::string hint);
  void complain(std::string_view key, Complaint complaint);
  /// Nothing was wrong with it so far.
  [[nodiscard]] bool trusted(std::string_view key) const {
    return session_->sources.trusted(path_of(key));
  }

  void text(std::string_view key, std::string& out);
  void boolean(std::string_view key, bool& out);
  template <std::unsigned_integral T>
  void integer(std::string_view key, T& out, T min, T max);
  void duration(std::string_view key, std::chrono::milliseconds& out, DurationRange range);
  void seconds(std::string_view key, std::chrono::seconds& out, DurationRange range);
  /// In octets, written with a unit: "4MiB".
  void size(std::string_view key, std::uint64_t& out, std::uint64_t min, std::uint64_t max);
  /// A label for people: printable, 1 to 255 octets.
  void label(std::string_view key, std::string& out);
  /// The table's `name`, which must be there and is what messages call it from then on: around +
  /// "group "orders"".
  void own_name(std::string_view kind, std::string_view around, std::string& out);
  /// A path to a file or directory, absolute once %d, %S and %t are replaced. Empty stays empty.
  void file(std::string_view key, std::string& out);
  /// The one line in the file that `key` names.
  void secret(std::string_view key, probe::Secret& out);

  /// A string that `parse` turns into a T, or complains about.
  template <class T, class Parse>
  void parsed(std::string_view key, T& out, Parse parse);
  /// An array of such strings, or one such string alone; at most `max` of them.
  template <class T, class Parse>
  void list(std::string_view key, std::vector<T>& out, std::size_t max, Parse parse);
  template <class E, std::size_t n>
  void choice(std::string_view key, E& out, const Choice<E> (&choices)[n]);

  std::optional<Reader> table(std::string_view key);
  /// Of an array of tables. An entry that is no table is an error and gives an empty reader, so
  /// that indices agree with the file.
  std::vector<Reader> tables(std::string_view key, std::size_t max);
  /// A table whose keys are names and not settings.
  const Value* free_table(std::string_view key);

  /// Reports the keys nobody asked for. Call it once, at the end.
  void finish();

 private:
  Reader(const Value& table, std::string path, std::string subject, std::string prefix,
         Session& session);
  const Value* find(std::string_view key) const;
  /// Marks the key as known and remembers its place; null if it is not there.
  const Value* take(std::string_view key);
  const Value* take(std::string_view key, Value::Kind kind, std::string_view example);
  void wrong_type(std::string_view key, const Value& value, std::string_view expected,
                  std::string hint);
  /// Says what is wrong with `key` at the place of `value`, which is it or an entry of it.
  void complain_at(const Value& value, const std::string& path, std::string_view key,
                   Complaint complaint);
  void out_of_range(std::string_view key, const Value& value, std::string_view written,
                    std::string_view range);
  void integer_in(std::string_view key, std::uint64_t& out, std::uint64_t min, std::uint64_t max);
  void choose(std::string_view key, std::size_t& out, const std::vector<std::string_view>& words);
  /// The strings of an array, or the one string.
  std::vector<const Value*> strings(std::string_view key, std::size_t max);

  const Value* table_;
  std::string path_;
  std::string schema_;  // path_ without indices: how known_keys() calls this table
  std::string subject_;
  std::string prefix_;  // "probe.rest." inside the subject
  Session* session_;
  std::vector<bool> known_;
};

template <std::unsigned_integral T>
void Reader::integer(std::string_view key, T& out, T min, T max) {
  std::uint64_t number = out;
  integer_in(key, number, min, max);
  out = static_cast<T>(number);
}

template <class T, class Parse>
void Reader::parsed(std::string_view key, T& out, Parse parse) {
  const Value* value = take(key, Value::Kind::text, "\"...\"");
  if (value == nullptr) return;
  auto result = parse(value->text);
  if (result) {
    out = *std::move(result);
  } else {
    complain_at(*value, path_of(key), key, result.error());
  }
}

template <class T, class Parse>
void Reader::list(std::string_view key, std::vector<T>& out, std::size_t max, Parse parse) {
  if (!has(key)) return;
  out.clear();
  const std::vector<const Value*> values = strings(key, max);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string path = path_of(key) + "[" + std::to_string(i) + "]";
    auto result = values[i] == nullptr ? Parsed<T>(T{}) : parse(values[i]->text);
    if (!result) complain_at(*values[i], path, key, result.error());
    out.push_back(result ? *std::move(result) : T{});
  }
}

template <class E, std::size_t n>
void Reader::choice(std::string_view key, E& out, const Choice<E> (&choices)[n]) {
  std::vector<std::string_view> words;
  for (const Choice<E>& choice : choices) words.push_back(choice.word);
  std::size_t chosen = 0;
  while (chosen + 1 < n && choices[chosen].value != out) ++chosen;
  choose(key, chosen, words);
  out = choices[chosen].value;
}

}  // namespace signpost::config
