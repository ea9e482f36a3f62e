#include "dns/error.hpp"

namespace signpost::dns {
namespace {

class DnsCategory final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "signpost.dns"; }

  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::empty_label:
        return "empty label (two dots in a row, or a dot at the start)";
      case errc::label_too_long:
        return "label longer than 63 octets";
      case errc::name_too_long:
        return "name longer than 255 octets";
      case errc::bad_escape:
        return "backslash without a character, or a number above 255";
      case errc::out_of_zone:
        return "owner is outside the zone";
      case errc::cname_conflict:
        return "other data beside a CNAME";
      case errc::duplicate_rrset:
        return "the same owner and type twice";
      case errc::rdata_too_long:
        return "RRset too long for a DNS message";
      case errc::no_name_server:
        return "the zone has no NS record";
      case errc::bad_character:
        return "space, control or non-ASCII character not written as \\DDD";
      case errc::bad_rdata:
        return "RDATA that its type does not allow";
      case errc::empty_rrset:
        return "RRset without records";
      case errc::no_such_host:
        return "no such host";
      case errc::server_failure:
        return "no DNS server gave an answer";
    }
    return "unknown DNS error";
  }
};

}  // namespace

const boost::system::error_category& dns_category() {
  static const DnsCategory category;
  return category;
}

boost::system::error_code make_error_code(errc e) { return {static_cast<int>(e), dns_category()}; }

}  // namespace signpost::dns
