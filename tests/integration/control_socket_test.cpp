// The socket as a file, the client without a server, and the kernel's word about the peer.
#include "sidecar/control/control_socket.hpp"

#include <grp.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>

#include "sidecar/control/control_peer.hpp"
#include "tests/integration/control_fixture.hpp"

namespace signpost::control {
namespace {

using namespace std::chrono_literals;

class ControlSocketTest : public ControlFixture {
 protected:
  [[nodiscard]] mode_t mode() const {
    struct stat status {};
    return ::lstat(options_.path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }
  /// A socket that nobody listens behind, as a killed process leaves it.
  void leave_stale_socket() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, options_.path.data(), options_.path.size());
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    ::close(fd);
  }
};

TEST_F(ControlSocketTest, IsForTheGroupIfThereIsOne) {
  options_.group = ::getgrgid(::getegid())->gr_name;
  start();
  EXPECT_EQ(mode(), 0660U);
  struct stat status {};
  ASSERT_EQ(::lstat(options_.path.c_str(), &status), 0);
  EXPECT_EQ(status.st_gid, ::getegid());
}

TEST_F(ControlSocketTest, IsForTheOwnUserAloneWithoutOne) {
  options_.group = "no-such-group";
  start();
  EXPECT_EQ(mode(), 0600U);
  EXPECT_TRUE(asked(ReloadRequest{})->ok());
}

TEST_F(ControlSocketTest, TakesTheOwnModeWhateverTheUmask) {
  const mode_t before = ::umask(0);
  start();
  ::umask(before);
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(ControlSocketTest, ReplacesASocketThatNobodyListensBehind) {
  leave_stale_socket();
  start();
  EXPECT_TRUE(asked(ReloadRequest{})->ok());
}

TEST_F(ControlSocketTest, NeverReplacesAnotherListener) {
  start();
  const auto second = try_start();
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().in_use);
  EXPECT_NE(second.error().detail.find("another process listens at"), std::string::npos);
  EXPECT_TRUE(asked(ReloadRequest{})->ok());
}

TEST_F(ControlSocketTest, NeverReplacesAnotherKindOfFile) {
  std::ofstream(options_.path) << "precious";
  const auto started = try_start();
  ASSERT_FALSE(started);
  EXPECT_FALSE(started.error().in_use);
  EXPECT_NE(started.error().detail.find("is no socket"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(options_.path), 8U);
  std::filesystem::remove(options_.path);
  std::filesystem::create_symlink(directory_ / "elsewhere", options_.path);
  EXPECT_FALSE(try_start());
  EXPECT_TRUE(std::filesystem::is_symlink(options_.path));
}

TEST_F(ControlSocketTest, CreatesItsDirectoryButNotAPathOfThem) {
  options_.path = directory_ / "run" / "control.sock";
  start();
  EXPECT_TRUE(asked(ReloadRequest{})->ok());
  options_.path = directory_ / "a" / "b" / "control.sock";
  const auto started = try_start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().detail.find("No such file or directory"), std::string::npos);
  EXPECT_NE(started.error().detail.find("[control] socket"), std::string::npos);
}

TEST_F(ControlSocketTest, RefusesAPathThatIsTooLong) {
  options_.path = directory_ / std::string(108, 'a');
  EXPECT_FALSE(try_start());
}

TEST_F(ControlSocketTest, IsGoneAtTheEndAndLeavesTheOneOfASuccessor) {
  start();
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(options_.path));
  start();
  std::filesystem::remove(options_.path);
  auto successor = try_start();
  ASSERT_TRUE(successor);
  server_.reset();
  EXPECT_TRUE(std::filesystem::exists(options_.path));
}

TEST_F(ControlSocketTest, ClientSaysWhyItHasNoAnswer) {
  const auto missing = ask(options_.path, ReloadRequest{}, 1s);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().why, NoAnswer::Why::not_there);
  EXPECT_EQ(missing.error().detail, "No such file or directory");
  leave_stale_socket();
  EXPECT_EQ(ask(options_.path, ReloadRequest{}, 1s).error().why, NoAnswer::Why::not_there);
  std::filesystem::remove(options_.path);
  start();  // but nobody runs it
  const auto silent = ask(options_.path, ReloadRequest{}, 50ms);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().why, NoAnswer::Why::not_heard);
  EXPECT_EQ(silent.error().detail, "no answer in time");
  EXPECT_FALSE(ask(std::string(200, 'a'), ReloadRequest{}, 1s));
}

TEST(ControlPeer, IsWhatTheKernelSays) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const auto peer = peer_of(ends[0]);
  ASSERT_TRUE(peer) << peer.error().message();
  EXPECT_EQ(peer->uid, ::geteuid());
  EXPECT_EQ(peer->gid, ::getegid());
  EXPECT_EQ(peer->groups.size(), static_cast<std::size_t>(::getgroups(0, nullptr)));
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_FALSE(peer_of(-1));
}

TEST(ControlPeer, IsNamedByThePasswordFileOrByNumber) {
  EXPECT_EQ(actor_of({0, 0, {}}).user, "root");
  EXPECT_EQ(actor_of({3'999'999'999, 0, {}}).user, "uid 3999999999");
}

TEST(Permitted, IncludesRootTheOwnUserAndMembersOfTheGroup) {
  const Permitted permitted{990, 27};
  EXPECT_TRUE(permitted.includes({0, 0, {}}));
  EXPECT_TRUE(permitted.includes({990, 990, {}}));
  EXPECT_TRUE(permitted.includes({1000, 27, {}}));
  EXPECT_TRUE(permitted.includes({1000, 1000, {4, 27}}));
  EXPECT_FALSE(permitted.includes({1000, 1000, {4, 28}}));
  EXPECT_FALSE(permitted.includes({1000, 0, {0}}));  // root's group is not root
  const Permitted nobody_else{990, std::nullopt};
  EXPECT_FALSE(nobody_else.includes({1000, 27, {27}}));
  EXPECT_TRUE(nobody_else.includes({0, 0, {}}));
}

}  // namespace
}  // namespace signpost::control
