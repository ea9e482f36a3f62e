#include "sidecar/config/environment.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "sidecar/config/safe_text.hpp"

namespace signpost::config {
namespace {

// A password is a line; what is larger is another file named by mistake.
constexpr std::size_t secret_octets_max = 64 << 10;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

FileText refused(std::string reason) { return {"", std::move(reason)}; }

std::string open_error(const std::string& path, int error) {
  if (error == ENOENT) return "does not exist; create it with the password alone in it, mode 0600";
  if (error == EACCES) {
    return fmt::format(
        "may not be read by this process (uid {}); chown or chgrp it to the user that signpost "
        "runs as",
        ::geteuid());
  }
  return fmt::format("cannot be opened: {}; see: namei -l {}",
                     std::generic_category().message(error), path);
}

/// Why nobody should keep a password in such a file; empty = fine.
std::string too_open(const std::string& path, mode_t mode) {
  const bool others_read = (mode & S_IROTH) != 0;
  const bool written = (mode & (S_IWGRP | S_IWOTH)) != 0;
  if (!others_read && !written) return "";
  const mode_t closed = mode & static_cast<mode_t>(S_IRUSR | S_IWUSR | S_IRGRP);
  return fmt::format("can be {} by other users (mode {:04o}); chmod {:04o} {}",
                     others_read ? "read" : "written", mode & 07777U, closed, path);
}

std::string first_directory(const char* list, const std::string& otherwise) {
  if (list == nullptr || *list == '\0') return otherwise;
  const std::string_view all = list;  // systemd: several directories are joined by ":"
  return std::string(all.substr(0, all.find(':')));
}

}  // namespace

Environment system_environment(const std::function<const char*(const char* name)>& variable) {
  Environment environment;
  environment.state_directory =
      first_directory(variable("STATE_DIRECTORY"), environment.state_directory);
  environment.runtime_directory =
      first_directory(variable("RUNTIME_DIRECTORY"), environment.runtime_directory);
  environment.credentials_directory =
      first_directory(variable("CREDENTIALS_DIRECTORY"), environment.credentials_directory);
  environment.read_file = read_secret_file;
  return environment;
}

FileText read_secret_file(const std::string& path) {
  // Not blocking: opening a FIFO would wait for its writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return refused(open_error(path, errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return refused(open_error(path, errno));
  if (!S_ISREG(status.st_mode)) return refused("is not a regular file; name the file itself");
  if (std::string reason = too_open(path, status.st_mode); !reason.empty()) {
    return refused(std::move(reason));
  }
  std::string text(secret_octets_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refused(open_error(path, errno));
    size += static_cast<std::size_t>(got);
  }
  if (size > secret_octets_max) {
    return refused(fmt::format("is larger than {} kB; a password file holds one line",
                               secret_octets_max >> 10));
  }
  text.resize(size);
  return {std::move(text), ""};
}

Parsed<std::string> expand_path(std::string_view text, const Environment& environment) {
  std::string path;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      path += text[i];
      continue;
    }
    const char specifier = i + 1 < text.size() ? text[++i] : '\0';
    switch (specifier) {
      case 'd':
        path += environment.credentials_directory;
        break;
      case 'S':
        path += environment.state_directory;
        break;
      case 't':
        path += environment.runtime_directory;
        break;
      case '%':
        path += '%';
        break;
      default:
        return Complaint{fmt::format("{} has an unknown specifier", in_quotes(text)), "",
                         "%d = credentials, %S = state, %t = runtime directory, %% = a % itself"};
    }
  }
  const bool control =
      std::any_of(path.begin(), path.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (control)
    return Complaint{fmt::format("{} has control characters", in_quotes(text)), "", "remove them"};
  if (!path.empty() && path.front() != '/') {
    return Complaint{fmt::format("{} is not an absolute path", in_quotes(text)), "",
                     "begin with /, or with %d, %S or %t"};
  }
  return path;
}

Parsed<std::string> only_line(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
  if (text.empty()) return Complaint{"is empty", "", "put the password into it"};
  if (text.find('\n') != std::string_view::npos) {
    return Complaint{"has more than one line", "",
                     "a password file holds the password and nothing else"};
  }
  const bool control =
      std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (control)
    return Complaint{"has control characters", "", "write it with: printf %s 'PASSWORD' > FILE"};
  return std::string(text);
}

}  // namespace signpost::config
