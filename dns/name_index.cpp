#include "dns/name_index.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

namespace signpost::dns {
namespace {

__extension__ using Product = unsigned __int128;

// The 128-bit product folded: every bit of the result depends on every bit of both factors.
std::uint64_t mix(std::uint64_t x, std::uint64_t y) {
  const Product product = static_cast<Product>(x) * y;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t load(const std::uint8_t* octets, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, octets, size);
  return word;
}

}  // namespace

std::uint32_t NameIndex::find(std::span<const std::uint8_t> name) const {
  const std::uint64_t full = hash(name, key_);
  const auto high = static_cast<std::uint32_t>(full >> 32U);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t probe = 0; probe < probe_max; ++probe) {
    const Slot& slot = slots_[(full + probe) & mask];
    if (slot.value == none) return none;
    if (slot.hash == high && slot.size == name.size() &&
        std::memcmp(&names_[slot.name_at], name.data(), name.size()) == 0) {
      return slot.value;
    }
  }
  return none;
}

void NameIndex::build(const std::vector<std::span<const std::uint8_t>>& names) {
  constexpr int tries_per_size = 4;
  std::size_t capacity = std::bit_ceil(std::max<std::size_t>(names.size() * 4, 8));
  key_ = process_key();
  for (int tries = 1;; ++tries) {
    slots_.assign(capacity, Slot{});
    names_.clear();
    bool placed = true;
    for (std::size_t i = 0; placed && i < names.size(); ++i) {
      placed = place(names[i], static_cast<std::uint32_t>(i));
    }
    if (placed) return;
    key_.a = mix(key_.a + 1, key_.b);
    if (tries % tries_per_size == 0) capacity *= 2;
  }
}

bool NameIndex::place(std::span<const std::uint8_t> name, std::uint32_t value) {
  const std::uint64_t full = hash(name, key_);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t probe = 0; probe < probe_max; ++probe) {
    Slot& slot = slots_[(full + probe) & mask];
    if (slot.value != none) continue;
    slot = {static_cast<std::uint32_t>(full >> 32U), static_cast<std::uint32_t>(names_.size()),
            value, static_cast<std::uint8_t>(name.size())};
    names_.insert(names_.end(), name.begin(), name.end());
    return true;
  }
  return false;
}

std::uint64_t NameIndex::hash(std::span<const std::uint8_t> name, const Key& key) {
  std::uint64_t state = key.a ^ name.size();
  const std::uint8_t* at = name.data();
  std::size_t left = name.size();
  for (; left >= 8; at += 8, left -= 8) state = mix(state ^ load(at, 8), key.b);
  state = mix(state ^ load(at, left), key.b);
  return mix(state, key.a | 1U);
}

NameIndex::Key NameIndex::process_key() {
  static const Key key = [] {
    std::random_device device;
    const auto word = [&device] { return std::uint64_t{device()} << 32U | device(); };
    return Key{word(), word() | 1U};
  }();
  return key;
}

}  // namespace signpost::dns
