// DnsQuery: builds messages, good and bad, octet by octet. Names and types are encoded by ldns.
//
//   DnsQuery("active.ha.test. A").edns({.size = 4096, .options = "000a 0008 0102030405060708"})
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace signpost::test {

using Octets = std::vector<std::uint8_t>;

/// "00 0a FF" -> octets; blanks mean nothing.
Octets hex(std::string_view digits);
/// Presentation format -> wire form, by ldns.
Octets wire_name(std::string_view name);

enum class Section { answer = 6, authority = 8, additional = 10 };  // where the count is

struct EdnsFields {
  std::uint16_t size = 1232;
  std::uint16_t flags = 0;
  std::uint8_t version = 0;
  std::string_view options{};
};

struct TsigFields {
  std::string_view key = "key.example.";
  std::string_view algorithm = "hmac-sha256.";
  std::size_t mac = 32;
  std::uint16_t klass = 255;
  std::uint32_t ttl = 0;
};

class DnsQuery {
 public:
  static constexpr std::uint16_t id = 0x1234;

  DnsQuery();  // a header with nothing behind it
  /// "name TYPE" or "name TYPE CLASS".
  explicit DnsQuery(std::string_view question);

  DnsQuery& question(std::string_view text);
  DnsQuery& flags(std::uint16_t bits);  // set in addition
  DnsQuery& opcode(unsigned value);
  DnsQuery& count(std::size_t at, std::uint16_t value);  // at 4, 6, 8 or 10
  /// Not counted anywhere.
  DnsQuery& raw(const Octets& octets);
  DnsQuery& raw(std::string_view digits) { return raw(hex(digits)); }
  /// A whole record, counted.
  DnsQuery& record(Section section, const Octets& octets);
  DnsQuery& record(Section section, std::string_view digits) {
    return record(section, hex(digits));
  }
  DnsQuery& edns() { return edns({}); }
  DnsQuery& edns(const EdnsFields& fields);
  DnsQuery& tsig() { return tsig({}); }
  DnsQuery& tsig(const TsigFields& fields);

  [[nodiscard]] const Octets& octets() const { return octets_; }
  operator const Octets&() const { return octets_; }  // NOLINT: reads well in tables

 private:
  void add_one(std::size_t at);
  Octets octets_;
};

Octets opt_record(const EdnsFields& fields);
Octets tsig_record(const TsigFields& fields);

}  // namespace signpost::test
