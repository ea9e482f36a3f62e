#include "sidecar/control/control_answer.hpp"

#include <boost/json/serialize.hpp>
#include <iterator>
#include <utility>

#include "sidecar/control/control_text.hpp"

namespace signpost::control {
namespace {

namespace json = boost::json;

struct CodeWord {
  Code code;
  std::string_view word;
};
constexpr CodeWord code_words[] = {{Code::bad_request, "bad_request"},
                                   {Code::not_permitted, "not_permitted"},
                                   {Code::refused, "refused"},
                                   {Code::busy, "busy"}};

std::string serialized(Code code, std::string_view text) {
  json::object object;
  object["ok"] = code == Code::ok;
  for (const CodeWord& known : code_words) {
    if (known.code == code) object["code"] = known.word;
  }
  object["text"] = text;
  return json::serialize(object);
}

}  // namespace

std::string answer_line(const Answer& answer) {
  constexpr std::string_view rest = "\n(the rest is cut)";
  std::string line = serialized(answer.code, answer.text);
  // Escapes make it longer than the text is: halved until it fits.
  for (std::size_t size = answer.text.size(); line.size() > answer_octets_max; size /= 2) {
    line = serialized(answer.code, std::string(cut(answer.text, size / 2)).append(rest));
  }
  return line;
}

boost::system::result<Answer, NotAnAnswer> parse_answer(std::string_view line) {
  const auto object = parse_object(line, answer_octets_max);
  if (!object) return NotAnAnswer{object.error().why};
  const json::value* ok = object->if_contains("ok");
  const json::value* text = object->if_contains("text");
  const bool complete = ok != nullptr && ok->is_bool() && text != nullptr && text->is_string();
  if (!complete) return NotAnAnswer{"\"ok\" or \"text\" is missing"};
  Answer answer{Code::refused, std::string(text->get_string())};
  if (ok->get_bool()) {
    answer.code = Code::ok;
    return answer;
  }
  const json::value* code = object->if_contains("code");
  for (const CodeWord& known : code_words) {
    if (code != nullptr && code->is_string() && code->get_string() == known.word) {
      answer.code = known.code;
    }
  }
  return answer;
}

}  // namespace signpost::control
