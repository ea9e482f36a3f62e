// What an AnswerTable holds; shared by the code that compiles it and the code that reads it.
#pragma once

#include <cstdint>
#include <vector>

#include "dns/answer_table.hpp"
#include "dns/name_index.hpp"

namespace signpost::dns {

struct AnswerTable::Storage {
  struct Range {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  // A signed zone would store a second Range here, the body for queries with DO=1.
  struct Answer {
    Range body;
    Range ede;
    std::uint16_t required = 0;
    std::uint16_t rcode = 0;
    std::uint16_t answer_count = 0;
    std::uint16_t authority_count = 0;
    std::uint16_t additional_count = 0;
    bool authoritative = false;
    bool apex_pointer = false;  // the body begins with a pointer to be patched
  };
  struct Entry {
    std::uint16_t type = 0;
    std::uint32_t answer = 0;
  };
  // A name of the zone. Types are few per name, so they are searched one after the other.
  struct Node {
    std::uint32_t first_entry = 0;
    std::uint32_t entry_count = 0;
    std::uint32_t any = 0;        // for QTYPE ANY: one RRset is enough (RFC 8482 section 4.1)
    std::uint32_t otherwise = 0;  // for types without an entry
  };

  // Answers that belong to no name in particular.
  static constexpr std::uint32_t nodata = 0, nxdomain = 1, out_of_zone = 2;

  std::vector<std::uint8_t> octets;  // bodies and EDE options, each once
  std::vector<Answer> answers;
  std::vector<Entry> entries;
  std::vector<Node> nodes;  // numbered as in index
  NameIndex index;
  std::vector<std::uint8_t> apex;  // lower case
};

}  // namespace signpost::dns
