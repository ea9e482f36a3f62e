#include "sidecar/agent/taken_names.hpp"

namespace signpost::agent {
namespace {

using Names = std::map<dns::Name, std::string>;

// Below a record's name only labels with an underscore are published ("_amqp._tcp").
void add_asked(Names& names, const std::string& host) {
  auto name = dns::Name::parse(host);
  if (!name) return;  // an address
  for (dns::Name n = *name; !n.is_root(); n = n.parent()) {
    names.emplace(n, "a broker");
    if (n.wire()[1] != '_') return;
  }
}

}  // namespace

Names taken_names(const config::Config& configured) {
  Names names;
  for (const config::Group& group : configured.groups)
    names.emplace(group.record.name, "group \"" + group.name + "\"");
  if (configured.serve) {
    for (const dns::Name& ns : configured.serve->ns) names.emplace(ns, "a name server");
    for (const auto& [ns, addresses] : configured.serve->ns_address)
      names.emplace(ns, "a name server");
  }
  for (const config::Broker& broker : configured.brokers) {
    add_asked(names, broker.target.host);
    if (broker.host) names.emplace(*broker.host, "a broker");
  }
  return names;
}

}  // namespace signpost::agent
