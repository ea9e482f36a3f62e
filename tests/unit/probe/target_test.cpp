#include "probe/target.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace signpost::probe {
namespace {

TEST(Target, SaysItsUrlWithoutCredentials) {
  Target target;
  target.host = "broker-a";
  target.username = "signpost";
  target.password = Secret("hunter2");
  EXPECT_EQ(target.url(), "http://broker-a:8080");
}

TEST(Target, PutsAnIpv6AddressInBrackets) {
  Target target;
  target.https = true;
  target.host = "2001:db8::1";
  target.port = 8443;
  EXPECT_EQ(target.url(), "https://[2001:db8::1]:8443");
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

TEST(Secret, CannotBePrinted) {
  static_assert(!Printable<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string>);
}

TEST(Secret, IsCopiedMovedAndCompared) {
  Secret first("a long enough password to live on the heap");
  Secret second = first;
  EXPECT_EQ(first, second);
  const Secret third = std::move(second);
  EXPECT_EQ(first, third);
  second = Secret("short");
  EXPECT_EQ(second.reveal(), "short");
  first = second;
  EXPECT_EQ(first.reveal(), "short");
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, LeavesNothingBehindInItsOwnOctets) {
  alignas(Secret) unsigned char storage[sizeof(Secret)];
  auto* secret = new (storage) Secret("small one");  // short enough to live inside the object
  const Secret moved = std::move(*secret);
  secret->~Secret();
  const std::string_view left(reinterpret_cast<const char*>(storage), sizeof storage);
  EXPECT_EQ(left.find("small"), std::string_view::npos);
  EXPECT_EQ(moved.reveal(), "small one");
}

}  // namespace
}  // namespace signpost::probe
