#include "sidecar/cli/status_request.hpp"

#include "tests/unit/sidecar/cli/temporary_directory.hpp"

namespace signpost::cli {
namespace {

class StatusRequestTest : public InTemporaryDirectory {
 protected:
  std::string config(const std::string& http) {
    return write("signpost.toml", "version = 9\n" + http);
  }
};

TEST_F(StatusRequestTest, AsksWhereTheConfigurationListensWhateverElseIsWrongInIt) {
  struct Case {
    const char* http;
    const char* host;
    std::uint16_t port;
  };
  const Case cases[] = {
      {"", "127.0.0.1", 8653},
      {"[http]\nlisten = [\"10.0.0.1:9000\", \"127.0.0.1:9001\"]\n", "10.0.0.1", 9000},
      {"[http]\nlisten = [\"0.0.0.0:9000\"]\n", "127.0.0.1", 9000},
      {"[http]\nlisten = [\"[::]:9000\"]\n", "::1", 9000}};
  for (const Case& c : cases) {
    StatusCommand command;
    command.config_path = config(c.http);
    const auto request = status_request(command);
    ASSERT_TRUE(request) << c.http;
    EXPECT_EQ(request->host, c.host);
    EXPECT_EQ(request->port, c.port);
    EXPECT_EQ(request->target, "/api/v1/status");
    EXPECT_EQ(request->doubt, "");
  }
}

TEST_F(StatusRequestTest, AsksTheDefaultAddressAndSaysSoWhenTheFileDoesNotHelp) {
  StatusCommand command;
  command.config_path = directory_ / "missing.toml";
  auto request = status_request(command);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->host, "127.0.0.1");
  EXPECT_EQ(request->port, 8653);
  EXPECT_EQ(request->doubt, command.config_path + " does not exist");
  command.config_path = config("[http]\nlisten = 5\n");
  EXPECT_EQ(status_request(command)->doubt,
            command.config_path + " has errors; see: signpost check");
}

TEST_F(StatusRequestTest, SaysThatHttpIsOff) {
  StatusCommand command;
  command.config_path = config("[http]\nlisten = []\n");
  const auto request = status_request(command);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().exit_code, exit_unavailable);
}

TEST_F(StatusRequestTest, TakesAUrlWithoutReadingTheConfiguration) {
  StatusCommand command;
  command.config_path = directory_ / "missing.toml";
  for (const char* url : {"http://[::1]:9000", "http://[::1]:9000/", "[::1]:9000"}) {
    command.url = url;
    const auto request = status_request(command);
    ASSERT_TRUE(request) << url;
    EXPECT_EQ(request->host, "::1");
    EXPECT_EQ(request->port, 9000);
    EXPECT_EQ(request->doubt, "");
  }
  for (const char* url :
       {"", "https://a:1", "ftp://a:1", "http://a:1/api/v1/status", "http://u:p@a:1", "a b:1"}) {
    command.url = url;
    const auto request = status_request(command);
    ASSERT_FALSE(request) << url;
    EXPECT_EQ(request.error().exit_code, exit_usage);
  }
}

TEST_F(StatusRequestTest, EncodesTheGroup) {
  StatusCommand command;
  command.url = "http://127.0.0.1:1";
  command.group = "a b&c=d/\xc3\xa4\r\n";
  EXPECT_EQ(status_request(command)->target, "/api/v1/status?group=a%20b%26c%3Dd%2F%C3%A4%0D%0A");
}

}  // namespace
}  // namespace signpost::cli
