// Document: TOML text as a tree of plain values, each with its place in octets. document.cpp alone
// knows toml++.
//
// toml++ 3.3 counts columns in code points, sorts keys by name and stops at the first syntax error;
// here columns are octets and members keep the order of the file.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/config/config_error.hpp"
#include "sidecar/config/sources.hpp"

namespace signpost::config {

struct Member;

struct Value {
  enum class Kind { text, integer, real, boolean, time, array, table };
  Kind kind = Kind::table;
  Span span;  // of a table: its header, or its braces
  std::string text;
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<Value> items;
  std::vector<Member> members;
};

struct Member {
  std::string key;
  Span span;  // of the key
  Value value;
};

/// For messages: "a string", "an array", ...
const char* to_text(Value::Kind kind);

/// Ten times the 400 kB that 1,000 groups of three nodes need.
inline constexpr std::size_t document_octets_max = 4 << 20;

/// The root table, or the first syntax error.
boost::system::result<Value, ConfigError> parse_document(std::string_view text);

}  // namespace signpost::config
