#include "sidecar/history/step_json.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sidecar/history/step_fields.hpp"

namespace signpost::history {
namespace {

namespace json = boost::json;
using decision::Action;
using decision::Confirmation;
using decision::Reason;
using decision::Says;
using Change = decision::Decision::Change;
using Kind = decision::Hold::Kind;
using decision::Duration;
using decision::TimePoint;
using decision::WallTime;

// A century: sums of three such times stay far from the end of 64 bits.
constexpr std::int64_t nanoseconds_max = 100LL * 366 * 86'400 * 1'000'000'000;
constexpr std::int64_t milliseconds_max = 7'258'118'400'000;  // the year 2200
constexpr std::uint64_t generation_max = std::uint64_t{1} << 62;

template <class E>
using Words = std::span<const std::pair<std::string_view, E>>;

Words<Says> words(Says) {
  static constexpr std::pair<std::string_view, Says> all[] = {
      {"nothing", Says::nothing}, {"not_active", Says::not_active}, {"active", Says::active}};
  return all;
}

Words<Confirmation> words(Confirmation) {
  static constexpr std::pair<std::string_view, Confirmation> all[] = {
      {"confirmed", Confirmation::confirmed},
      {"pending", Confirmation::pending},
      {"denied", Confirmation::denied}};
  return all;
}

/// The enumerators up to `last`, with the words that logs and status use.
template <class E, E last>
auto named() {
  std::array<std::pair<std::string_view, E>, static_cast<std::size_t>(last) + 1> all;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto value = static_cast<E>(i);
    all[i] = {to_word(value), value};
  }
  return all;
}

Words<Reason> words(Reason) {
  static const auto all = named<Reason, Reason::held>();
  return all;
}
Words<Action> words(Action) {
  static const auto all = named<Action, Action::fallback>();
  return all;
}
Words<Change> words(Change) {
  static const auto all = named<Change, Change::restored>();
  return all;
}
Words<Kind> words(Kind) {
  static const auto all = named<Kind, Kind::withdraw>();
  return all;
}

template <class E>
concept Enum = std::is_enum_v<E>;

template <class T>
json::object object_of(const T& value);

class Writer {
 public:
  explicit Writer(json::object& out) : out_(out) {}

  void operator()(const char* key, bool value) {
    if (value) out_[key] = true;
  }
  void operator()(const char* key, std::uint64_t value) { out_[key] = value; }
  void operator()(const char* key, const std::string& value) {
    if (!value.empty()) out_[key] = value;
  }
  template <class C, class D>
  void operator()(const char* key, std::chrono::time_point<C, D> value) {
    (*this)(key, value.time_since_epoch());
  }
  template <class R, class P>
  void operator()(const char* key, std::chrono::duration<R, P> value) {
    if (value.count() != 0) out_[key] = value.count();
  }
  void operator()(const char* key, Enum auto value) {
    for (const auto& [word, enumerator] : words(value)) {
      if (enumerator == value) out_[key] = word;
    }
  }
  template <class C, class D>
  void operator()(const char* key, const std::optional<std::chrono::time_point<C, D>>& value) {
    if (value) out_[key] = value->time_since_epoch().count();
  }
  void operator()(const char* key, const std::optional<std::string>& value) {
    if (value) out_[key] = *value;
  }
  void operator()(const char* key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    json::array list;
    for (const std::string& value : values) list.emplace_back(value);
    out_[key] = std::move(list);
  }
  template <class T>
  void operator()(const char* key, const std::vector<T>& values) {
    if (values.empty()) return;
    json::array list;
    for (const T& value : values) list.push_back(object_of(value));
    out_[key] = std::move(list);
  }
  template <class T>
  void operator()(const char* key, const std::optional<T>& value) {
    if (value) out_[key] = object_of(*value);
  }
  template <class T>
    requires(!Enum<T>)
  void operator()(const char* key, const T& value) {
    out_[key] = object_of(value);
  }

 private:
  json::object& out_;
};

template <class T>
json::object object_of(const T& value) {
  json::object object;
  Writer writer(object);
  visit_fields(writer, value);
  return object;
}

/// What is absent becomes T{}, which the writer left out.
class Reader {
 public:
  Reader(const json::object& in, std::string path) : in_(in), path_(std::move(path)) {}

  template <class T>
  void operator()(const char* key, T& out) {
    const json::value* value = in_.if_contains(key);
    out = T{};
    if (value != nullptr) read(*value, fmt::format("{}.{}", path_, key), out);
  }

 private:
  [[noreturn]] static void fail(const std::string& path, std::string_view what) {
    throw FormatError(fmt::format("{} {}", path, what));
  }

  static const json::object& object(const json::value& value, const std::string& path) {
    if (!value.is_object()) fail(path, "is no object");
    return value.get_object();
  }
  static std::int64_t number(const json::value& value, const std::string& path, std::int64_t max) {
    boost::system::error_code ec;
    const auto n = value.to_number<std::int64_t>(ec);
    if (ec || n < 0 || n > max) fail(path, fmt::format("is no whole number from 0 to {}", max));
    return n;
  }

  static void read(const json::value& value, const std::string& path, bool& out) {
    if (!value.is_bool()) fail(path, "is neither true nor false");
    out = value.get_bool();
  }
  static void read(const json::value& value, const std::string& path, std::uint64_t& out) {
    boost::system::error_code ec;
    out = value.to_number<std::uint64_t>(ec);
    if (ec || out > generation_max)
      fail(path, fmt::format("is no whole number from 0 to {}", generation_max));
  }
  static void read(const json::value& value, const std::string& path, std::string& out) {
    if (!value.is_string()) fail(path, "is no string");
    out = std::string(value.get_string());
  }
  static void read(const json::value& value, const std::string& path, TimePoint& out) {
    out = TimePoint(std::chrono::nanoseconds(number(value, path, nanoseconds_max)));
  }
  static void read(const json::value& value, const std::string& path, Duration& out) {
    out = std::chrono::nanoseconds(number(value, path, nanoseconds_max));
  }
  static void read(const json::value& value, const std::string& path, WallTime& out) {
    out = WallTime(std::chrono::milliseconds(number(value, path, milliseconds_max)));
  }
  static void read(const json::value& value, const std::string& path, Enum auto& out) {
    if (!value.is_string()) fail(path, "is no string");
    for (const auto& [word, enumerator] : words(out)) {
      if (value.get_string() == word) {
        out = enumerator;
        return;
      }
    }
    fail(path, fmt::format("is {}, which this signpost does not know", json::serialize(value)));
  }
  template <class T>
  static void read(const json::value& value, const std::string& path, std::optional<T>& out) {
    read(value, path, out.emplace());
  }
  template <class T>
  static void read(const json::value& value, const std::string& path, std::vector<T>& out) {
    if (!value.is_array()) fail(path, "is no array");
    for (const json::value& item : value.get_array()) {
      const std::string where = fmt::format("{}[{}]", path, out.size());
      read(item, where, out.emplace_back());
    }
  }
  template <class T>
  static void read(const json::value& value, const std::string& path, T& out) {
    Reader inner(object(value, path), path);
    visit_fields(inner, out);
  }

  const json::object& in_;
  std::string path_;
};

template <class T>
T read_object(const json::object& object, const char* name) {
  T out;
  Reader reader(object, name);
  visit_fields(reader, out);
  return out;
}

}  // namespace

json::object to_json(const decision::Memory& memory) { return object_of(memory); }
json::object to_json(const decision::Step& step) { return object_of(step); }
json::object to_json(const decision::Policy& policy) { return object_of(policy); }

decision::Step step_from(const json::object& object) {
  return read_object<decision::Step>(object, "step");
}
decision::Policy policy_from(const json::object& object) {
  return read_object<decision::Policy>(object, "policy");
}

}  // namespace signpost::history
