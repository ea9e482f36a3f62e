#include "dns/answer_table.hpp"

#include <algorithm>

#include "dns/answer_storage.hpp"
#include "dns/wire_reader.hpp"

namespace signpost::dns {
namespace {

constexpr std::uint16_t type_any = 255;

// Where the apex stands in qname, on a label boundary; qname.size() if qname is not in the zone.
std::size_t find_apex(std::span<const std::uint8_t> qname, std::span<const std::uint8_t> apex) {
  if (qname.size() < apex.size()) return qname.size();
  const std::size_t at = qname.size() - apex.size();
  if (!std::equal(apex.begin(), apex.end(), qname.begin() + static_cast<std::ptrdiff_t>(at))) {
    return qname.size();
  }
  std::size_t label = 0;
  while (label < at) label += qname[label] + 1U;
  return label == at ? at : qname.size();
}

}  // namespace

AnswerTable::AnswerTable() : storage_(std::make_unique<Storage>()) {}
AnswerTable::~AnswerTable() = default;

StoredAnswer AnswerTable::find(std::span<const std::uint8_t> qname, std::uint16_t qtype) const {
  const Storage& storage = *storage_;
  std::uint32_t number = Storage::nxdomain;
  const std::uint32_t found = storage.index.find(qname);
  if (found != NameIndex::none) {
    const Storage::Node& node = storage.nodes[found];
    number = qtype == type_any ? node.any : node.otherwise;
    const Storage::Entry* entry = &storage.entries[node.first_entry];
    for (const auto* end = entry + node.entry_count; entry != end; ++entry) {
      if (entry->type == qtype) number = entry->answer;
    }
  }
  std::size_t apex_at = qname.size();
  if (found == NameIndex::none || storage.answers[number].apex_pointer) {
    apex_at = find_apex(qname, storage.apex);
    if (apex_at == qname.size()) number = Storage::out_of_zone;
  }

  const Storage::Answer& answer = storage.answers[number];
  const std::span<const std::uint8_t> octets(storage.octets);
  StoredAnswer stored;
  stored.rcode = answer.rcode;
  stored.authoritative = answer.authoritative;
  stored.answer_count = answer.answer_count;
  stored.authority_count = answer.authority_count;
  stored.additional_count = answer.additional_count;
  stored.body = octets.subspan(answer.body.at, answer.body.size);
  stored.required = answer.required;
  stored.ede = octets.subspan(answer.ede.at, answer.ede.size);
  if (answer.apex_pointer) stored.apex_offset = static_cast<std::uint16_t>(header_size + apex_at);
  return stored;
}

}  // namespace signpost::dns
