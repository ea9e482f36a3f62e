// "{group}.mq.example.com.": the names of discovered groups.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dns/name.hpp"
#include "sidecar/config/duration.hpp"

namespace signpost::config {

inline constexpr std::string_view group_placeholder = "{group}";

/// {group} once, as a label of its own or as part of the first one; with a final dot.
Parsed<std::string> parse_name_template(std::string_view text);

/// Nothing if it would be too long.
inline std::optional<dns::Name> name_from(std::string name_template, std::string_view label) {
  const std::size_t at = name_template.find(group_placeholder);
  if (at != std::string::npos) name_template.replace(at, group_placeholder.size(), label);
  const auto name = dns::Name::parse(name_template);
  return name ? std::optional(*name) : std::nullopt;
}
/// What follows the label with {group}; every name that the template makes is below it.
dns::Name base_of(const std::string& name_template);

}  // namespace signpost::config
