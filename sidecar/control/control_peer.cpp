#include "sidecar/control/control_peer.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace signpost::control {
namespace {

constexpr std::size_t groups_max = 65'536;          // NGROUPS_MAX of Linux
constexpr std::size_t entry_octets_max = 64 << 10;  // a group's members all stand in one entry

boost::system::error_code last_error() { return {errno, boost::system::system_category()}; }

boost::system::result<std::vector<gid_t>> groups_of(int socket) {
  std::vector<gid_t> groups(64);
  for (;;) {
    auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0) {
      groups.resize(size / sizeof(gid_t));
      return groups;
    }
    if (errno != ERANGE || groups.size() >= groups_max) return last_error();
    groups.resize(groups_max);
  }
}

/// "" when /etc/passwd does not have it.
std::string name_of(uid_t uid) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/etc/passwd", "re"),
                                                             &std::fclose);
  if (!file) return "";
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  while (::fgetpwent_r(file.get(), &entry, buffer.data(), buffer.size(), &found) == 0) {
    if (found != nullptr && found->pw_uid == uid) return found->pw_name;
  }
  return "";
}

}  // namespace

bool Permitted::includes(const Peer& peer) const {
  if (peer.uid == 0 || peer.uid == own) return true;
  if (!group) return false;
  return peer.gid == *group ||
         std::find(peer.groups.begin(), peer.groups.end(), *group) != peer.groups.end();
}

boost::system::result<Peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return last_error();
  auto groups = groups_of(socket);
  if (!groups) return groups.error();
  return Peer{credentials.uid, credentials.gid, *std::move(groups)};
}

Actor actor_of(const Peer& peer) {
  std::string name = name_of(peer.uid);
  return {peer.uid, name.empty() ? fmt::format("uid {}", peer.uid) : std::move(name)};
}

std::optional<gid_t> gid_of_group(const std::string& name) {
  std::vector<char> buffer(entry_octets_max);
  group entry{};
  group* found = nullptr;
  if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0) {
    return std::nullopt;
  }
  return found == nullptr ? std::nullopt : std::optional(found->gr_gid);
}

}  // namespace signpost::control
