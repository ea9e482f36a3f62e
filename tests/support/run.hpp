// Runs one coroutine to its end on an io_context, with whatever else lives there.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

namespace signpost::test {

/// Returns what `operation` returns, throws what it throws.
template <class T>
T run(boost::asio::io_context& context, boost::asio::awaitable<T> operation) {
  std::optional<T> result;
  std::exception_ptr error;
  bool done = false;
  boost::asio::co_spawn(context, std::move(operation), [&](std::exception_ptr e, T value) {
    error = e;
    if (!e) result.emplace(std::move(value));
    done = true;
  });
  context.restart();
  while (!done && context.run_one() > 0) {
  }
  if (error) std::rethrow_exception(error);
  return std::move(result.value());
}

}  // namespace signpost::test
