#include "dns/name.hpp"

#include <algorithm>
#include <array>

#include "dns/error.hpp"

namespace signpost::dns {
namespace {

using boost::system::result;

// One octet of presentation format at text[at]; moves `at` behind it. `escaped` tells a dot that is
// data from one that separates labels.
struct Octet {
  std::uint8_t value = 0;
  bool escaped = false;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

result<Octet> decimal_escape(std::string_view text, std::size_t& at) {
  if (at + 3 > text.size() || !is_digit(text[at + 1]) || !is_digit(text[at + 2])) {
    return errc::bad_escape;
  }
  const int value = (text[at] - '0') * 100 + (text[at + 1] - '0') * 10 + (text[at + 2] - '0');
  if (value > 255) return errc::bad_escape;
  at += 3;
  return Octet{static_cast<std::uint8_t>(value), true};
}

result<Octet> next_octet(std::string_view text, std::size_t& at) {
  const char c = text[at++];
  // Accepted only as \DDD: a stray blank or a letter outside ASCII in a configured name is a
  // mistake that no resolver would ever ask for.
  if (c <= ' ' || c > '~') return errc::bad_character;
  if (c != '\\') return Octet{static_cast<std::uint8_t>(c), false};
  if (at == text.size()) return errc::bad_escape;
  if (is_digit(text[at])) return decimal_escape(text, at);
  const char literal = text[at++];
  if (literal < ' ' || literal > '~') return errc::bad_character;
  return Octet{static_cast<std::uint8_t>(literal), true};
}

// Reads one label up to a dot or the end, appending it in wire form.
result<void> append_label(std::string_view text, std::size_t& at, std::vector<std::uint8_t>& wire) {
  const std::size_t length_at = wire.size();
  wire.push_back(0);
  while (at < text.size()) {
    auto octet = next_octet(text, at);
    if (!octet) return octet.error();
    if (octet->value == '.' && !octet->escaped) {
      --at;
      break;
    }
    wire.push_back(octet->value);
  }
  const std::size_t length = wire.size() - length_at - 1;
  if (length == 0) return errc::empty_label;
  if (length > label_length_max) return errc::label_too_long;
  wire[length_at] = static_cast<std::uint8_t>(length);
  return {};
}

void append_octet_text(std::uint8_t octet, std::string& text) {
  constexpr std::string_view special = ".\\\"();@$";
  if (octet <= ' ' || octet > '~') {
    text += '\\';
    text += static_cast<char>('0' + octet / 100);
    text += static_cast<char>('0' + octet / 10 % 10);
    text += static_cast<char>('0' + octet % 10);
    return;
  }
  if (special.find(static_cast<char>(octet)) != std::string_view::npos) text += '\\';
  text += static_cast<char>(octet);
}

bool equal_without_case(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  // Length octets are at most 63 and so never look like a letter.
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](auto x, auto y) { return lower_case(x) == lower_case(y); });
}

// Where each label begins; at most 127 of them fit into 255 octets.
struct Labels {
  std::array<std::uint8_t, 128> at{};
  std::size_t count = 0;
};

Labels labels_of(std::span<const std::uint8_t> wire) {
  Labels labels;
  for (std::size_t at = 0; wire[at] != 0; at += wire[at] + 1U) {
    labels.at[labels.count++] = static_cast<std::uint8_t>(at);
  }
  return labels;
}

std::strong_ordering compare_label(std::span<const std::uint8_t> a,
                                   std::span<const std::uint8_t> b) {
  return std::lexicographical_compare_three_way(
      a.begin() + 1, a.begin() + 1 + a[0], b.begin() + 1, b.begin() + 1 + b[0],
      [](auto x, auto y) { return lower_case(x) <=> lower_case(y); });
}

}  // namespace

result<Name> Name::parse(std::string_view text) {
  Name name;
  if (text == ".") return name;
  name.wire_.clear();
  std::size_t at = 0;
  do {
    auto appended = append_label(text, at, name.wire_);
    if (!appended) return appended.error();
    if (at < text.size()) ++at;  // the dot
  } while (at < text.size());
  name.wire_.push_back(0);
  if (name.wire_.size() > name_length_max) return errc::name_too_long;
  return name;
}

std::optional<Name> Name::from_wire(std::span<const std::uint8_t> octets) {
  std::size_t at = 0;
  while (at < octets.size() && octets[at] != 0 && octets[at] <= label_length_max) {
    at += octets[at] + 1U;
  }
  if (at >= octets.size() || octets[at] != 0 || at + 1 > name_length_max) return std::nullopt;
  Name name;
  name.wire_.assign(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  return name;
}

result<Name> Name::prefixed(std::string_view label) const {
  Name name;
  name.wire_.clear();
  std::size_t at = 0;
  auto appended = append_label(label, at, name.wire_);
  if (!appended) return appended.error();
  if (at != label.size()) return errc::bad_character;  // a dot that is not escaped
  name.wire_.insert(name.wire_.end(), wire_.begin(), wire_.end());
  if (name.wire_.size() > name_length_max) return errc::name_too_long;
  return name;
}

std::vector<std::uint8_t> Name::key() const {
  std::vector<std::uint8_t> key(wire_.size());
  std::transform(wire_.begin(), wire_.end(), key.begin(), lower_case);
  return key;
}

std::string Name::to_text() const {
  if (is_root()) return ".";
  std::string text;
  for (std::size_t at = 0; wire_[at] != 0; at += wire_[at] + 1U) {
    for (std::size_t i = 1; i <= wire_[at]; ++i) append_octet_text(wire_[at + i], text);
    text += '.';
  }
  return text;
}

std::size_t Name::label_count() const { return labels_of(wire_).count; }

bool Name::is_at_or_below(const Name& apex) const {
  const std::size_t mine = label_count();
  const std::size_t theirs = apex.label_count();
  if (mine < theirs) return false;
  std::size_t at = 0;
  for (std::size_t skip = mine - theirs; skip > 0; --skip) at += wire_[at] + 1U;
  return equal_without_case(wire().subspan(at), apex.wire());
}

Name Name::parent() const {
  if (is_root()) return *this;
  Name name;
  name.wire_.assign(wire_.begin() + wire_[0] + 1, wire_.end());
  return name;
}

bool operator==(const Name& a, const Name& b) { return equal_without_case(a.wire_, b.wire_); }

std::strong_ordering operator<=>(const Name& a, const Name& b) {
  const Labels left = labels_of(a.wire_);
  const Labels right = labels_of(b.wire_);
  const std::size_t common = std::min(left.count, right.count);
  for (std::size_t i = 1; i <= common; ++i) {
    const auto order = compare_label(a.wire().subspan(left.at[left.count - i]),
                                     b.wire().subspan(right.at[right.count - i]));
    if (std::is_neq(order)) return order;
  }
  return left.count <=> right.count;
}

}  // namespace signpost::dns
