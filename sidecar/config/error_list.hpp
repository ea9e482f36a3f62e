// Every error of one file, collected in any order, handed out sorted by place.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sidecar/config/config_error.hpp"
#include "sidecar/config/sources.hpp"

namespace signpost::config {

/// What is wrong with a value, without its place.
struct Complaint {
  // All three, always: an aggregate would be constructible from one string (P0960), and then
  // result<std::string, Complaint> from neither.
  Complaint() = default;
  Complaint(std::string what, std::string beside, std::string cure)
      : message(std::move(what)), note(std::move(beside)), hint(std::move(cure)) {}

  std::string message;
  std::string note;
  std::string hint;
};

class ErrorList {
 public:
  // Nobody reads more than a screen or two; a file of garbage must not fill the memory.
  static constexpr std::size_t errors_max = 500;

  void add(Span span, Complaint complaint);
  [[nodiscard]] bool full() const { return errors_.size() >= errors_max; }
  [[nodiscard]] bool empty() const { return errors_.empty(); }
  /// Sorted by line and column; the same complaint about the same place only once.
  std::vector<ConfigError> take_sorted();

 private:
  std::vector<ConfigError> errors_;
};

}  // namespace signpost::config
