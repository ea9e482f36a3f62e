// From a ZoneSnapshot to an AnswerTable: every answer the zone can give, encoded ahead of the
// questions.
#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "dns/answer_body.hpp"
#include "dns/answer_storage.hpp"
#include "dns/answer_table.hpp"

namespace signpost::dns {
namespace {

constexpr std::uint16_t rcode_noerror = 0;
constexpr std::uint16_t rcode_servfail = 2;
constexpr std::uint16_t rcode_nxdomain = 3;
constexpr std::uint16_t rcode_refused = 5;

// RFC 8914 sections 4.15 and 4.21; the option code is 15.
constexpr std::uint16_t option_ede = 15;
constexpr std::uint16_t ede_not_ready = 14;
constexpr std::uint16_t ede_not_authoritative = 20;
constexpr std::size_t ede_text_max = 100;  // octets; a reply without fragmentation has room for it

// Header, longest question and OPT of one TCP message.
constexpr std::size_t body_max = 65535 - 12 - (name_length_max + 4) - 11;

// Cut at 100 octets, but not inside a UTF-8 character.
std::string_view ede_text(std::string_view why) {
  if (why.size() <= ede_text_max) return why;
  std::size_t size = ede_text_max;
  while (size > 0 && (static_cast<unsigned char>(why[size]) & 0xC0U) == 0x80U) --size;
  return why.substr(0, size);
}

}  // namespace

struct AnswerTable::Compiler {
  using Answer = Storage::Answer;
  using Key = std::string;  // lower-case wire form

  struct Owner {
    std::vector<const RRset*> rrsets;  // ascending types
    const NotReadyName* not_ready = nullptr;
  };

  // The RRsets in front of an answer when the question's name is an alias, and what is behind them.
  struct Chain {
    enum class End { name, missing, not_ready, outside, too_long };
    std::vector<const RRset*> links;
    End end = End::name;
    const Owner* target = nullptr;
  };

  Compiler(const ZoneSnapshot& zone, Storage& storage)
      : zone_(zone),
        storage_(storage),
        soa_(soa_rrset(zone.apex, zone.soa, zone.soa.ttl)),
        // RFC 2308 section 3.
        negative_soa_(soa_rrset(zone.apex, zone.soa, std::min(zone.soa.ttl, zone.soa.minimum))) {}

  void run() {
    storage_.apex = zone_.apex.key();
    collect_owners();
    add_common_answers();
    std::vector<std::span<const std::uint8_t>> names;
    names.reserve(owners_.size());
    for (const auto& [key, owner] : owners_) {
      names.push_back(octets_of(key));
      storage_.nodes.push_back(compile_owner(key, owner));
    }
    storage_.entries.push_back({});  // so that a node without entries points into the vector too
    storage_.index.build(names);
  }

 private:
  static Key key_of(const Name& name) {
    const auto wire = name.key();
    return {wire.begin(), wire.end()};
  }
  static std::span<const std::uint8_t> octets_of(const Key& key) {
    return {reinterpret_cast<const std::uint8_t*>(key.data()), key.size()};
  }
  static const RRset* find_type(const Owner& owner, RRType type) {
    for (const RRset* rrset : owner.rrsets) {
      if (rrset->type == type) return rrset;
    }
    return nullptr;
  }

  void collect_owners() {
    add_owner(zone_.apex).rrsets.push_back(&soa_);
    for (const auto& rrset : zone_.rrsets) add_owner(rrset.owner).rrsets.push_back(&rrset);
    for (const auto& name : zone_.not_ready) add_owner(name.owner).not_ready = &name;
    for (auto& [key, owner] : owners_) {
      if (owner.not_ready != nullptr) {
        std::erase_if(owner.rrsets, [](const RRset* r) {
          return r->type != RRType::soa && r->type != RRType::ns;
        });
        if (octets_differ(key, storage_.apex)) owner.rrsets.clear();
      }
      std::sort(owner.rrsets.begin(), owner.rrsets.end(),
                [](const RRset* a, const RRset* b) { return a->type < b->type; });
    }
  }

  static bool octets_differ(const Key& key, const std::vector<std::uint8_t>& wire) {
    const auto octets = octets_of(key);
    return !std::equal(octets.begin(), octets.end(), wire.begin(), wire.end());
  }

  // With all names between it and the apex: these exist, though empty (RFC 4592 section 2.2.2).
  Owner& add_owner(const Name& name) {
    Key key = key_of(name);
    Owner& owner = owners_[key];
    while (key.size() > storage_.apex.size()) {
      key.erase(0, static_cast<unsigned char>(key[0]) + 1U);
      if (!owners_.try_emplace(key).second) break;
    }
    return owner;
  }

  void add_common_answers() {
    // The body serves every name, so it may not be compressed against a question; only its owner
    // becomes a pointer, which the responder patches.
    const std::uint8_t root = 0;
    AnswerBody body({&root, 1}, storage_.octets);
    Answer nodata;
    body.append(negative_soa_, nodata.authority_count);
    auto& octets = storage_.octets;
    octets.erase(octets.begin(),
                 octets.begin() + static_cast<std::ptrdiff_t>(storage_.apex.size()));
    octets.insert(octets.begin(), {0xC0, 0});
    nodata.body = {0, static_cast<std::uint32_t>(octets.size())};
    nodata.required = static_cast<std::uint16_t>(octets.size());
    nodata.authoritative = nodata.apex_pointer = true;
    Answer nxdomain = nodata;
    nxdomain.rcode = rcode_nxdomain;
    Answer outside;
    outside.rcode = rcode_refused;
    outside.ede = add_ede(ede_not_authoritative, "");
    storage_.answers = {nodata, nxdomain, outside};  // Storage::nodata, nxdomain, out_of_zone
  }

  Storage::Node compile_owner(const Key& key, const Owner& owner) {
    Storage::Node node;
    node.first_entry = static_cast<std::uint32_t>(storage_.entries.size());
    if (find_type(owner, RRType::cname) != nullptr) {
      compile_alias(key, owner, node);
    } else {
      for (const RRset* rrset : owner.rrsets) add_entry(*rrset, positive(key, {}, *rrset));
      node.otherwise =
          owner.not_ready != nullptr ? add(not_ready(*owner.not_ready)) : Storage::nodata;
    }
    node.entry_count = static_cast<std::uint32_t>(storage_.entries.size()) - node.first_entry;
    const bool silent = node.entry_count == 0 || owner.not_ready != nullptr;
    node.any = silent ? node.otherwise : storage_.entries[node.first_entry].answer;
    return node;
  }

  // The CNAME itself is the first entry: QTYPE CNAME and ANY do not follow it (RFC 1034 section
  // 3.6.2).
  void compile_alias(const Key& key, const Owner& owner, Storage::Node& node) {
    const RRset& cname = *find_type(owner, RRType::cname);
    add_entry(cname, positive(key, {}, cname));
    const Chain chain = follow(cname);
    switch (chain.end) {
      case Chain::End::name:
        for (const RRset* rrset : chain.target->rrsets) {
          add_entry(*rrset, positive(key, chain.links, *rrset));
        }
        node.otherwise = add(unfinished(key, chain, rcode_noerror, &negative_soa_));
        return;
      case Chain::End::missing:  // RFC 6604 section 3: the RCODE is that of the last name
        node.otherwise = add(unfinished(key, chain, rcode_nxdomain, &negative_soa_));
        return;
      case Chain::End::not_ready:
        node.otherwise = add(not_ready(*chain.target->not_ready));
        return;
      case Chain::End::outside:
      case Chain::End::too_long:
        node.otherwise = add(unfinished(key, chain, rcode_noerror, nullptr));
        return;
    }
  }

  Chain follow(const RRset& first) const {
    Chain chain;
    const RRset* link = &first;
    while (true) {
      chain.links.push_back(link);
      const auto target = Name::from_wire(link->rdata.front());
      if (!target || !target->is_at_or_below(zone_.apex)) {
        chain.end = Chain::End::outside;
        return chain;
      }
      const auto found = owners_.find(key_of(*target));
      if (found == owners_.end()) {
        chain.end = Chain::End::missing;
        return chain;
      }
      chain.target = &found->second;
      if (chain.target->not_ready != nullptr) {
        chain.end = Chain::End::not_ready;
        return chain;
      }
      link = find_type(*chain.target, RRType::cname);
      if (link == nullptr) return chain;
      if (chain.links.size() == cname_links_max) {
        chain.end = Chain::End::too_long;
        return chain;
      }
    }
  }

  Answer positive(const Key& key, const std::vector<const RRset*>& chain, const RRset& rrset) {
    Answer answer = begin();
    AnswerBody body(octets_of(key), storage_.octets);
    for (const RRset* link : chain) body.append(*link, answer.answer_count);
    body.append(rrset, answer.answer_count);
    finish(answer, body);
    append_additional(body, rrset, answer.additional_count);
    answer.body.size = static_cast<std::uint32_t>(body.size());
    return answer;
  }

  Answer unfinished(const Key& key, const Chain& chain, std::uint16_t rcode, const RRset* soa) {
    Answer answer = begin();
    answer.rcode = rcode;
    AnswerBody body(octets_of(key), storage_.octets);
    for (const RRset* link : chain.links) body.append(*link, answer.answer_count);
    if (soa != nullptr) body.append(*soa, answer.authority_count);
    finish(answer, body);
    return answer;
  }

  Answer begin() const {
    Answer answer;
    answer.authoritative = true;
    answer.body.at = static_cast<std::uint32_t>(storage_.octets.size());
    return answer;
  }

  static void finish(Answer& answer, const AnswerBody& body) {
    if (body.size() > body_max) throw std::length_error("zone was not checked: answer too long");
    answer.required = static_cast<std::uint16_t>(body.size());
    answer.body.size = static_cast<std::uint32_t>(body.size());
  }

  // Addresses of NS and SRV targets in this zone: spares the client a question.
  void append_additional(AnswerBody& body, const RRset& rrset, std::uint16_t& count) const {
    if (rrset.type != RRType::ns && rrset.type != RRType::srv) return;
    const std::size_t target_at = rrset.type == RRType::srv ? 6 : 0;
    std::vector<const Owner*> seen;
    for (const auto& rdata : rrset.rdata) {
      const auto target = Name::from_wire(std::span(rdata).subspan(target_at));
      const auto found = target ? owners_.find(key_of(*target)) : owners_.end();
      if (found == owners_.end()) continue;
      const Owner& owner = found->second;
      if (std::find(seen.begin(), seen.end(), &owner) != seen.end()) continue;
      seen.push_back(&owner);
      append_address(body, find_type(owner, RRType::a), count);
      append_address(body, find_type(owner, RRType::aaaa), count);
    }
  }

  static void append_address(AnswerBody& body, const RRset* address, std::uint16_t& count) {
    if (address == nullptr) return;
    const std::size_t size_before = body.size();
    const std::uint16_t count_before = count;
    body.append(*address, count);
    if (body.size() <= body_max) return;
    body.cut(size_before);
    count = count_before;
  }

  Answer not_ready(const NotReadyName& name) {
    Answer answer;
    answer.rcode = rcode_servfail;
    answer.ede = add_ede(ede_not_ready, ede_text(name.why));
    return answer;
  }

  Storage::Range add_ede(std::uint16_t code, std::string_view text) {
    const auto at = static_cast<std::uint32_t>(storage_.octets.size());
    for (const std::size_t value : {std::size_t{option_ede}, text.size() + 2, std::size_t{code}}) {
      storage_.octets.push_back(static_cast<std::uint8_t>(value >> 8U));
      storage_.octets.push_back(static_cast<std::uint8_t>(value & 0xFFU));
    }
    storage_.octets.insert(storage_.octets.end(), text.begin(), text.end());
    return {at, static_cast<std::uint32_t>(storage_.octets.size()) - at};
  }

  std::uint32_t add(const Answer& answer) {
    storage_.answers.push_back(answer);
    return static_cast<std::uint32_t>(storage_.answers.size() - 1);
  }
  void add_entry(const RRset& rrset, const Answer& answer) {
    storage_.entries.push_back({static_cast<std::uint16_t>(rrset.type), add(answer)});
  }

  const ZoneSnapshot& zone_;
  Storage& storage_;
  const RRset soa_;
  const RRset negative_soa_;
  std::map<Key, Owner> owners_;
};

std::unique_ptr<const AnswerTable> AnswerTable::compile(const ZoneSnapshot& zone,
                                                        std::uint64_t generation) {
  std::unique_ptr<AnswerTable> table(new AnswerTable);
  Compiler(zone, *table->storage_).run();
  table->generation_ = generation;
  table->serial_ = zone.soa.serial;
  return table;
}

}  // namespace signpost::dns
