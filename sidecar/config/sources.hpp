// Where each value of a Config stands in its text, by path: "group[0].node[1].address[0]".
//
// Also remembers what could not be read: a default stands in its place, and a rule must not
// complain about a value that nobody wrote.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace signpost::config {

struct Span {
  std::uint32_t line = 1;    // 1-based
  std::uint32_t column = 1;  // 1-based, in octets
  std::uint32_t width = 1;   // octets, never past the end of the line
  bool operator==(const Span&) const = default;
};

class Sources {
 public:
  void add(std::string path, Span span) { spans_.insert_or_assign(std::move(path), span); }
  void distrust(std::string path) { distrusted_.insert(std::move(path)); }

  [[nodiscard]] bool written(const std::string& path) const { return spans_.contains(path); }
  /// Neither the value nor anything around it was in error.
  [[nodiscard]] bool trusted(std::string_view path) const;
  /// Of the value; if it is not written, of the innermost thing around it that is.
  [[nodiscard]] Span at(std::string_view path) const;

 private:
  std::unordered_map<std::string, Span> spans_;
  std::unordered_set<std::string> distrusted_;
};

}  // namespace signpost::config
