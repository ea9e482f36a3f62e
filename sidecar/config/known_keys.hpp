// The one table of keys: what a reader may ask for, what a misspelt key is compared with, and what
// the example file must show.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sidecar/config/error_list.hpp"

namespace signpost::config {

struct KnownKey {
  std::string_view table;  // "" = top level, "group.probe.rest", ...
  std::string_view key;
};

/// Every key of this version, tables included, in the order of the example file.
std::span<const KnownKey> known_keys();
bool is_known_key(std::string_view table, std::string_view key);

/// About `key`, which is not known in `table`: the nearest one there, or where it belongs.
/// `subject` names it in full ("group "orders": probe.intervall").
Complaint unknown_key(std::string_view table, std::string_view key, std::string_view subject);

/// "[group.probe]", or "[[group.node]]" for those that occur several times.
std::string header_of(std::string_view table);

/// For who wrote something else in its place: "there may be several: write [[group]]".
std::string how_to_write(std::string_view table);

/// Insertions, deletions, substitutions and swaps of neighbours; - and _ are the same, and so are
/// upper and lower case.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest of `candidates`, if it is near enough to be what was meant; else empty. The
/// beginning of a word is near to it.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace signpost::config
