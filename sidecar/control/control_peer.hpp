// Who is at the other end of a Unix socket, and may it change anything? The kernel says so
// (SO_PEERCRED, SO_PEERGROUPS): nothing that the peer sends is believed.
//
// No name service is asked while the daemon runs: a directory server that is down would stop the
// loop that does failovers. So names are those of /etc/passwd; others are shown as "uid 1000".
#pragma once

#include <sys/types.h>

#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <vector>

namespace signpost::control {

struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // supplementary ones
};

/// Who asked, for log, status and history.
struct Actor {
  uid_t uid = 0;
  std::string user;  // "alice", or "uid 1000" if the name is not known
  bool operator==(const Actor&) const = default;
};

/// Root, the daemon's own user, and the members of one group.
struct Permitted {
  uid_t own = 0;
  std::optional<gid_t> group;
  [[nodiscard]] bool includes(const Peer& peer) const;
};

/// Of a connected socket: as it was when the peer connected.
boost::system::result<Peer> peer_of(int socket);

Actor actor_of(const Peer& peer);

/// May block; only while the daemon starts.
std::optional<gid_t> gid_of_group(const std::string& name);

}  // namespace signpost::control
