#include "probe/target.hpp"

#include <fmt/core.h>
#include <string.h>  // explicit_bzero is not in <cstring>

#include <utility>

namespace signpost::probe {

Secret::~Secret() {
  // All of the capacity: a shorter text, or the small buffer of a string that was moved from, still
  // has the old octets behind its end.
  text_.resize(text_.capacity());
  explicit_bzero(text_.data(), text_.size());
}

Secret& Secret::operator=(const Secret& other) {
  Secret copy(other);
  text_.swap(copy.text_);
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  Secret taken(std::move(other));
  text_.swap(taken.text_);
  return *this;
}

std::string Target::url() const {
  const char* scheme = https ? "https" : "http";
  const bool bracketed =
      host.find(':') != std::string::npos;  // IPv6 literal, RFC 3986 section 3.2.2
  return bracketed ? fmt::format("{}://[{}]:{}", scheme, host, port)
                   : fmt::format("{}://{}:{}", scheme, host, port);
}

}  // namespace signpost::probe
