#include "dns/responder.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "dns/message.hpp"

namespace signpost::dns {
namespace {

constexpr std::uint8_t rcode_noerror = 0;
constexpr std::uint8_t rcode_formerr = 1;
constexpr std::uint8_t rcode_notimp = 4;
constexpr std::uint8_t rcode_refused = 5;
constexpr std::uint8_t rcode_notauth = 9;
constexpr std::uint8_t rcode_badvers = 16;
constexpr std::uint16_t tsig_badkey = 17;  // RFC 8945 section 3

constexpr std::uint16_t class_in = 1;
constexpr std::uint16_t class_any = 255;
constexpr std::uint16_t type_opt = 41;
constexpr std::uint16_t type_tsig = 250;
constexpr std::uint16_t type_ixfr = 251;
constexpr std::uint16_t type_axfr = 252;
constexpr std::uint16_t type_any = 255;

constexpr std::size_t udp_size_min = 512;  // RFC 1035 section 2.3.4
constexpr std::size_t message_max = 65535;
constexpr std::size_t opt_size = 11;

// RFC 8914 section 4.21 "Not Authoritative", as a whole option.
constexpr std::array<std::uint8_t, 6> ede_not_authoritative = {0, 15, 0, 2, 0, 20};

// The reply before it is written. Header-only replies leave the question out.
struct Outcome {
  std::uint8_t rcode = rcode_noerror;
  bool question = true;
  bool tsig_badkey = false;
  StoredAnswer answer{};  // its own rcode is not looked at
};

Outcome header_only(std::uint8_t rcode) { return {.rcode = rcode, .question = false}; }

// RFC 6895 section 3.1: data types below 128, meta types and question types above.
bool is_meta_type(std::uint16_t type) { return type >= 128 && type < type_any; }

Outcome answer_question(const Query& query, const AnswerTable& table) {
  if (query.qclass != class_in) {
    return {.rcode = rcode_refused, .answer = {.ede = ede_not_authoritative}};
  }
  if (query.qtype == type_axfr || query.qtype == type_ixfr) return {.rcode = rcode_refused};
  if (is_meta_type(query.qtype)) return {.rcode = rcode_notimp};
  const StoredAnswer answer = table.find(query.qname.wire(), query.qtype);
  return {.rcode = static_cast<std::uint8_t>(answer.rcode), .answer = answer};
}

Outcome decide(const Query& query, const AnswerTable& table) {
  if (query.opcode != opcode_query) return header_only(rcode_notimp);
  // RFC 7873 section 5.4: a question for a cookie alone.
  if (query.cookie_only) return header_only(rcode_noerror);
  if (query.malformed) return header_only(rcode_formerr);
  if (query.tsig.present) return {.rcode = rcode_notauth, .tsig_badkey = true};
  if (query.edns.version > 0) return {.rcode = rcode_badvers};
  return answer_question(query, table);
}

// Appends to the reply; the caller has made sure that it fits.
class Writer {
 public:
  explicit Writer(std::span<std::uint8_t> out) : out_(out) {}
  [[nodiscard]] std::size_t size() const { return size_; }
  void u8(std::size_t value) { out_[size_++] = static_cast<std::uint8_t>(value & 0xFFU); }
  void u16(std::size_t value) {
    u8(value >> 8U);
    u8(value);
  }
  void octets(std::span<const std::uint8_t> octets) {
    if (!octets.empty()) std::memcpy(&out_[size_], octets.data(), octets.size());
    size_ += octets.size();
  }

 private:
  std::span<std::uint8_t> out_;
  std::size_t size_ = 0;
};

// What of the answer fits into the reply.
struct Fit {
  bool truncated = false;
  bool additional = false;
  bool ede = false;
  bool tsig = false;
};

// key, type, class, TTL, RDLENGTH; algorithm, time and fudge, MAC size, original ID, error, other
// size.
std::size_t tsig_size(const Tsig& tsig) { return tsig.key.size + 10 + tsig.algorithm.size + 16; }

// Optional parts go before the answer is truncated: additional records (RFC 2181 section 9), then
// the text of an Extended DNS Error (RFC 8914 section 3). Truncation leaves no record but the OPT.
Fit fit(const Query& query, const Outcome& outcome, std::size_t limit) {
  std::size_t left = limit - header_size - (outcome.question ? query.question_size : 0);
  if (query.edns.present) left -= opt_size;
  const StoredAnswer& answer = outcome.answer;
  Fit fit;
  fit.truncated = answer.required > left;
  if (fit.truncated) return fit;
  fit.additional = answer.body.size() <= left;
  left -= fit.additional ? answer.body.size() : answer.required;
  fit.ede = query.edns.present && answer.ede.size() <= left;
  if (outcome.tsig_badkey) {
    fit.tsig = tsig_size(query.tsig) <= left;
    fit.truncated = !fit.tsig;  // RFC 8945 section 5.3
  }
  return fit;
}

void write_header(Writer& writer, const Query& query, const Outcome& outcome, const Fit& fit) {
  const StoredAnswer& answer = outcome.answer;
  // RFC 8906 section 3.1.4 and the compliance tests behind it: RD only for QUERY; RA, AD, CD and Z
  // are never ours to set.
  const bool rd = query.recursion_desired && query.opcode == opcode_query;
  writer.u16(query.id);
  writer.u8(0x80U | unsigned{query.opcode} << 3U | (answer.authoritative ? 4U : 0U) |
            (fit.truncated ? 2U : 0U) | (rd ? 1U : 0U));
  writer.u8(outcome.rcode & 0xFU);
  writer.u16(outcome.question && query.question_size > 0 ? 1 : 0);
  writer.u16(fit.truncated ? 0 : answer.answer_count);
  writer.u16(fit.truncated ? 0 : answer.authority_count);
  writer.u16((fit.additional ? answer.additional_count : 0U) + (query.edns.present ? 1U : 0U) +
             (fit.tsig ? 1U : 0U));
}

void write_body(Writer& writer, const StoredAnswer& answer, const Fit& fit) {
  if (fit.truncated) return;
  auto body = fit.additional ? answer.body : answer.body.first(answer.required);
  if (answer.apex_offset != 0) {
    writer.u16(0xC000U | answer.apex_offset);
    body = body.subspan(2);
  }
  writer.octets(body);
}

void write_opt(Writer& writer, const Query& query, const Outcome& outcome, const Fit& fit,
               std::uint16_t payload_max) {
  const auto ede = fit.ede ? outcome.answer.ede : std::span<const std::uint8_t>();
  writer.u8(0);  // the root
  writer.u16(type_opt);
  writer.u16(payload_max);
  writer.u8(outcome.rcode >> 4U);
  writer.u8(0);  // version
  writer.u16(query.edns.dnssec_ok ? 0x8000U : 0U);
  writer.u16(ede.size());
  writer.octets(ede);
}

// RFC 8945 section 5.2.1: unsigned, with the client's own time, as we have no key to vouch for
// ours.
void write_tsig(Writer& writer, const Query& query) {
  const Tsig& tsig = query.tsig;
  writer.octets(tsig.key.wire());
  writer.u16(type_tsig);
  writer.u16(class_any);
  writer.u16(0);  // TTL
  writer.u16(0);
  writer.u16(tsig.algorithm.size + 16);
  writer.octets(tsig.algorithm.wire());
  writer.octets(tsig.time_and_fudge);
  writer.u16(0);  // MAC size
  writer.u16(query.id);
  writer.u16(tsig_badkey);
  writer.u16(0);  // other size
}

std::size_t size_limit(const Query& query, Transport transport, std::size_t own) {
  if (transport == Transport::tcp) return message_max;
  const std::size_t client = query.edns.present ? query.edns.payload : udp_size_min;
  return std::max(udp_size_min, std::min(client, own));
}

}  // namespace

// Rules, first that applies:
//
//   shorter than a header, QR=1                                 nothing
//   opcode other than QUERY                                     NOTIMP, header only
//   no question, but a COOKIE option                            NOERROR, header only
//   malformed (message.hpp says what that is)                   FORMERR, header only
//   TSIG: we have no keys                                       NOTAUTH + TSIG error BADKEY
//   EDNS version above 0                                        BADVERS
//   class other than IN                                         REFUSED, EDE 20
//   QTYPE AXFR, IXFR                                            REFUSED
//   QTYPE 128 to 254                                            NOTIMP
//   else                                                        what the table says
//
// The reply has an OPT if and only if a readable one came.
Reply respond(std::span<const std::uint8_t> query_octets, const AnswerTable& table,
              Transport transport, std::uint16_t payload_max, std::span<std::uint8_t> out) {
  Query query;
  if (!read_query(query_octets, query)) return {};
  const auto own = std::max<std::uint16_t>(payload_max, udp_size_min);
  const std::size_t limit = std::min(size_limit(query, transport, own), out.size());
  if (limit < udp_size_min) return {};  // the caller's mistake; nothing may be written past out

  const Outcome outcome = decide(query, table);
  const Fit fits = fit(query, outcome, limit);
  Writer writer(out);
  write_header(writer, query, outcome, fits);
  if (outcome.question) writer.octets(query_octets.subspan(header_size, query.question_size));
  write_body(writer, outcome.answer, fits);
  if (query.edns.present) write_opt(writer, query, outcome, fits, own);
  if (fits.tsig) write_tsig(writer, query);
  return {.size = writer.size(),
          .rcode = outcome.rcode,
          .truncated = fits.truncated,
          .trailing = query.trailing};
}

}  // namespace signpost::dns
