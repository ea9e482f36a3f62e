// From a ZoneSnapshot to an AnswerTable: every answer the zone can give, encoded ahead of the
// questions.
#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "dns/answer_body.hpp"
#include "dns/answer_storage.hpp"
#include "dns/answer_table.hpp"
#include "dns/zone_tree.hpp"

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
  using Owner = ZoneTree::Owner;
  using Chain = ZoneTree::Chain;
  using Octets = std::span<const std::uint8_t>;

  Compiler(const ZoneSnapshot& zone, Storage& storage)
      : storage_(storage),
        soa_(soa_rrset(zone.apex, zone.soa, zone.soa.ttl)),
        // RFC 2308 section 3.
        negative_soa_(soa_rrset(zone.apex, zone.soa, std::min(zone.soa.ttl, zone.soa.minimum))),
        tree_(zone, soa_),
        is_complete_(zone.is_complete) {
    storage_.apex = zone.apex.key();
  }

  void run() {
    add_common_answers();
    std::vector<Octets> names;
    names.reserve(tree_.owners().size());
    for (const auto& [key, owner] : tree_.owners()) {
      const Octets name(reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
      names.push_back(name);
      storage_.nodes.push_back(compile_owner(name, owner));
    }
    storage_.entries.push_back({});  // so that a node without entries points into the vector too
    storage_.index.build(names);
  }

 private:
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
    if (!is_complete_) nxdomain = not_ready("not every name is known yet");
    storage_.answers = {nodata, nxdomain, outside};  // Storage::nodata, nxdomain, out_of_zone
  }

  Storage::Node compile_owner(Octets name, const Owner& owner) {
    Storage::Node node;
    node.first_entry = static_cast<std::uint32_t>(storage_.entries.size());
    if (owner.find(RRType::cname) != nullptr) {
      compile_alias(name, owner, node);
    } else {
      for (const RRset* rrset : owner.rrsets) add_entry(*rrset, positive(name, {}, *rrset));
      node.otherwise =
          owner.not_ready != nullptr ? add(not_ready(owner.not_ready->why)) : Storage::nodata;
    }
    node.entry_count = static_cast<std::uint32_t>(storage_.entries.size()) - node.first_entry;
    const bool silent = node.entry_count == 0 || owner.not_ready != nullptr;
    node.any = silent ? node.otherwise : storage_.entries[node.first_entry].answer;
    return node;
  }

  // The CNAME itself is the first entry: QTYPE CNAME and ANY do not follow it (RFC 1034 section
  // 3.6.2).
  void compile_alias(Octets name, const Owner& owner, Storage::Node& node) {
    const RRset& cname = *owner.find(RRType::cname);
    add_entry(cname, positive(name, {}, cname));
    const Chain chain = tree_.follow(cname);
    switch (chain.end) {
      case Chain::End::name:
        for (const RRset* rrset : chain.target->rrsets) {
          add_entry(*rrset, positive(name, chain.links, *rrset));
        }
        node.otherwise = add(unfinished(name, chain, rcode_noerror, &negative_soa_));
        return;
      case Chain::End::missing:  // RFC 6604 section 3: the RCODE is that of the last name
        node.otherwise = add(unfinished(name, chain, rcode_nxdomain, &negative_soa_));
        return;
      case Chain::End::not_ready:
        node.otherwise = add(not_ready(chain.target->not_ready->why));
        return;
      case Chain::End::outside:
      case Chain::End::too_long:
        node.otherwise = add(unfinished(name, chain, rcode_noerror, nullptr));
        return;
    }
  }

  Answer positive(Octets name, const std::vector<const RRset*>& chain, const RRset& rrset) {
    Answer answer = begin();
    AnswerBody body(name, storage_.octets);
    for (const RRset* link : chain) body.append(*link, answer.answer_count);
    body.append(rrset, answer.answer_count);
    finish(answer, body);
    append_additional(body, rrset, answer.additional_count);
    answer.body.size = static_cast<std::uint32_t>(body.size());
    return answer;
  }

  Answer unfinished(Octets name, const Chain& chain, std::uint16_t rcode, const RRset* soa) {
    Answer answer = begin();
    answer.rcode = rcode;
    AnswerBody body(name, storage_.octets);
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
      const Owner* target = tree_.find_target(Octets(rdata).subspan(target_at));
      if (target == nullptr) continue;
      if (std::find(seen.begin(), seen.end(), target) != seen.end()) continue;
      seen.push_back(target);
      append_address(body, target->find(RRType::a), count);
      append_address(body, target->find(RRType::aaaa), count);
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

  Answer not_ready(std::string_view why) {
    Answer answer;
    answer.rcode = rcode_servfail;
    answer.ede = add_ede(ede_not_ready, ede_text(why));
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

  Storage& storage_;
  const RRset soa_;
  const RRset negative_soa_;
  const ZoneTree tree_;
  const bool is_complete_;
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
