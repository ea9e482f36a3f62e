#include "tests/sim/engine.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace signpost::sim {
namespace {

constexpr std::uint64_t fnv_prime = 0x100000001b3;

std::uint64_t hash_text(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * fnv_prime;
  return hash;
}

/// The finishing step of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, 2014).
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t Dice::next() { return mix(state_ += 0x9e3779b97f4a7c15); }

std::uint64_t Dice::below(std::uint64_t n) {
  // The upper half of a 128 bit product: no division, and a bias below n / 2^64.
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * n) >> 64);
}

bool Dice::chance(double probability) {
  return static_cast<double>(next() >> 11) * 0x1p-53 < probability;
}

Duration Dice::between(Duration least, Duration most) {
  if (most <= least) return least;
  return least + Duration(static_cast<Duration::rep>(
                     below(static_cast<std::uint64_t>((most - least).count()) + 1)));
}

Dice Dice::fork(std::string_view name) { return Dice(mix(hash_text(mix(seed_), name))); }

// Not zero: a time of zero means "none" in several places of the product.
Engine::Engine() : begun_(std::chrono::hours(1)), now_(begun_) {}

void Engine::at(Time when, std::function<void()> what) {
  heap_.push_back({std::max(when, now_), events_++, std::move(what)});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

bool Engine::step(Time end) {
  if (heap_.empty() || heap_.front().when >= end) {
    now_ = std::max(now_, end);
    return false;
  }
  std::pop_heap(heap_.begin(), heap_.end(), later);
  const Event event = std::move(heap_.back());
  heap_.pop_back();
  now_ = event.when;
  event.what();
  return true;
}

void Engine::note(std::string_view line) {
  const auto elapsed = now_ - begun_;
  hash_ = hash_text(mix(hash_ ^ static_cast<std::uint64_t>(elapsed.count())), line);
  if (!keep_) return;
  std::array<char, 32> stamp{};
  std::snprintf(stamp.data(), stamp.size(), "%11.6f ",
                std::chrono::duration<double>(elapsed).count());
  trace_.push_back(stamp.data() + std::string(line));
}

}  // namespace signpost::sim
