// What the Injector does to sidecars: their processes, disks, clocks and orders.
#include <algorithm>

#include "tests/sim/injector.hpp"

namespace signpost::sim {
namespace {

using Ms = std::chrono::milliseconds;

}  // namespace

decision::Hold Injector::hold_of(const Fault& f) const {
  const Process& process = (*sidecars_)[f.sidecar]->process();
  decision::Hold hold;
  hold.kind = f.kind == FaultKind::hold_freeze ? decision::Hold::Kind::freeze
              : f.kind == FaultKind::hold_pin  ? decision::Hold::Kind::pin
                                               : decision::Hold::Kind::withdraw;
  if (hold.kind == decision::Hold::Kind::pin) hold.node = group_.node_name(f.node);
  hold.reason = "simulation";
  hold.who = "operator";
  // Half of them run out by themselves, the others are released.
  Duration until = f.amount == 0 ? f.lasting : 10 * f.lasting;
  hold.until = process.now() + until;
  hold.since = process.wall_now();
  hold.until_wall = hold.since + std::chrono::duration_cast<Ms>(until);
  return hold;
}

void Injector::lose(const Fault& f, Disk& disk) {
  switch (f.kind) {
    case FaultKind::power_loss:
      // What was renamed but not flushed may be the old file, the new one, or a short one.
      if (disk.flushed_save == disk.file_save) return;
      disk.was_hit = true;
      disk.file = f.amount % 2 == 0 ? disk.flushed : disk.file.substr(0, disk.file.size() / 2);
      disk.file_save = f.amount % 2 == 0 ? disk.flushed_save : 0;
      break;
    case FaultKind::state_lost:
      disk.file.clear();
      disk.file_save = 0;
      break;
    case FaultKind::state_torn:
      disk.file.resize(disk.file.size() * static_cast<std::size_t>(f.amount) / 100);
      disk.file_save = 0;
      break;
    default:
      return;
  }
  disk.flushed = disk.file;
  disk.flushed_save = disk.file_save;
}

void Injector::crash(std::size_t i, const Fault& f) {
  Sidecar& sidecar = *(*sidecars_)[f.sidecar];
  if (!sidecar.crash()) return;
  Disk& disk = sidecar.disk();
  hit_[i] = f.kind != FaultKind::power_loss || disk.flushed_save != disk.file_save;
  lose(f, disk);
  bool armed = f.kind == FaultKind::crash_at_change || f.kind == FaultKind::power_loss;
  if (armed)
    engine_.at(std::min(engine_.now() + f.lasting, heal_at_), [&sidecar] { sidecar.start(); });
}

void Injector::begin_at_sidecar(std::size_t i, const Fault& f) {
  Sidecar& sidecar = *(*sidecars_)[f.sidecar];
  switch (f.kind) {
    case FaultKind::crash:
    case FaultKind::state_lost:
    case FaultKind::state_torn:
      return crash(i, f);
    case FaultKind::crash_at_change:
    case FaultKind::power_loss:
      return sidecar.at_next_save(std::chrono::microseconds(f.amount), [this, i] {
        const Fault& fault = schedule_.faults[i];
        crash(i, fault);
      });
    case FaultKind::suspend:
      hit_[i] = sidecar.stop();
      return;
    case FaultKind::suspend_at_change:
      return sidecar.at_next_save(std::chrono::microseconds(f.amount), [this, i] {
        const Fault& fault = schedule_.faults[i];
        Sidecar& s = *(*sidecars_)[fault.sidecar];
        if (engine_.now() >= heal_at_ || !s.stop()) return;
        hit_[i] = true;
        engine_.at(std::min(engine_.now() + fault.lasting, heal_at_), [&s] { s.resume(); });
      });
    case FaultKind::clock_step:
      sidecar.host().wall_off += Ms(f.amount);
      hit_[i] = true;
      return;
    case FaultKind::store_stall:
      ++sidecar.disk().stalled;
      sidecar.disk().was_hit = false;
      return;
    case FaultKind::store_error:
      ++sidecar.disk().failing;
      sidecar.disk().was_hit = false;
      return;
    case FaultKind::hold_freeze:
    case FaultKind::hold_pin:
    case FaultKind::hold_withdraw:
      if (sidecar.runs() && !sidecar.is_stopped()) hit_[i] = sidecar.order(hold_of(f));
      return;
    case FaultKind::reload:
      hit_[i] = sidecar.reload(f.amount != 0);
      return;
    default:
      return;
  }
}

void Injector::end_at_sidecar(const Fault& f) {
  Sidecar& sidecar = *(*sidecars_)[f.sidecar];
  auto number = static_cast<std::size_t>(&f - schedule_.faults.data());
  switch (f.kind) {
    case FaultKind::crash:
    case FaultKind::state_lost:
    case FaultKind::state_torn:
      sidecar.start();
      return;
    case FaultKind::crash_at_change:
    case FaultKind::power_loss:
    case FaultKind::suspend_at_change:
      return;  // each undoes itself, from the moment when it came true
    case FaultKind::suspend:
      sidecar.resume();
      return;
    case FaultKind::store_stall:
      --sidecar.disk().stalled;
      hit_[number] = sidecar.disk().was_hit;
      sidecar.disk_recovered();
      return;
    case FaultKind::store_error:
      --sidecar.disk().failing;
      hit_[number] = sidecar.disk().was_hit;
      return;
    case FaultKind::hold_freeze:
    case FaultKind::hold_pin:
    case FaultKind::hold_withdraw:
      if (f.amount != 0 && sidecar.runs()) sidecar.order(std::nullopt);
      return;
    default:
      return;
  }
}

}  // namespace signpost::sim
