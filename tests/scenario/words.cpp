#include "tests/scenario/words.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace signpost::scenario {
namespace {

std::vector<std::string> split(std::size_t line, const std::string& text, bool commas) {
  std::vector<std::string> words;
  std::string word;
  auto end_word = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '#') break;
    if (c == '"') {
      std::size_t close = text.find('"', i + 1);
      if (close == std::string::npos) throw ScriptError(line, "a quote is not closed");
      end_word();
      words.push_back(text.substr(i, close - i));
      i = close;
    } else if (c == ' ' || c == '\t' || c == ',') {
      end_word();
      if (c == ',' && commas) words.emplace_back(",");
    } else {
      word += c;
    }
  }
  end_word();
  return words;
}

}  // namespace

std::optional<Time> to_time(const std::string& word) {
  double number = 0;
  auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc()) return std::nullopt;
  constexpr std::array<std::pair<const char*, double>, 4> units{
      {{"ms", 1}, {"s", 1e3}, {"min", 6e4}, {"h", 3.6e6}}};
  for (auto [unit, factor] : units) {
    if (std::string(rest) == unit) return Time(std::llround(number * factor));
  }
  return std::nullopt;
}

Words::Words(std::size_t line, const std::string& text, bool commas)
    : line_(line), words_(split(line, text, commas)) {}

const std::string& Words::peek() const {
  static const std::string none;
  return empty() ? none : words_[next_];
}

std::string Words::take(const char* what) {
  if (empty()) fail(std::string("the line ends where ") + what + " should be");
  return words_[next_++];
}

bool Words::take_if(std::initializer_list<const char*> words) {
  if (words_.size() - next_ < words.size()) return false;
  std::size_t i = next_;
  for (const char* word : words) {
    if (words_[i++] != word) return false;
  }
  next_ = i;
  return true;
}

void Words::need(std::initializer_list<const char*> words) {
  for (const char* word : words) {
    if (!take_if({word}))
      fail("\"" + std::string(word) + "\" should be where \"" + peek() + "\" is");
  }
}

Time Words::take_time(const char* what) {
  std::string word = take(what);
  auto time = to_time(word);
  if (!time) fail("\"" + word + "\" is no time; " + what + " is written 250ms, 1.5s, 2min or 1h");
  return *time;
}

std::uint64_t Words::take_number(const char* what) {
  std::string word = take(what);
  std::uint64_t number = 0;
  auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || rest != word.data() + word.size())
    fail("\"" + word + "\" is no number; " + what + " is one");
  return number;
}

std::string Words::take_quoted(const char* what) {
  std::string word = take(what);
  if (word.front() != '"') fail(std::string(what) + " is written in double quotes");
  return word.substr(1);
}

void Words::need_end() {
  if (!empty()) fail("\"" + peek() + "\" is more than this line can say");
}

void Words::fail(const std::string& what) const { throw ScriptError(line_, what); }

}  // namespace signpost::scenario
