// NameIndex: lower-cased name -> number, by open addressing in one array.
//
// Built once, then read by many threads. The hash is keyed with random numbers of this process;
// since clients add nothing to the table they can only choose which slots are looked at, and that
// number is bounded when the table is built: a layout with a longer probe is thrown away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace signpost::dns {

class NameIndex {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  /// Slots looked at for one name: four cache lines. The table is at most a quarter full; with
  /// 15,000 names the longest probe of 40 random layouts was 11.
  static constexpr std::size_t probe_max = 16;

  /// Distinct names in lower-case wire form; the number of each is its position.
  void build(const std::vector<std::span<const std::uint8_t>>& names);

  [[nodiscard]] std::uint32_t find(std::span<const std::uint8_t> name) const;

 private:
  struct Slot {
    std::uint32_t hash = 0;  // high half; the low half chose the slot
    std::uint32_t name_at = 0;
    std::uint32_t value = none;
    std::uint8_t size = 0;  // octets of the name
  };
  struct Key {
    std::uint64_t a = 0, b = 0;
  };
  static Key process_key();
  static std::uint64_t hash(std::span<const std::uint8_t> name, const Key& key);
  bool place(std::span<const std::uint8_t> name, std::uint32_t value);

  Key key_;
  std::vector<Slot> slots_;  // a power of two
  std::vector<std::uint8_t> names_;
};

}  // namespace signpost::dns
