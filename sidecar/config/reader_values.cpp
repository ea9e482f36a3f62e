// The types of single values: what is accepted, and what is said about the rest.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sidecar/config/environment.hpp"
#include "sidecar/config/known_keys.hpp"
#include "sidecar/config/reader.hpp"
#include "sidecar/config/safe_text.hpp"
#include "sidecar/config/size.hpp"

namespace signpost::config {

void Reader::out_of_range(std::string_view key, const Value& value, std::string_view written,
                          std::string_view range) {
  complain_at(value, path_of(key), key,
              {fmt::format("{} is out of range", written), "", fmt::format("write {}", range)});
}

void Reader::text(std::string_view key, std::string& out) {
  if (const Value* value = take(key, Value::Kind::text, "\"...\"")) out = value->text;
}

void Reader::boolean(std::string_view key, bool& out) {
  if (const Value* value = take(key, Value::Kind::boolean, "true")) out = value->boolean;
}

void Reader::integer_in(std::string_view key, std::uint64_t& out, std::uint64_t min,
                        std::uint64_t max) {
  const Value* value = take(key, Value::Kind::integer, std::to_string(out));
  if (value == nullptr) return;
  const auto number = static_cast<std::uint64_t>(value->integer);
  if (value->integer < 0 || number < min || number > max) {
    out_of_range(key, *value, std::to_string(value->integer), fmt::format("{} to {}", min, max));
  } else {
    out = number;
  }
}

void Reader::duration(std::string_view key, std::chrono::milliseconds& out, DurationRange range) {
  const Value* value = take(key);
  if (value == nullptr) return;
  if (value->kind == Value::Kind::integer) {
    return complain_at(*value, path_of(key), key, bare_number(std::to_string(value->integer)));
  }
  if (value->kind != Value::Kind::text) {
    return wrong_type(key, *value, "a duration",
                      fmt::format("write {} = \"{}\"", key, duration_text(out)));
  }
  auto parsed = parse_duration(value->text);
  const std::string limits =
      fmt::format("\"{}\" to \"{}\"", duration_text(range.min), duration_text(range.max));
  if (!parsed) return complain_at(*value, path_of(key), key, parsed.error());
  if (*parsed < range.min || *parsed > range.max) {
    return out_of_range(key, *value, in_quotes(value->text), limits);
  }
  out = *parsed;
}

void Reader::seconds(std::string_view key, std::chrono::seconds& out, DurationRange range) {
  std::chrono::milliseconds exact = out;
  duration(key, exact, range);
  if (exact % std::chrono::seconds(1) == std::chrono::milliseconds(0)) {
    out = std::chrono::duration_cast<std::chrono::seconds>(exact);
  } else {
    complain(key, {fmt::format("{} is not a whole number of seconds", duration_text(exact)), "",
                   "DNS counts in seconds: \"1s\" is the least step"});
  }
}

void Reader::size(std::string_view key, std::uint64_t& out, std::uint64_t min, std::uint64_t max) {
  const Value* value = take(key);
  if (value == nullptr) return;
  if (value->kind == Value::Kind::integer) {
    return complain_at(*value, path_of(key), key, size_without_unit(value->integer));
  }
  if (value->kind != Value::Kind::text) {
    return wrong_type(key, *value, "a size", fmt::format("write {} = \"{}\"", key, size_text(out)));
  }
  const auto parsed = parse_size(value->text);
  if (!parsed) return complain_at(*value, path_of(key), key, parsed.error());
  if (*parsed < min || *parsed > max) {
    return out_of_range(key, *value, in_quotes(value->text),
                        fmt::format("\"{}\" to \"{}\"", size_text(min), size_text(max)));
  }
  out = *parsed;
}

void Reader::label(std::string_view key, std::string& out) {
  static constexpr std::size_t octets_max = 255;  // as a domain name: no broker has longer ones
  parsed(key, out, [](std::string_view text) -> Parsed<std::string> {
    if (text.empty()) return Complaint{"must not be empty", "empty", "write a name"};
    if (text.size() > octets_max) {
      return Complaint{fmt::format("is longer than {} octets", octets_max), "too long",
                       "write a shorter one"};
    }
    if (safe_text(text) != text) {
      return Complaint{fmt::format("{} has characters that cannot be shown", in_quotes(text)), "",
                       "use printable characters"};
    }
    if (text.front() == ' ' || text.back() == ' ') {
      return Complaint{fmt::format("{} begins or ends with a space", in_quotes(text)), "",
                       "remove it"};
    }
    return std::string(text);
  });
}

void Reader::own_name(std::string_view kind, std::string_view around, std::string& out) {
  if (!require("name", fmt::format("each {} needs a name of its own", kind))) return;
  label("name", out);
  if (!out.empty()) set_subject(fmt::format("{}{} {}", around, kind, in_quotes(out)));
}

void Reader::file(std::string_view key, std::string& out) {
  parsed(key, out, [&](std::string_view text) { return expand_path(text, session_->environment); });
}

void Reader::secret(std::string_view key, probe::Secret& out) {
  std::string path;
  file(key, path);
  if (path.empty()) return;
  auto known = session_->secrets.find(path);
  if (known == session_->secrets.end()) {
    known = session_->secrets.emplace(path, session_->environment.read_file(path)).first;
  }
  if (!known->second.error.empty()) {
    const std::string& reason = known->second.error;
    const std::size_t cure = reason.find("; ");
    return complain(key, {fmt::format("{} {}", in_quotes(path), reason.substr(0, cure)), "",
                          cure == std::string::npos ? "" : reason.substr(cure + 2)});
  }
  auto line = only_line(known->second.text);
  if (line) {
    out = probe::Secret(*std::move(line));
    return;
  }
  Complaint wrong = line.error();
  wrong.message = fmt::format("{} {}", in_quotes(path), wrong.message);
  complain(key, std::move(wrong));
}

void Reader::choose(std::string_view key, std::size_t& out,
                    const std::vector<std::string_view>& words) {
  const Value* value = take(key, Value::Kind::text, fmt::format("\"{}\"", words[out]));
  if (value == nullptr) return;
  const auto found = std::find(words.begin(), words.end(), value->text);
  if (found != words.end()) {
    out = static_cast<std::size_t>(found - words.begin());
    return;
  }
  const std::string_view near = nearest(value->text, words);
  const std::string all = fmt::format("one of \"{}\"", fmt::join(words, "\", \""));
  complain_at(*value, path_of(key), key,
              {fmt::format("{} is not known here", in_quotes(value->text)), "",
               near.empty() ? all : fmt::format("did you mean \"{}\"? {}", near, all)});
}

}  // namespace signpost::config
