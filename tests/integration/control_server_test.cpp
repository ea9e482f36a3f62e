#include "sidecar/control/control_server.hpp"

#include <unistd.h>

#include <chrono>
#include <list>

#include "tests/integration/control_fixture.hpp"

namespace signpost::control {
namespace {

using namespace std::chrono_literals;

class ControlServerTest : public ControlFixture {};

const HoldRequest hold{"orders", decision::Hold::Kind::freeze, "", "JE upgrade", 1h};

TEST_F(ControlServerTest, HandsTheRequestAndItsAuthorOn) {
  start();
  const auto answer = asked(hold);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(*answer, (Answer{Code::ok, "done"}));
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(std::get<HoldRequest>(requests_[0]), hold);
  EXPECT_EQ(actors_[0].uid, ::geteuid());
  EXPECT_FALSE(actors_[0].user.empty());
}

TEST_F(ControlServerTest, AnswersOneAfterTheOther) {
  start();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(asked(ReloadRequest{}));
  EXPECT_EQ(requests_.size(), 20U);
}

TEST_F(ControlServerTest, TellsAStrangerAtOnceAndDoesNotListenToHim) {
  options_.peer = [](int) -> boost::system::result<Peer> { return Peer{65534, 65534, {65534}}; };
  start();
  const auto answer = asked(hold);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->code, Code::not_permitted);
  EXPECT_NE(answer->text.find("may not change anything here"), std::string::npos) << answer->text;
  EXPECT_NE(said_to("").find("not_permitted"), std::string::npos);
  EXPECT_TRUE(requests_.empty());
}

TEST_F(ControlServerTest, StrangersTakeNoPlaces) {
  bool stranger = true;
  options_.peer = [&](int) -> boost::system::result<Peer> {
    return stranger ? Peer{65534, 65534, {}} : Peer{::geteuid(), ::getegid(), {}};
  };
  start();
  std::list<RawClient> crowd;
  for (int i = 0; i < 30; ++i) crowd.emplace_back(options_.path);
  EXPECT_EQ(asked(hold)->code, Code::not_permitted);
  stranger = false;
  EXPECT_TRUE(asked(hold)->ok());
}

TEST_F(ControlServerTest, TellsTheNinthConnectionThatItIsBusy) {
  start();
  std::list<RawClient> crowd;
  for (int i = 0; i < 8; ++i) crowd.emplace_back(options_.path);
  EXPECT_EQ(asked(hold)->code, Code::busy);
  crowd.front().send("{}\n");
  serve([&] { EXPECT_NE(crowd.front().receive_all(), ""); });
  EXPECT_TRUE(asked(hold)->ok());
}

TEST_F(ControlServerTest, ClosesAConnectionAtItsDeadlineHoweverItDripsOctets) {
  options_.patience = 200ms;
  start();
  serve([&] {
    const RawClient silent(options_.path);
    EXPECT_EQ(silent.receive_all(), "");
    const RawClient unfinished(options_.path);
    unfinished.send(request_line(hold));
    EXPECT_EQ(unfinished.receive_all(), "");
  });
  EXPECT_TRUE(requests_.empty());
}

TEST_F(ControlServerTest, DoesNothingForARequestThatIsNotWholeOrNotAlone) {
  start();
  const std::string line = request_line(hold);
  EXPECT_NE(said_to(line).find("does not end with a newline"), std::string::npos);
  EXPECT_NE(said_to(line + "\n" + line + "\n").find("more than one request"), std::string::npos);
  EXPECT_NE(said_to(line + "\n ").find("more than one request"), std::string::npos);
  EXPECT_NE(said_to("\n").find("no JSON"), std::string::npos);
  EXPECT_NE(said_to(std::string(20'000, 'a')).find("longer than 8192 octets"), std::string::npos);
  EXPECT_NE(said_to(std::string(8192, ' ') + "\n").find("no JSON"), std::string::npos);
  EXPECT_NE(said_to("GET / HTTP/1.1\r\nHost: a\r\n\r\n").find("more than one"), std::string::npos);
  EXPECT_EQ(said_to(""), "");
  EXPECT_TRUE(requests_.empty());
  EXPECT_TRUE(asked(hold)->ok());
}

TEST_F(ControlServerTest, SurvivesClientsThatDoNotWaitForTheAnswer) {
  start();
  serve([&] {
    for (int i = 0; i < 50; ++i) {
      RawClient client(options_.path);
      client.send(request_line(ReloadRequest{}) + "\n");
      client.close();
    }
  });
  EXPECT_TRUE(asked(hold)->ok());
}

TEST_F(ControlServerTest, StopsWithConnectionsOpen) {
  start();
  const RawClient open(options_.path);
  EXPECT_TRUE(asked(hold)->ok());  // behind the open one, which is therefore accepted
  server_->stop();
  serve([&] { EXPECT_EQ(open.receive_all(), ""); });
  EXPECT_FALSE(RawClient(options_.path).connected());
  EXPECT_FALSE(std::filesystem::exists(options_.path));
}

}  // namespace
}  // namespace signpost::control
