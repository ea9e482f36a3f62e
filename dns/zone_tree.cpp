#include "dns/zone_tree.hpp"

#include <algorithm>

namespace signpost::dns {
namespace {

std::string key_of(const Name& name) {
  const auto wire = name.key();
  return {wire.begin(), wire.end()};
}

}  // namespace

const RRset* ZoneTree::Owner::find(RRType type) const {
  for (const RRset* rrset : rrsets) {
    if (rrset->type == type) return rrset;
  }
  return nullptr;
}

ZoneTree::ZoneTree(const ZoneSnapshot& zone, const RRset& soa) : apex_(zone.apex) {
  add(zone.apex).rrsets.push_back(&soa);
  for (const auto& rrset : zone.rrsets) add(rrset.owner).rrsets.push_back(&rrset);
  for (const auto& name : zone.not_ready) add(name.owner).not_ready = &name;
  for (auto& [key, owner] : owners_) settle(key, owner);
}

const ZoneTree::Owner* ZoneTree::find_target(std::span<const std::uint8_t> rdata) const {
  const auto target = Name::from_wire(rdata);
  const auto found = target ? owners_.find(key_of(*target)) : owners_.end();
  return found == owners_.end() ? nullptr : &found->second;
}

ZoneTree::Chain ZoneTree::follow(const RRset& cname) const {
  Chain chain;
  for (const RRset* link = &cname; link != nullptr; link = chain.target->find(RRType::cname)) {
    if (chain.links.size() == cname_links_max) {
      chain.end = Chain::End::too_long;
      return chain;
    }
    chain.links.push_back(link);
    chain.target = find_target(link->rdata.front());
    if (chain.target == nullptr) {
      const auto name = Name::from_wire(link->rdata.front());
      chain.end = name && name->is_at_or_below(apex_) ? Chain::End::missing : Chain::End::outside;
      return chain;
    }
    if (chain.target->not_ready != nullptr) {
      chain.end = Chain::End::not_ready;
      return chain;
    }
  }
  return chain;
}

ZoneTree::Owner& ZoneTree::add(const Name& name) {
  std::string key = key_of(name);
  Owner& owner = owners_[key];
  const std::size_t apex_size = apex_.wire().size();
  while (key.size() > apex_size) {
    key.erase(0, static_cast<unsigned char>(key[0]) + 1U);
    if (!owners_.try_emplace(key).second) break;  // then all names above it are there too
  }
  return owner;
}

// A name that is not ready has no data; only the apex keeps what makes it an apex.
void ZoneTree::settle(const std::string& key, Owner& owner) const {
  if (owner.not_ready != nullptr) {
    const bool is_apex = key.size() == apex_.wire().size();
    std::erase_if(owner.rrsets, [is_apex](const RRset* rrset) {
      return !is_apex || (rrset->type != RRType::soa && rrset->type != RRType::ns);
    });
  }
  std::sort(owner.rrsets.begin(), owner.rrsets.end(),
            [](const RRset* a, const RRset* b) { return a->type < b->type; });
}

}  // namespace signpost::dns
