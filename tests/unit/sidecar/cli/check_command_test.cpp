#include "sidecar/cli/check_command.hpp"

#include <unistd.h>

#include <sstream>

#include "tests/unit/sidecar/cli/temporary_directory.hpp"

namespace signpost::cli {
namespace {

namespace fs = std::filesystem;

class CheckCommandTest : public InTemporaryDirectory {
 protected:
  std::string config(const std::string& more = "") {
    return write("signpost.toml", R"(version = 1
[[broker]]
name = "a"
management = "https://broker-a:8443"
username = "signpost"
password_file = "/secret"
verify = false
)" + more + R"(
[[group]]
name = "orders"
virtualhost = "orders-vh"
node = [
  { name = "n1", address = ["10.0.0.11", "2001:db8::11"], broker = "a" },
  { name = "n2", address = "10.0.0.12" },
]
record = { name = "orders.mq.example.com.", types = ["A", "TXT"], srv = [{ service = "_amqp._tcp" }] }
[serve]
listen = ["127.0.0.1:5300", "[::1]:5300"]
zone = "mq.example.com."
ns = ["ns1.example.net."]
)");
  }

  ExitCode check(const std::string& path, const std::string& state_directory) {
    out_.str("");
    err_.str("");
    config::Environment environment;
    environment.state_directory = state_directory;
    environment.read_file = [](const std::string&) { return config::FileText{"hunter2\n", ""}; };
    return check_command(path, environment, out_, err_);
  }

  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(CheckCommandTest, SaysWhatTheConfigurationMeans) {
  const std::string path = config();
  ASSERT_EQ(check(path, directory_), exit_ok) << err_.str();
  const std::string text = out_.str();
  EXPECT_TRUE(text.starts_with(path + ": no errors (sha256 ")) << text;
  EXPECT_EQ(
      text.substr(text.find('\n')),
      "\n\nbrokers\n"
      "  a                      https://broker-a:8443  every 500ms, timeout 400ms  as "
      "\"signpost\", CERTIFICATE NOT VERIFIED\n"
      "  http://10.0.0.12:8080                         every 500ms, timeout 400ms  without login\n"
      "group \"orders\": serves orders.mq.example.com. (A, TXT, SRV _amqp._tcp port 5672), TTL 5s\n"
      "  HA group \"orders\", virtualhost \"orders-vh\"\n"
      "  n1  -> 10.0.0.11, 2001:db8::11  asked at https://broker-a:8443  clients at "
      "10.0.0.11:5672\n"
      "  n2  -> 10.0.0.12                asked at http://10.0.0.12:8080  clients at "
      "10.0.0.12:5672\n"
      "DNS    127.0.0.1:5300, [::1]:5300 (UDP and TCP), zone mq.example.com., name servers "
      "ns1.example.net.\n"
      "HTTP   127.0.0.1:8653\n"
      "socket /run/signpost/control.sock (hold, release, reload), group signpost\n"
      "state  " +
          directory_.string() +
          ", writable\n"
          "history " +
          directory_.string() + "/history.jsonl, up to 4MiB, 2 older kept\n");
  EXPECT_EQ(text.find("hunter2"), std::string::npos);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(CheckCommandTest, RefusesAHistoryThatADaemonCouldNotWrite) {
  const std::string file = directory_ / "none" / "history.jsonl";
  EXPECT_EQ(check(config("[history]\nfile = \"" + file + "\"\n"), directory_), exit_bad_config);
  EXPECT_NE(err_.str().find("the history " + file + " cannot be written: its directory does not"),
            std::string::npos)
      << err_.str();
}

TEST_F(CheckCommandTest, SaysWhichGroupsWillBeDiscovered) {
  const std::string path = write("signpost.toml", R"(version = 1
[[broker]]
name = "a"
management = "http://broker-a:8080"
address = ["10.0.0.11", "2001:db8::11"]
[[broker]]
name = "b"
management = "http://broker-b:8080"
[discover]
name = "{group}.mq.example.com."
include = ["orders*", "pay"]
exclude = ["*-test"]
grace = "1h"
decide = { on_none = "withdraw" }
[serve]
zone = "mq.example.com."
ns = ["ns1.example.net."]
)");
  ASSERT_EQ(check(path, directory_), exit_ok) << err_.str();
  const std::string text = out_.str();
  EXPECT_NE(text.find("\n\nbrokers\n"
                      "  a  http://broker-a:8080  every 500ms, timeout 400ms  without login\n"
                      "  b  http://broker-b:8080  every 500ms, timeout 400ms  without login  NOT "
                      "USED BY ANY GROUP\n"
                      "discovered groups: serves {group}.mq.example.com. (A, AAAA), TTL 5s\n"
                      "  only \"orders*\", \"pay\" but not \"*-test\", of those that these report\n"
                      "  a  -> 10.0.0.11, 2001:db8::11  clients at 10.0.0.11:5672\n"
                      "  a member that its broker reports no more goes after 1h\n"
                      "  while nobody claims for 0s: no address (NODATA)\n"
                      "DNS    127.0.0.1:5300"),
            std::string::npos)
      << text;
}

TEST_F(CheckCommandTest, CreatesNothing) {
  const std::string state = directory_ / "state";
  EXPECT_EQ(check(config(), state), exit_ok);
  EXPECT_NE(out_.str().find("state  " + state + ", will be created\n"), std::string::npos);
  EXPECT_FALSE(fs::exists(state));
}

TEST_F(CheckCommandTest, RefusesAStateDirectoryThatADaemonCouldNotUse) {
  const std::string path = config();
  const std::string file = write("file", "");
  for (const std::string state : {"/proc/signpost", "/proc", "/sys/x", "/nowhere/at/all"}) {
    EXPECT_EQ(check(path, state), exit_bad_config) << state;
    EXPECT_TRUE(err_.str().starts_with(path + ": the state directory " + state)) << err_.str();
    EXPECT_NE(err_.str().find("set [state] directory"), std::string::npos);
    EXPECT_EQ(out_.str(), "");
  }
  EXPECT_EQ(check(path, file), exit_bad_config);
  EXPECT_EQ(check(path, file + "/below"), exit_bad_config);
  if (::geteuid() == 0) return;  // root may write anywhere
  fs::permissions(directory_, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(check(path, directory_), exit_bad_config);
  EXPECT_EQ(check(path, directory_ / "state"), exit_bad_config);
  fs::permissions(directory_, fs::perms::owner_all);
}

TEST_F(CheckCommandTest, IgnoresASlashAtTheEnd) {
  EXPECT_EQ(state_directory_problem(directory_.string() + "/"), "");
  EXPECT_EQ(state_directory_problem(directory_.string() + "/state//"), "");
  EXPECT_NE(state_directory_problem(directory_.string() + "/a/b/"), "");
}

TEST_F(CheckCommandTest, FindsTlsFilesThatAreMissing) {
  const std::string path =
      config("ca_file = \"/nowhere/ca.pem\"\ncert_file = \"/nowhere/cert.pem\"\nkey_file = \"" +
             config() + "\"\n");
  EXPECT_EQ(check(path, directory_), exit_bad_config);
  EXPECT_EQ(err_.str(),
            path + ": broker \"a\": ca_file /nowhere/ca.pem: No such file or directory\n" + path +
                ": broker \"a\": cert_file /nowhere/cert.pem: No such file or directory\n");
}

}  // namespace
}  // namespace signpost::cli
