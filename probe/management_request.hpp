// The octets of one question to the management API.
#pragma once

#include <string_view>

#include "probe/target.hpp"

namespace signpost::probe {

/// GET with Basic credentials sent up front, for Broker-J sends no challenge that could be waited
/// for (RFC 7617; class AuthenticationCheckFilter); no Accept-Encoding. `path` is percent-encoded.
/// Throws std::runtime_error for a username that Basic cannot carry.
Secret management_request(const Target& target, std::string_view path);

}  // namespace signpost::probe
