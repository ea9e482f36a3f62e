#include "sidecar/config/broker_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sidecar/config/duration.hpp"
#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

struct Difference {
  std::string_view key;
  bool login = false;  // a key of BrokerOrigin::login, not of pace
  std::string text;    // "timeout is 300ms here and 400ms there"
};

std::vector<Difference> differences(const Broker& here, const Broker& there) {
  std::vector<Difference> found;
  const auto compare = [&](std::string_view key, bool login, const std::string& a,
                           const std::string& b) {
    if (a != b) found.push_back({key, login, fmt::format("{} is {} here and {} there", key, a, b)});
  };
  const probe::Target& a = here.target;
  const probe::Target& b = there.target;
  compare("interval", false, duration_text(here.interval), duration_text(there.interval));
  compare("timeout", false, duration_text(here.timeout), duration_text(there.timeout));
  compare("username", true, in_quotes(a.username), in_quotes(b.username));
  if (a.password != b.password) {
    found.push_back({"password_file", true, "the password is another one"});
  }
  compare("ca_file", true, in_quotes(a.tls.ca_file), in_quotes(b.tls.ca_file));
  compare("cert_file", true, in_quotes(a.tls.cert_file), in_quotes(b.tls.cert_file));
  compare("key_file", true, in_quotes(a.tls.key_file), in_quotes(b.tls.key_file));
  compare("verify", true, a.tls.verify ? "true" : "false", b.tls.verify ? "true" : "false");
  return found;
}

std::string path_of(const Difference& difference, const BrokerOrigin& origin) {
  return fmt::format("{}.{}", difference.login ? origin.login : origin.pace, difference.key);
}

}  // namespace

std::size_t BrokerTable::add(Broker broker, BrokerOrigin origin) {
  brokers_.push_back(std::move(broker));
  origins_.push_back(std::move(origin));
  return brokers_.size() - 1;
}

void BrokerTable::add_named(Broker broker, BrokerOrigin origin) {
  const std::size_t index = add(std::move(broker), std::move(origin));
  const Broker& added = brokers_[index];
  const BrokerOrigin& from = origins_[index];
  if (!added.name.empty()) {
    const auto [first, fresh] = by_name_.emplace(added.name, index);
    if (!fresh) {
      const Span there = sources_.at(origins_[first->second].login + ".name");
      errors_.add(
          sources_.at(from.login + ".name"),
          {fmt::format("{}: there is another broker of this name", from.subject),
           fmt::format("first on line {}", there.line), "give each [[broker]] its own name"});
    }
  }
  if (!sources_.trusted(from.url) || added.target.host.empty()) return;
  const auto [first, fresh] = by_url_.emplace(added.target.url(), index);
  if (!fresh) {
    const BrokerOrigin& other = origins_[first->second];
    errors_.add(
        sources_.at(from.url),
        {fmt::format("{}: {} is already {}", from.subject, added.target.url(), other.subject),
         fmt::format("first on line {}", sources_.at(other.url).line),
         "a broker is its management URL: keep one [[broker]] and use its name"});
  }
}

std::optional<std::size_t> BrokerTable::named(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string_view> BrokerTable::names() const {
  std::vector<std::string_view> names;
  names.reserve(by_name_.size());
  for (const auto& [name, index] : by_name_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::size_t BrokerTable::of_group(Broker broker, BrokerOrigin origin) {
  broker.name = broker.target.url();
  const auto [known, fresh] = by_url_.emplace(broker.name, brokers_.size());
  if (fresh) return add(std::move(broker), std::move(origin));
  check_same(known->second, broker, origin);
  return known->second;
}

void BrokerTable::check_same(std::size_t known, const Broker& mine, const BrokerOrigin& origin) {
  const BrokerOrigin& other = origins_[known];
  const bool trusted = sources_.trusted(origin.pace) && sources_.trusted(origin.login) &&
                       sources_.trusted(other.pace) && sources_.trusted(other.login);
  if (!trusted || other.pace == origin.pace) return;
  const bool named = other.pace == other.login;
  std::vector<Difference> different = differences(mine, brokers_[known]);
  std::erase_if(different, [&](const Difference& d) {
    // Against a [[broker]] only what the group itself says counts; the rest it takes from there.
    const bool unread =
        !sources_.trusted(path_of(d, origin)) || !sources_.trusted(path_of(d, other));
    return unread || (named && !sources_.written(path_of(d, origin)));
  });
  if (different.empty() || !complained_.emplace(origin.pace, known).second) return;

  const auto written = std::find_if(different.begin(), different.end(), [&](const Difference& d) {
    return sources_.written(path_of(d, origin));
  });
  const Span here =
      sources_.at(written == different.end() ? origin.url : path_of(*written, origin));
  const Difference& first = written == different.end() ? different.front() : *written;
  const std::string there = path_of(first, other);
  const std::uint32_t line = sources_.at(sources_.written(there) ? there : other.url).line;
  std::vector<std::string> texts;
  texts.reserve(different.size());
  for (const Difference& d : different) texts.push_back(d.text);
  errors_.add(
      here,
      {fmt::format("{}: {} is asked with other settings than by {} on line {}: {}", origin.subject,
                   mine.target.url(), other.subject, line, fmt::join(texts, ", ")),
       fmt::format("differs from line {}", line),
       named
           ? fmt::format("a broker is asked once for all groups: write broker = {} in the node, or "
                         "remove the settings here",
                         in_quotes(brokers_[known].name))
           : std::string("a broker is asked once for all groups: give it one [[broker]] with these "
                         "settings and write broker = \"NAME\" in the nodes of both groups")});
}

}  // namespace signpost::config
