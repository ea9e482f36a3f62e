#include "sidecar/agent/serve_publisher.hpp"

namespace signpost::agent {

ServePublisher::ServePublisher(std::shared_ptr<const config::Config> config,
                               const std::vector<Wanted>& wanted, std::uint32_t serial)
    : config_(std::move(config)),
      zone_(desired_zone(*config_, wanted, serial)),
      tables_(dns::AnswerTable::compile(zone_, tables_made_)) {}

void ServePublisher::reconfigure(std::shared_ptr<const config::Config> config) {
  config_ = std::move(config);
}

bool ServePublisher::differs(const std::vector<Wanted>& wanted) const {
  return desired_zone(*config_, wanted, zone_.soa.serial) != zone_;
}

void ServePublisher::publish(const std::vector<Wanted>& wanted, std::uint32_t serial) {
  dns::ZoneSnapshot next = desired_zone(*config_, wanted, zone_.soa.serial);
  if (next == zone_) return;
  next.soa.serial = serial;
  zone_ = std::move(next);
  tables_.publish(dns::AnswerTable::compile(zone_, ++tables_made_));
}

}  // namespace signpost::agent
