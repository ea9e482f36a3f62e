#include "sidecar/cli/help.hpp"

#include <string_view>

namespace signpost::cli {
namespace {

constexpr std::string_view overview =
    R"(signpost: one hostname that always reaches the active node of a Broker-J HA group

usage: signpost [-c FILE] COMMAND

  run                     watch the brokers and answer for the zone, in the foreground
  check                   read the configuration: every mistake at once, or what it means
  status [GROUP]          ask the running daemon who is active, and why
  explain [GROUP]         why a name leads where it does, and what would change that; now or then
  history [FILE]          what happened: failovers, and what operators did
  replay FILE             decide again what a history recorded, here or with another configuration
  hold GROUP ...          overrule the decision: freeze it, pin it to a node, withdraw the name
  release GROUP           end a hold
  reload                  read the configuration again
  version [--build]       this program's version; what it was built with
  help [COMMAND]          this text; more about one command

  -c, --config FILE       default: /etc/signpost/signpost.toml
  -h, --help  --version   as help, version

Exit codes: 0 fine, 1 the answer is no, 64 usage, 66 no such file, 69 the daemon does not
answer, 75 try again, 77 no permission, 78 bad configuration.
)";

constexpr std::string_view run = R"(usage: signpost [-c FILE] run

Asks the brokers, decides, and answers for the zone until SIGTERM or SIGINT. Stopping withdraws
nothing: resolvers keep what they have, and a restart goes on where it was.

Logs go to standard error. A second SIGTERM ends it at once.
)";

constexpr std::string_view check = R"(usage: signpost [-c FILE] check

Reads the configuration and the files that it names, without any network. Prints every mistake with
its line and what to write instead, and ends with 78; or prints what signpost would do with it, and
ends with 0. Changes nothing. Run it as the user that signpost runs as: files that only root can
read would be missed otherwise.
)";

constexpr std::string_view status =
    R"(usage: signpost [-c FILE] status [GROUP] [-o table|json] [--url URL] [--exit-code]

Asks the running daemon over HTTP: a line for each group (where its name leads, since when, how old
that view is) and a table of its nodes. The published node has a *.

  -o, --output json   the document of /api/v1/status, unchanged
  --url URL           ask there (http://HOST:PORT), and not at [http] listen of the configuration
  --exit-code         end with 1 if the status is "fail"
)";

constexpr std::string_view explain =
    R"(usage: signpost [-c FILE] explain [GROUP] [-o json] [--url URL]
       signpost [-c FILE] explain [GROUP] [-o json] --at TIME [--file HISTORY]

Why each name leads where it does: the rule that applies, what each node says and how old that is,
who came second, and what the next change needs. Asks the running daemon; with --at, the history: it
records what was seen, and from that the same text is made again.

  -o json         as JSON; of a daemon, the document of /api/v1/explain
  --url URL       ask there (http://HOST:PORT), and not at [http] listen of the configuration
  --at TIME       "2026-11-22T02:59:53Z", "02:59" or "02:59:53" (today, UTC), "-10m"
  --file HISTORY  this file and the older ones beside it, and not [history] file of the
                  configuration
)";

constexpr std::string_view hold =
    R"(usage: signpost [-c FILE] hold GROUP (--freeze | --pin NODE | --withdraw) --for DURATION
                       --reason TEXT [--socket PATH]

Overrules what signpost decides for the group, until the time is over or `signpost release`. It goes
on watching: a release finds it up to date. A new hold takes the place of the old one.

  --freeze         stay with the node that is published now, whatever happens
  --pin NODE       publish this node, active or not
  --withdraw       answer without an address: clients find no broker
  --for DURATION   "30m", "2h"; at most hold_max of the group ([group.decide], default 8h)
  --reason TEXT    shown in the log and in the status; at most 200 characters
  --socket PATH    ask there, and not at [control] socket of the configuration

Needs root, the user that signpost runs as, or a member of [control] group.
)";

constexpr std::string_view release =
    R"(usage: signpost [-c FILE] release GROUP [--reason TEXT] [--socket PATH]

Ends a hold: from now on the group's record follows the brokers again.
)";

constexpr std::string_view reload = R"(usage: signpost [-c FILE] reload [--socket PATH]

The daemon reads the file that it was started with again. Prints what changed and what needs a
restart; or every mistake in it, and then goes on with the configuration that it has. The same as
SIGHUP, but with an answer: exit code 1 when the file was refused.
)";

constexpr std::string_view history =
    R"(usage: signpost [-c FILE] history [FILE] [--group GROUP] [--since 24h] [-o table|json]

Prints from the history file what clients came to feel, and what people did: moves from one node to
another, addresses that were withheld and came back, holds, reloads, starts and stops. Without FILE
it is [history] file of the configuration; older files beside it (FILE.1, ...) are read as well. No
daemon is asked.

  --group GROUP       this group, and what concerns all of them
  --since 24h         not what is older
  -o, --output json   the same as JSON
)";

constexpr std::string_view replay =
    R"(usage: signpost replay FILE [--rotated] [--config FILE] [-o table|json]

Takes each decision in the history FILE again, from what was recorded to have been seen, with the
policy that was in force, and compares what comes out to the letter. Ends with 1 if one differs or
a line is damaged (one that a crash cut off is only mentioned).

  --config FILE       also decide all of it with the policies of this configuration, and list where
                      clients would have been told something else, or for another reason
  --rotated           begin with the older files beside FILE (FILE.1, ...)
  -o, --output json   the same as JSON
)";

constexpr std::string_view version = R"(usage: signpost version [--build]

  --build   also the compiler, the build and the libraries
)";

constexpr std::string_view help = R"(usage: signpost help [COMMAND]
)";

}  // namespace

std::string help_text(const std::string& topic) {
  if (topic == "run") return std::string(run);
  if (topic == "check") return std::string(check);
  if (topic == "status") return std::string(status);
  if (topic == "explain") return std::string(explain);
  if (topic == "hold") return std::string(hold);
  if (topic == "release") return std::string(release);
  if (topic == "reload") return std::string(reload);
  if (topic == "history") return std::string(history);
  if (topic == "replay") return std::string(replay);
  if (topic == "version") return std::string(version);
  if (topic == "help") return std::string(help);
  return std::string(overview);
}

}  // namespace signpost::cli
