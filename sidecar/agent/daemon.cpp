#include "sidecar/agent/daemon.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>

#include "dns/stub_resolver.hpp"
#include "dns/tcp_server.hpp"
#include "dns/udp_server.hpp"
#include "probe/management_prober.hpp"
#include "sidecar/agent/agent.hpp"
#include "sidecar/agent/control_handler.hpp"
#include "sidecar/agent/start_failure.hpp"
#include "sidecar/agent/status_source.hpp"
#include "sidecar/control/control_server.hpp"
#include "sidecar/history/history_writer.hpp"
#include "sidecar/runtime/asio_clock.hpp"
#include "sidecar/runtime/logging.hpp"
#include "sidecar/runtime/state_writer.hpp"
#include "sidecar/status/http_server.hpp"

namespace signpost::agent {
namespace {

namespace asio = boost::asio;
using runtime::Severity;

class Daemon {
 public:
  Daemon(const config::Config& config, const DaemonOptions& options)
      : config_(config), options_(options) {}

  int run() {
    try {
      start();
    } catch (const StartFailure& failure) {
      runtime::log(Severity::error, "cannot_start", {{"detail", failure.detail}});
      stop_servers();
      return failure.exit_code;
    }
    run_until_stopped();
    note("stop", failed_ ? "internal error" : "on request");
    if (failed_) return 1;
    runtime::log(Severity::info, "stopped", {});
    return 0;
  }

 private:
  // What is thrown by a handler is a bug. It is said, and the loops are unwound as for a signal.
  void run_until_stopped() {
    for (;;) {
      try {
        context_.run();
        return;
      } catch (const std::exception& error) {
        failed_ = true;
        runtime::log(Severity::error, "internal_error", {{"detail", error.what()}});
        tasks_.request_stop();
      }
    }
  }

  void start() {
    if (std::string wrong = runtime::prepare_state_directory(config_.state_directory);
        !wrong.empty()) {
      throw StartFailure{exit_bad_configuration, wrong};
    }
    std::filesystem::path state_path = config_.state_directory / "state.json";
    if (std::string taken = lock_.take(config_.state_directory / "state.lock"); !taken.empty()) {
      throw StartFailure{exit_try_again, taken};
    }
    runtime::LoadedState loaded = runtime::load_state(state_path);
    // Better not to run than to forget what was published and overwrite the only memory of it.
    if (!loaded.unreadable.empty()) throw StartFailure{exit_bad_configuration, loaded.unreadable};
    if (!loaded.damage.empty())
      runtime::log(Severity::error, "state_lost", {{"detail", loaded.damage}});
    store_ = std::make_unique<runtime::StateWriter>(context_.get_executor(), state_path);
    start_history();
    start_agent(loaded.state);
    if (config_.serve) start_dns();
    start_status(state_path);
    start_control();
    start_signals();
    note("start", fmt::format("signpost {}, configuration {} (sha256 {})", options_.version,
                              options_.config_path, options_.config_sha256));
    agent_->start(publisher_ ? static_cast<Publisher&>(*publisher_) : no_publisher_, tasks_);
    asio::co_spawn(context_, tasks_.join(), [this](const std::exception_ptr& e) { finish(e); });
    runtime::log(Severity::info, "started",
                 {{"version", options_.version},
                  {"config", options_.config_path},
                  {"groups", std::to_string(config_.groups.size())},
                  {"brokers", std::to_string(config_.brokers.size())},
                  {"dns", joined(serve_listen_)},
                  {"http", joined(http_listen_)},
                  {"control", control_ ? config_.control.socket : "off"}});
  }

  void start_history() {
    const config::History& history = config_.history;
    if (history.file.empty()) return;
    history_ = std::make_unique<history::HistoryWriter>(
        context_.get_executor(),
        history::HistoryFileOptions{history.file, history.max_size, history.keep});
  }

  void note(const char* event, std::string detail) {
    recorder().add(
        {clock_.wall_now(), clock_.now(), event, "", "auto", std::move(detail), {}, {}, 0});
  }

  history::Recorder& recorder() {
    return history_ ? static_cast<history::Recorder&>(*history_) : no_history_;
  }

  Agent::MakeProber prober_factory() {
    resolver_ = std::make_shared<dns::StubResolver>(
        context_.get_executor(), dns::StubResolverOptions{config_.resolver_servers});
    return [this](const config::Broker& broker) {
      return std::make_unique<probe::ManagementProber>(context_.get_executor(), broker.target,
                                                       resolver_);
    };
  }

  void start_agent(const runtime::State& state) {
    try {
      agent_ = std::make_unique<Agent>(shared_config_, state, prober_factory(), clock_, *store_,
                                       recorder());
    } catch (const std::runtime_error& e) {  // a certificate that cannot be read
      throw StartFailure{exit_bad_configuration, e.what()};
    }
  }

  void start_dns() {
    publisher_ =
        std::make_unique<ServePublisher>(shared_config_, agent_->wanted(), agent_->serial());
    dns::UdpServerOptions udp{config_.serve->listen, config_.serve->threads,
                              config_.serve->udp_payload};
    auto udp_server = dns::UdpServer::start(udp, publisher_->tables());
    if (!udp_server) throw cannot_listen("DNS over UDP", udp_server.error());
    udp_ = std::move(*udp_server);
    dns::TcpServerOptions tcp{
        udp_->bound(),
        config_.serve->tcp_clients};  // the same ports, also where the system chose them
    auto tcp_server = dns::TcpServer::start(context_.get_executor(), tcp, publisher_->tables());
    if (!tcp_server) throw cannot_listen("DNS over TCP", tcp_server.error());
    tcp_ = std::move(*tcp_server);
    for (const auto& address : udp_->bound()) serve_listen_.push_back(text(address));
  }

  void start_status(const std::filesystem::path& state_path) {
    ProcessInfo process{options_.version,  options_.revision,    asio::ip::host_name(),
                        ::getpid(),        options_.config_path, options_.config_sha256,
                        clock_.wall_now(), state_path.string(),  serve_listen_};
    status_ = std::make_unique<StatusSource>(*agent_, publisher_.get(), clock_, std::move(process),
                                             [this] {
                                               dns::ServeCounts counts;
                                               if (udp_) counts += udp_->counts();
                                               if (tcp_) counts += tcp_->counts();
                                               return counts;
                                             });
    status::HistoryDocument history;
    if (history_) {
      history = [this](const std::string& group, std::size_t limit) {
        return history_->recent().json(group, limit);
      };
    }
    status::Routes routes(
        config_.http.host_names, [this] { return status_->snapshot(); }, std::move(history));
    auto http = status::HttpServer::start(context_.get_executor(), {config_.http.listen},
                                          std::move(routes));
    if (!http) throw cannot_listen("HTTP", http.error());
    http_ = std::move(*http);
    for (const auto& address : http_->bound()) http_listen_.push_back(text(address));
  }

  // Without it signpost does its work and only takes no orders: a reason to say so, not to stay
  // away. But two daemons behind one path are a mistake in a configuration, as with a port.
  void start_control() {
    handler_ = std::make_unique<ControlHandler>(
        *agent_, clock_, recorder(),
        ReloadSources{options_.config_path, options_.read_config_again, options_.apply_log_settings,
                      [this](const std::string& sha256, const std::string& error) {
                        status_->note_reload(sha256, error);
                      }});
    if (config_.control.socket.empty()) return;
    control::ControlServerOptions server_options;
    server_options.path = config_.control.socket;
    server_options.group = config_.control.group;
    auto server = control::ControlServer::start(
        context_.get_executor(), clock_, server_options,
        [this](const control::Request& request, const control::Actor& actor) {
          return handler_->answer(request, actor);
        });
    if (server) {
      control_ = std::move(*server);
    } else if (server.error().in_use) {
      throw StartFailure{exit_try_again, server.error().detail};
    } else {
      runtime::log(Severity::warning, "control_off", {{"detail", server.error().detail}});
    }
  }

  void start_signals() {
    std::signal(SIGPIPE, SIG_IGN);
    wait_for_signal();
  }

  void wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& ec, int signal) {
      if (ec) return;
      if (signal == SIGHUP) {
        handler_->reload("SIGHUP");
      } else if (stopping_) {
        ::_exit(1);
      } else {
        stopping_ = true;
        runtime::log(Severity::info, "stopping",
                     {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}, {"records", "kept"}});
        tasks_.request_stop();
      }
      wait_for_signal();
    });
  }

  // The loops have ended: on request, or because one of them broke.
  void finish(const std::exception_ptr& e) {
    try {
      if (e) std::rethrow_exception(e);
    } catch (const std::exception& error) {
      failed_ = true;
      runtime::log(Severity::error, "internal_error", {{"detail", error.what()}});
    }
    stop_servers();
    if (resolver_) resolver_->close();  // a silent name server must not delay the end
    boost::system::error_code ignored;
    signals_.cancel(ignored);
    signals_.clear(ignored);  // from here on a second signal ends the process by its default action
  }

  void stop_servers() {
    if (control_) control_->stop();
    if (http_) http_->stop();
    if (tcp_) tcp_->stop();
    if (udp_) udp_->stop();
  }

  static std::string joined(const std::vector<std::string>& list) {
    return list.empty() ? "off" : fmt::format("{}", fmt::join(list, ","));
  }

  const config::Config& config_;
  std::shared_ptr<const config::Config> shared_config_ =
      std::make_shared<const config::Config>(config_);
  const DaemonOptions& options_;
  asio::io_context context_{1};
  runtime::AsioClock clock_;
  asio::signal_set signals_{context_, SIGTERM, SIGINT, SIGHUP};
  std::shared_ptr<dns::StubResolver> resolver_;
  runtime::StateLock lock_;
  std::unique_ptr<runtime::StateWriter> store_;
  history::NoRecorder no_history_;
  std::unique_ptr<history::HistoryWriter> history_;
  std::unique_ptr<Agent> agent_;
  NoPublisher no_publisher_;
  std::unique_ptr<ServePublisher> publisher_;
  std::unique_ptr<dns::UdpServer> udp_;
  std::unique_ptr<dns::TcpServer> tcp_;
  std::unique_ptr<StatusSource> status_;
  std::unique_ptr<status::HttpServer> http_;
  std::unique_ptr<ControlHandler> handler_;
  std::unique_ptr<control::ControlServer> control_;
  std::vector<std::string> serve_listen_, http_listen_;
  bool stopping_ = false;
  bool failed_ = false;
  runtime::TaskGroup tasks_{context_.get_executor()};
};

}  // namespace

int run_daemon(const config::Config& config, const DaemonOptions& options) {
  return Daemon(config, options).run();
}

}  // namespace signpost::agent
