// Any bytes as an HTTP response: read at once and in pieces, with the same answer or a failure.
// (Which failure may differ: the end of the input can come before the parser has seen what is
// wrong.)
#include "probe/http_answer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace signpost::probe;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Outcome {
  bool failed = false;
  unsigned status = 0;
  std::string body;
  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view octets, std::size_t piece) {
  HttpAnswer http;
  Result<HttpAnswer::Progress> progress = HttpAnswer::Progress::more;
  while (progress && *progress == HttpAnswer::Progress::more && !octets.empty()) {
    progress = http.take(octets.substr(0, piece));
    octets.remove_prefix(std::min(piece, octets.size()));
  }
  if (progress && *progress == HttpAnswer::Progress::more) progress = http.end();
  if (!progress) {
    const std::string& detail = progress.error().detail;
    require(std::ranges::all_of(detail, [](char c) { return c >= 0x20 && c < 0x7f; }));
    return {true, 0, {}};
  }
  (void)http.reason();
  (void)http.header("Location");
  (void)http.reusable();
  const unsigned status = http.status();
  return {false, status, status == 200 ? http.take_body() : std::string()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = read(octets, octets.size() + 1);
  const Outcome pieces = read(octets, std::size_t{data[0]} + 1);
  require(whole == pieces);
  return 0;
}
