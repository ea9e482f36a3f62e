// QueryTable: {"headers":[...],"results":[[...],...],"total":N} as a table of cells, checked for
// shape and bounds. What the columns mean is management_reply's business.
//
// Bounds: 8 MiB of text (an answer with 1,000 groups has a quarter of a megabyte), 64 MiB of memory
// while it is read (the worst that 8 MiB of brackets could ask for is five times that), 8 levels,
// 100,000 rows.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "probe/error.hpp"

namespace signpost::probe {

inline constexpr std::size_t reply_octets_max = std::size_t{8} << 20;

class Cell {
 public:
  explicit Cell(const boost::json::value& value) : value_(&value) {}
  [[nodiscard]] bool is_null() const { return value_->is_null(); }
  [[nodiscard]] bool is_text() const { return value_->is_string(); }
  [[nodiscard]] bool is_number() const { return value_->is_number(); }
  [[nodiscard]] bool is_boolean() const { return value_->is_bool(); }
  [[nodiscard]] bool is_list() const { return value_->is_array(); }
  [[nodiscard]] std::string_view text() const { return value_->get_string(); }
  [[nodiscard]] double number() const { return value_->to_number<double>(); }
  [[nodiscard]] bool boolean() const { return value_->get_bool(); }
  [[nodiscard]] std::size_t list_size() const { return value_->get_array().size(); }
  [[nodiscard]] Cell list_item(std::size_t i) const { return Cell(value_->get_array()[i]); }
  /// "a string", "null", ...: for messages.
  [[nodiscard]] const char* kind() const;

 private:
  const boost::json::value* value_;
};

class QueryTable {
 public:
  /// Each of `headers` must be there exactly once, wherever it stands; further ones are ignored.
  static Result<QueryTable> read(std::string_view json, std::span<const char* const> headers);

  QueryTable(QueryTable&&) noexcept;
  QueryTable& operator=(QueryTable&&) noexcept;
  QueryTable(const QueryTable&) = delete;
  QueryTable& operator=(const QueryTable&) = delete;
  ~QueryTable();

  [[nodiscard]] std::size_t row_count() const { return rows_->size(); }
  /// `column` counts in the order of the headers given to read().
  [[nodiscard]] Cell cell(std::size_t row, std::size_t column) const {
    return Cell((*rows_)[row].get_array()[order_[column]]);
  }

 private:
  struct Document;
  explicit QueryTable(std::unique_ptr<Document> document);
  Result<void> find_columns(std::span<const char* const> headers);
  Result<void> find_rows();

  std::unique_ptr<Document> document_;
  const boost::json::array* headers_ = nullptr;
  const boost::json::array* rows_ = nullptr;
  std::vector<std::size_t> order_;
};

}  // namespace signpost::probe
