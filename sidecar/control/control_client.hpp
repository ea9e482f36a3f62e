// One question to a daemon's control socket, blocking. For the command line; the daemon has no use
// for it.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <string>

#include "sidecar/control/control_request.hpp"

namespace signpost::control {

struct NoAnswer {
  enum class Why {
    not_there,      // no socket, or nobody behind it
    not_permitted,  // the file system says no
    not_heard,      // connected, but no answer: the request may have been carried out
  };
  Why why = Why::not_there;
  std::string detail;  // one line
};

/// `patience` is for everything.
boost::system::result<Answer, NoAnswer> ask(const std::string& path, const Request& request,
                                            std::chrono::milliseconds patience);

}  // namespace signpost::control
