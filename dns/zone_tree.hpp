// ZoneTree: the names of a zone and what stands at each, while an AnswerTable is compiled. Points
// into the snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dns/zone_snapshot.hpp"

namespace signpost::dns {

class ZoneTree {
 public:
  struct Owner {
    std::vector<const RRset*> rrsets;  // ascending types
    const NotReadyName* not_ready = nullptr;
    [[nodiscard]] const RRset* find(RRType type) const;
  };

  /// Where an alias leads: its CNAME and those behind it, and what is at the end.
  struct Chain {
    enum class End { name, missing, not_ready, outside, too_long };
    std::vector<const RRset*> links;
    End end = End::name;
    const Owner* target = nullptr;  // for name and not_ready
  };

  /// `soa` is the apex's SOA as an RRset. Both must outlive the tree.
  ZoneTree(const ZoneSnapshot& zone, const RRset& soa);

  /// By lower-case wire form. Has every name between an owner and the apex too: these exist, though
  /// empty (RFC 4592 section 2.2.2).
  [[nodiscard]] const std::map<std::string, Owner>& owners() const { return owners_; }
  /// The owner that the name at the start of `rdata` means; nullptr if it is not in the zone.
  [[nodiscard]] const Owner* find_target(std::span<const std::uint8_t> rdata) const;
  [[nodiscard]] Chain follow(const RRset& cname) const;

 private:
  Owner& add(const Name& name);
  void settle(const std::string& key, Owner& owner) const;

  const Name& apex_;
  std::map<std::string, Owner> owners_;
};

}  // namespace signpost::dns
