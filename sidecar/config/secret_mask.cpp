#include "sidecar/config/secret_mask.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace signpost::config {
namespace {

constexpr std::array<std::string_view, 6> secret_words{"password", "passwd",  "passphrase",
                                                       "secret",   "api_key", "token"};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

std::size_t skip_spaces(std::string_view line, std::size_t at) {
  return std::min(line.find_first_not_of(" \t", at), line.size());
}

/// End of the value that begins at `at`: its closing quote, or what ends a bare value.
std::size_t value_end(std::string_view line, std::size_t at) {
  if (at >= line.size()) return line.size();
  const char quote = line[at];
  if (quote != '"' && quote != '\'') return std::min(line.find_first_of(",}#", at), line.size());
  if (line.substr(at).starts_with(std::string(3, quote))) return line.size();
  for (std::size_t i = at + 1; i < line.size(); ++i) {
    if (line[i] == '\\' && quote == '"') {
      ++i;
    } else if (line[i] == quote) {
      return i + 1;
    }
  }
  return line.size();
}

void add_values_of(std::string_view word, std::string_view line, std::string_view lower,
                   std::vector<MaskedRange>& found) {
  for (std::size_t at = lower.find(word); at != std::string_view::npos;
       at = lower.find(word, at + 1)) {
    std::size_t i = at + word.size();
    if (i < line.size() && is_word(line[i])) continue;
    if (i < line.size() && (line[i] == '"' || line[i] == '\'')) ++i;
    i = skip_spaces(line, i);
    if (i >= line.size() || (line[i] != '=' && line[i] != ':')) continue;
    i = skip_spaces(line, i + 1);
    if (i < line.size()) found.push_back({i, value_end(line, i)});
  }
}

void add_url_credentials(std::string_view line, std::vector<MaskedRange>& found) {
  for (std::size_t at = line.find("://"); at != std::string_view::npos;
       at = line.find("://", at + 1)) {
    const std::size_t begin = at + 3;
    const std::size_t authority_end = std::min(line.find_first_of("/\"' \t", begin), line.size());
    const std::size_t sign = line.substr(0, authority_end).rfind('@');
    if (sign != std::string_view::npos && sign > begin) found.push_back({begin, sign});
  }
}

}  // namespace

std::vector<MaskedRange> secrets_in(std::string_view line) {
  std::string lower(line);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::vector<MaskedRange> found;
  for (const std::string_view word : secret_words) add_values_of(word, line, lower, found);
  add_url_credentials(line, found);
  std::sort(found.begin(), found.end(),
            [](const MaskedRange& a, const MaskedRange& b) { return a.begin < b.begin; });
  std::vector<MaskedRange> merged;
  for (const MaskedRange& range : found) {
    if (range.end <= range.begin) continue;
    if (!merged.empty() && range.begin < merged.back().end) {
      merged.back().end = std::max(merged.back().end, range.end);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

}  // namespace signpost::config
