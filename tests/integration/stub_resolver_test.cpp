// What StubResolver answers: addresses, TTLs, errors, sources of names.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>

#include "tests/integration/stub_resolver_fixture.hpp"

namespace signpost::dns {
namespace {

TEST_F(StubResolverTest, GivesIPv4FirstAndTheSmallestTtl) {
  FakeNameServer server(context_, both);
  auto resolver = resolver_for({server.text()});
  const auto found = ask(resolver, "broker-a.example");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(texts(*found), (Texts{"192.0.2.7", "2001:db8::7"}));
  EXPECT_EQ(found->ttl, 30s);
}

TEST_F(StubResolverTest, CountsTheTtlOfAnAlias) {
  FakeNameServer server(context_, [](const Question& q) {
    // The alias at offset 12, then the address at the alias' target, which is the RDATA itself.
    auto reply = q.reply({.records = {{5, 4, {1, 'x', 0}}}});
    if (q.type != type_a) return reply;
    const auto target = static_cast<std::uint8_t>(reply.size() - 3);
    const FakeNameServer::Octets address{0xc0, target, 0, 1, 0, 1, 0, 0, 0, 99, 0, 4, 192, 0, 2, 9};
    reply.insert(reply.end(), address.begin(), address.end());
    reply[7] = 2;
    return reply;
  });
  auto resolver = resolver_for({server.text()});
  const auto found = ask(resolver, "alias.example");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(texts(*found), (Texts{"192.0.2.9"}));
  EXPECT_EQ(found->ttl, 4s);
}

TEST_F(StubResolverTest, TakesAtMost16AddressesOfAFamily) {
  FakeNameServer server(context_, [](const Question& q) {
    FakeNameServer::Reply many;
    for (std::uint8_t i = 0; q.type == type_a && i < 25; ++i) {
      many.records.push_back({type_a, 5, {192, 0, 2, i}});
    }
    return q.reply(many);
  });
  auto resolver = resolver_for({server.text()});
  const auto found = ask(resolver, "many.example");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->addresses.size(), 16U);
}

struct Failing {
  const char* name;
  FakeNameServer::Script script;
  errc expected;
};
void PrintTo(const Failing& row, std::ostream* out) { *out << row.name; }
class StubResolverFailure : public StubResolverTest,
                            public ::testing::WithParamInterface<Failing> {};

TEST_P(StubResolverFailure, IsAnError) {
  FakeNameServer server(context_, GetParam().script);
  auto resolver = resolver_for({server.text()});
  const auto found = ask(resolver, "broker-a.example");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error(), make_error_code(GetParam().expected)) << found.error().message();
}

INSTANTIATE_TEST_SUITE_P(
    Rows, StubResolverFailure,
    ::testing::Values(Failing{"NameDoesNotExist", always(nxdomain), errc::no_such_host},
                      Failing{"NameHasNoAddress", always(0), errc::no_such_host},
                      Failing{"OnlyServerRefuses", always(refused), errc::server_failure},
                      Failing{"OnlyServerFails", always(servfail), errc::server_failure},
                      Failing{"OneFamilyFails",
                              [](const Question& q) {
                                return q.reply(
                                    {.rcode = q.type == type_a ? servfail : std::uint8_t{0}});
                              },
                              errc::server_failure},
                      Failing{"SilentServer", silence, errc::server_failure},
                      Failing{"Garbage",
                              [](const Question& q) {
                                auto reply = q.reply({.records = {{type_a, 60, v4}}});
                                reply[7] = 40;  // ANCOUNT beyond the data
                                return reply;
                              },
                              errc::server_failure},
                      Failing{"AddressOfThreeOctets",
                              [](const Question& q) {
                                return q.reply({.records = {{q.type, 60, {192, 0, 2}}}});
                              },
                              errc::no_such_host}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(StubResolverTest, AsksTheSecondServerWhenTheFirstRefuses) {
  FakeNameServer bad(context_, always(refused));
  FakeNameServer good(context_, both);
  auto resolver = resolver_for({bad.text(), good.text()});
  const auto found = ask(resolver, "broker-a.example");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(texts(*found), (Texts{"192.0.2.7", "2001:db8::7"}));
  EXPECT_EQ(bad.questions(), 2);
}

TEST_F(StubResolverTest, AsksTheSecondServerWhenTheFirstIsSilent) {
  FakeNameServer bad(context_, silence);
  FakeNameServer good(context_, both);
  auto resolver = resolver_for({bad.text(), good.text()});
  const auto found = ask(resolver, "broker-a.example");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->addresses.size(), 2U);
}

TEST_F(StubResolverTest, AsksTheSecondServerWhenNothingListensAtTheFirst) {
  std::string closed_port;
  {
    FakeNameServer gone(context_, both);
    closed_port = gone.text();
  }
  FakeNameServer good(context_, both);
  auto resolver = resolver_for({closed_port, good.text()});
  const auto found = ask(resolver, "broker-a.example");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->addresses.size(), 2U);
}

TEST_F(StubResolverTest, RepeatsATruncatedAnswerOverTcp) {
  int over_tcp = 0;
  FakeNameServer server(context_, [&](const Question& q) {
    over_tcp += q.over_tcp ? 1 : 0;
    return q.over_tcp ? both(q) : q.reply({.truncated = true});
  });
  auto resolver = resolver_for({server.text()});
  const auto found = ask(resolver, "broker-a.example");
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(texts(*found), (Texts{"192.0.2.7", "2001:db8::7"}));
  EXPECT_EQ(over_tcp, 2);
}

TEST_F(StubResolverTest, TakesLiteralsAndLocalhostWithoutAsking) {
  FakeNameServer server(context_, both);
  auto resolver = resolver_for({server.text()});
  EXPECT_EQ(texts(*ask(resolver, "192.0.2.1")), Texts{"192.0.2.1"});
  EXPECT_EQ(texts(*ask(resolver, "2001:db8::1")), Texts{"2001:db8::1"});
  EXPECT_EQ(texts(*ask(resolver, "192.0.2.1", -1s)), Texts{"192.0.2.1"});
  for (const char* name : {"localhost", "LOCALHOST.", "broker.localhost"}) {
    const auto found = ask(resolver, name);
    ASSERT_TRUE(found) << name << ": " << found.error().message();
    EXPECT_TRUE(found->addresses.front().is_loopback()) << name;
    EXPECT_EQ(found->ttl, 0s);
  }
  EXPECT_EQ(server.questions(), 0);
}

TEST_F(StubResolverTest, PrefersTheHostsFile) {
  FakeNameServer server(context_, both);
  auto resolver = resolver_for({server.text()});
  std::ifstream hosts("/etc/hosts");
  int entries = 0;
  for (std::string line; std::getline(hosts, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string address;
    words >> address;
    for (std::string name; words >> name; ++entries) {
      const auto found = ask(resolver, name);
      ASSERT_TRUE(found) << name << ": " << found.error().message();
      const auto all = texts(*found);
      EXPECT_NE(std::find(all.begin(), all.end(), address), all.end()) << name;
    }
  }
  EXPECT_GT(entries, 0) << "no hosts file here";
  EXPECT_EQ(server.questions(), 0);
}

TEST_F(StubResolverTest, NeverUsesSearchDomains) {
  std::vector<std::string> names;
  FakeNameServer server(context_, [&](const Question& q) {
    names.push_back(q.name);
    return q.reply({.rcode = nxdomain});
  });
  const std::string file = ::testing::TempDir() + "/resolv-search-" + std::to_string(getpid());
  std::ofstream(file) << "search corp.example\nnameserver 127.0.0.1\n";
  StubResolver resolver(context_.get_executor(), {.port = server.port(), .resolv_conf = file});
  EXPECT_EQ(ask(resolver, "broker-a").error(), make_error_code(errc::no_such_host));
  EXPECT_EQ(names, (Texts{"broker-a", "broker-a"}));
  std::filesystem::remove(file);
}

TEST_F(StubResolverTest, FailsEveryQuestionWhenAServerIsNoAddress) {
  for (const char* text : {"dns.example", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "",
                           "[::1", "[::1]53", "fe80::1%1", "[192.0.2.1]:53", "192.0.2.1:53x"}) {
    auto resolver = resolver_for({text});
    EXPECT_EQ(ask(resolver, "broker-a.example").error(), make_error_code(errc::server_failure))
        << text;
    EXPECT_TRUE(ask(resolver, "192.0.2.1")) << "a literal is no question";
  }
}

TEST_F(StubResolverTest, RefusesNamesThatNoServerCanKnow) {
  FakeNameServer server(context_, both);
  auto resolver = resolver_for({server.text()});
  const std::string with_nul("a\0b.example", 11);
  for (const auto& name :
       {std::string(), std::string(64, 'a') + ".example", std::string("a..b"), with_nul}) {
    EXPECT_EQ(ask(resolver, name).error(), make_error_code(errc::no_such_host)) << name;
  }
  EXPECT_EQ(server.questions(), 0);
}

}  // namespace
}  // namespace signpost::dns
