#include "sidecar/config/name_template.hpp"

#include <fmt/format.h>

#include "sidecar/config/error_list.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

constexpr std::string_view::size_type npos = std::string_view::npos;
constexpr const char* example = "write it like \"{group}.mq.example.com.\"";

Complaint complain(std::string_view text, std::string_view what, std::string hint = example) {
  return {fmt::format("{} {}", in_quotes(text), what), "", std::move(hint)};
}

}  // namespace

Parsed<std::string> parse_name_template(std::string_view text) {
  const std::size_t at = text.find(group_placeholder);
  if (at == npos) return complain(text, "has no {group} in it: every group would get this name");
  const std::size_t behind = at + group_placeholder.size();
  if (text.find_first_of("{}", behind) != npos || text.find_first_of("{}") < at) {
    return complain(text, "has more braces than those of one {group}",
                    "write {group} once, and nothing else in braces");
  }
  if (text.find_first_of("*\\") != npos) {
    return complain(text, "has a * or a \\ in it");
  }
  const bool in_first_label = text.substr(0, at).find('.') == npos;
  const bool is_label = (at == 0 || text[at - 1] == '.') && text.substr(behind, 1) == ".";
  if (!in_first_label && !is_label) {
    return complain(text, "has {group} inside a label that is not the first one",
                    "write \"{group}.mq.example.com.\", \"mq-{group}.example.com.\" or "
                    "\"active.{group}.mq.example.com.\"");
  }
  std::string whole(text);
  if (!whole.ends_with('.')) whole += '.';
  std::string stand_in = whole;
  const auto name = dns::Name::parse(stand_in.replace(at, group_placeholder.size(), "g"));
  if (!name) return complain(text, "is not a domain name: " + name.error().message());
  return whole;
}

dns::Name base_of(const std::string& name_template) {
  const std::size_t dot = name_template.find('.', name_template.find(group_placeholder));
  const auto base = dns::Name::parse(std::string_view(name_template).substr(dot + 1));
  return base && dot != npos ? *base : dns::Name();
}

}  // namespace signpost::config
