// Words: a line of a script, read from left to right.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/scenario/script.hpp"

namespace signpost::scenario {

class Words {
 public:
  /// Splits at blanks and commas ("," is a word of its own where `commas`); what stands behind # is
  /// a comment; a text in double quotes is one word, with its first quote kept.
  Words(std::size_t line, const std::string& text, bool commas);

  [[nodiscard]] bool empty() const { return next_ == words_.size(); }
  /// Empty at the end.
  [[nodiscard]] const std::string& peek() const;
  std::string take(const char* what);
  /// True, and taken, if the next words are these.
  bool take_if(std::initializer_list<const char*> words);
  void need(std::initializer_list<const char*> words);
  Time take_time(const char* what);
  std::uint64_t take_number(const char* what);
  std::string take_quoted(const char* what);
  void need_end();

  [[noreturn]] void fail(const std::string& what) const;

 private:
  std::size_t line_;
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

/// "1.5s", "250ms", "-2min", "1h"; nullopt for anything else.
std::optional<Time> to_time(const std::string& word);

}  // namespace signpost::scenario
