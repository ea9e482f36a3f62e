#include "sidecar/config/document.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "sidecar/config/safe_text.hpp"
#include "sidecar/config/syntax_error.hpp"

namespace signpost::config {
namespace {

/// Line and code point, as toml++ counts them, to line and octet.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {
    starts_.push_back(text.starts_with("\xef\xbb\xbf") ? 3 : 0);
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;
         at = text.find('\n', at + 1)) {
      starts_.push_back(at + 1);
    }
  }

  Span span(const toml::source_region& region) {
    const std::uint32_t line = std::max<std::uint32_t>(region.begin.line, 1);
    const std::uint32_t from = octet(line, region.begin.column);
    const std::uint32_t to = region.end.line == region.begin.line
                                 ? octet(line, region.end.column)
                                 : static_cast<std::uint32_t>(line_length(line));
    return {line, from + 1, to > from ? to - from : 1};
  }

 private:
  [[nodiscard]] std::size_t line_start(std::uint32_t line) const {
    return line <= starts_.size() ? starts_[line - 1] : text_.size();
  }
  /// Without the line's end; from the line's first octet, a byte order mark counted in.
  [[nodiscard]] std::size_t line_length(std::uint32_t line) const {
    std::size_t end = line < starts_.size() ? starts_[line] - 1 : text_.size();
    if (end > line_start(line) && text_[end - 1] == '\r') --end;
    return end - (line == 1 ? 0 : line_start(line));
  }

  /// Offset in the line of its `column`th code point. Goes on from the last answer if it can, since
  /// values come mostly in order: a long line stays linear.
  std::uint32_t octet(std::uint32_t line, std::uint32_t column) {
    const std::uint32_t wanted = std::max<std::uint32_t>(column, 1) - 1;
    if (line != line_ || wanted < code_points_) {
      line_ = line;
      code_points_ = 0;
      at_ = line_start(line);
    }
    for (; code_points_ < wanted && at_ < text_.size(); ++code_points_) {
      ++at_;
      while (at_ < text_.size() && (static_cast<std::uint8_t>(text_[at_]) & 0xc0U) == 0x80U) ++at_;
    }
    return static_cast<std::uint32_t>(at_ - (line == 1 ? 0 : line_start(line)));
  }

  std::string_view text_;
  std::vector<std::size_t> starts_;
  std::uint32_t line_ = 0;
  std::uint32_t code_points_ = 0;
  std::size_t at_ = 0;
};

Value copy(const toml::node& node, Places& places) {
  Value value;
  value.span = places.span(node.source());
  if (const auto* table = node.as_table()) {
    for (const auto& [key, member] : *table) {
      const Span key_span = places.span(key.source());
      value.members.push_back({std::string(key.str()), key_span, copy(member, places)});
    }
    std::sort(value.members.begin(), value.members.end(), [](const Member& a, const Member& b) {
      return std::pair(a.span.line, a.span.column) < std::pair(b.span.line, b.span.column);
    });
  } else if (const auto* array = node.as_array()) {
    value.kind = Value::Kind::array;
    for (const auto& item : *array) value.items.push_back(copy(item, places));
  } else if (const auto* text = node.as_string()) {
    value.kind = Value::Kind::text;
    value.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    value.kind = Value::Kind::integer;
    value.integer = integer->get();
  } else if (const auto* boolean = node.as_boolean()) {
    value.kind = Value::Kind::boolean;
    value.boolean = boolean->get();
  } else {
    value.kind = node.is_floating_point() ? Value::Kind::real : Value::Kind::time;
  }
  return value;
}

/// toml++ 3.3 has no bound for dotted keys and frees what it built by recursion: 100,000 dots end
/// in a stack overflow. No key here has more than four parts.
constexpr std::size_t dots_per_line_max = 64;

/// The first line with more dots outside quotes and comments.
std::optional<Span> too_many_dots(std::string_view text) {
  std::uint32_t line = 1;
  std::size_t line_start = 0;
  std::size_t dots = 0;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') {
      ++line;
      line_start = at + 1;
      dots = 0;
      quote = 0;
    } else if (quote != 0) {
      if (c == '\\' && quote == '"') {
        if (at + 1 < text.size() && text[at + 1] != '\n') ++at;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (c == '.' && ++dots > dots_per_line_max) {
      return Span{line, static_cast<std::uint32_t>(at - line_start) + 1, 1};
    }
  }
  return std::nullopt;
}

ConfigError at(Span span, std::string message, std::string note, std::string hint) {
  return {span.line, span.column, span.width, std::move(message), std::move(note), std::move(hint)};
}

/// What must not reach toml++, or what it reports at the wrong place.
std::optional<ConfigError> refuse(std::string_view text) {
  if (text.size() > document_octets_max) {
    return ConfigError{0,
                       0,
                       1,
                       fmt::format("the file has {} octets, more than the {} allowed", text.size(),
                                   document_octets_max),
                       "",
                       "is this a signpost configuration?"};
  }
  if (const std::size_t bad = invalid_utf8_at(text); bad != std::string_view::npos) {
    const std::string_view before = text.substr(0, bad);
    const auto line =
        static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
    return at({line, static_cast<std::uint32_t>(bad - start) + 1, 1}, "not valid TOML: not UTF-8",
              "this octet", "save the file in UTF-8; older editors write Latin-1");
  }
  if (const auto span = too_many_dots(text)) {
    return at(*span, fmt::format("more than {} dots in one line", dots_per_line_max), "",
              "text goes in quotes; a comment begins with #");
  }
  return std::nullopt;
}

}  // namespace

const char* to_text(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::text:
      return "a string";
    case Value::Kind::integer:
      return "a whole number";
    case Value::Kind::real:
      return "a number with a fraction";
    case Value::Kind::boolean:
      return "true or false";
    case Value::Kind::time:
      return "a date or time";
    case Value::Kind::array:
      return "an array";
    case Value::Kind::table:
      return "a table";
  }
  return "";
}

boost::system::result<Value, ConfigError> parse_document(std::string_view text) {
  if (auto error = refuse(text)) return *std::move(error);
  Places places(text);
  try {
    const toml::table root = toml::parse(text);
    return copy(root, places);
  } catch (const toml::parse_error& e) {
    return explain_syntax_error(text, places.span(e.source()), e.description());
  }
}

}  // namespace signpost::config
