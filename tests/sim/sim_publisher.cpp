#include "tests/sim/sim_publisher.hpp"

#include <algorithm>

namespace signpost::sim {
namespace {

// "v=1 e=42 a=n1 o=1700000000000"
std::uint64_t generation_in(const std::string& token) {
  std::size_t at = token.find(" e=");
  return at == std::string::npos ? 0 : std::stoull(token.substr(at + 3));
}

}  // namespace

void SimPublisher::reconfigure(std::shared_ptr<const config::Config> config) {
  config_ = config;
  real_.reconfigure(std::move(config));
}

bool SimPublisher::differs(const std::vector<agent::Wanted>& wanted) const {
  return real_.differs(wanted);
}

void SimPublisher::publish(const std::vector<agent::Wanted>& wanted, std::uint32_t serial) {
  real_.publish(wanted, serial);
  on_answer_(answer());
}

Answer SimPublisher::answer() const {
  const dns::ZoneSnapshot& zone = real_.zone();
  const dns::Name& name = config_->groups.front().record.name;
  Answer a;
  a.serial = zone.soa.serial;
  a.kind = Answer::Kind::no_data;
  for (const dns::RRset& rrset : zone.rrsets) {
    if (!rrset.owner.is_at_or_below(name)) continue;
    if (rrset.type == dns::RRType::txt) {
      a.token = dns::rdata_text(rrset.type, rrset.rdata.front());
      a.generation = generation_in(a.token);
    } else {
      a.kind = Answer::Kind::node;
      for (const dns::Rdata& rdata : rrset.rdata)
        a.addresses.push_back(dns::rdata_text(rrset.type, rdata));
    }
  }
  bool not_ready = std::any_of(zone.not_ready.begin(), zone.not_ready.end(),
                               [&](const auto& n) { return n.owner == name; });
  if (not_ready) a.kind = Answer::Kind::not_ready;
  return a;
}

}  // namespace signpost::sim
