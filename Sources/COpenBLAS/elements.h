// Sixteen stored numbers as float32, for every type. The scale and the offset of a block hold for sixteen numbers at least in all of them. A product
// of a block's few bits is exact in float32, so that every right reader gets the same bits, with fused multiplications or without.
#pragma once
#include "include/elements.h"
#include "lanes.h"

// Numbers of a block, and its bytes.
static const struct { int elements, bytes; } block_sizes[] = {
    [TW_F32] = {1, 4},     [TW_F16] = {1, 2},     [TW_BF16] = {1, 2},    [TW_Q8_0] = {32, 34},   [TW_Q4_0] = {32, 18},
    [TW_Q4_1] = {32, 20},  [TW_Q5_0] = {32, 22},  [TW_Q5_1] = {32, 24},  [TW_IQ4_NL] = {32, 18}, [TW_Q2_K] = {256, 84},
    [TW_Q3_K] = {256, 110}, [TW_Q4_K] = {256, 144}, [TW_Q5_K] = {256, 176}, [TW_Q6_K] = {256, 210}, [TW_IQ4_XS] = {256, 136},
};

typedef int integers __attribute__((vector_size(LANES * 4)));
typedef unsigned words __attribute__((vector_size(LANES * 4)));
typedef unsigned char octets __attribute__((vector_size(LANES)));

// The number goes to a vector register as a word: read as sixteen bits it would wait for what the register held before.
INLINE float half(const void *p) {
  typedef _Float16 halves __attribute__((vector_size(16)));
  typedef unsigned raw __attribute__((vector_size(16)));
  uint16_t stored;
  memcpy(&stored, p, sizeof stored);
  raw word = {stored};
#if defined(__x86_64__)
  __asm__("" : "+x"(word));
#endif
  return (float)((halves)word)[0];
}

INLINE lanes lanes_of_f16(const void *p) {
  typedef _Float16 halves __attribute__((vector_size(LANES * 2)));
  halves x;
  memcpy(&x, p, sizeof x);
  return __builtin_convertvector(x, lanes);
}

INLINE lanes lanes_of_bf16(const void *p) {
  typedef unsigned short shorts __attribute__((vector_size(LANES * 2)));
  shorts x;
  memcpy(&x, p, sizeof x);
  return (lanes)(__builtin_convertvector(x, words) << 16);
}

// Sixteen bytes as whole numbers.
INLINE integers unsigned_bytes(const void *p) {
  octets x;
  memcpy(&x, p, sizeof x);
  return __builtin_convertvector(x, integers);
}

INLINE integers signed_bytes(const void *p) {
  typedef signed char chars __attribute__((vector_size(LANES)));
  chars x;
  memcpy(&x, p, sizeof x);
  return __builtin_convertvector(x, integers);
}

INLINE lanes numbers_of(integers x) { return __builtin_convertvector(x, lanes); }

// Half of the sixteen bytes at `p`: the low bits are numbers 0 to 15, the high ones 16 to 31.
INLINE integers nibbles(const uint8_t *p, int high) { return (unsigned_bytes(p) >> (high ? 4 : 0)) & 15; }

// Bit `shift` of each of sixteen bytes, as the fifth bit.
INLINE integers fifth_bits(const uint8_t *p, int shift) { return ((unsigned_bytes(p) >> shift) & 1) << 4; }

// Bits of a word as the fifth bits of sixteen numbers.
INLINE integers fifth_bits_of_word(const uint8_t *p, int high) {
  static const integers places = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  uint32_t word;
  memcpy(&word, p, sizeof word);
  return ((((integers){0} + (int)(word >> (high ? 16 : 0) & 0xFFFF)) >> places) & 1) << 4;
}

// The levels that the numbers 0 to 15 of IQ4 stand for.
INLINE integers iq4_levels(integers q) {
  static const int8_t levels[] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
  integers made;
  for (int i = 0; i < LANES; i++) made[i] = levels[q[i] & 15];
  return made;
}

// The scale and the least value of the 32 numbers `j` of Q4_K and Q5_K, six bits each, in twelve bytes.
INLINE int scale_of_k(const uint8_t *p, int j) { return j < 4 ? p[j] & 63 : (p[j + 4] & 15) | (p[j - 4] >> 6) << 4; }
INLINE int least_of_k(const uint8_t *p, int j) { return j < 4 ? p[j + 4] & 63 : p[j + 4] >> 4 | (p[j] >> 6) << 4; }

// Numbers e to e + 15; e is a multiple of 16 for types in blocks. `type` is known to the compiler.
INLINE lanes load_of(enum tw_type type, const void *bytes, size_t e) {
  const uint8_t *all = bytes;
  if (type == TW_F32) return load((const float *)bytes + e);
  if (type == TW_F16) return lanes_of_f16(all + 2 * e);
  if (type == TW_BF16) return lanes_of_bf16(all + 2 * e);
  if (type <= TW_IQ4_NL) {
    int high = e / LANES % 2;
    const uint8_t *p = all + e / 32 * block_sizes[type].bytes;
    switch (type) {
    case TW_Q8_0: return numbers_of(signed_bytes(p + 2 + high * LANES)) * half(p);
    case TW_Q4_0: return numbers_of(nibbles(p + 2, high) - 8) * half(p);
    case TW_Q4_1: return numbers_of(nibbles(p + 4, high)) * half(p) + half(p + 2);
    case TW_Q5_0: return numbers_of((nibbles(p + 6, high) | fifth_bits_of_word(p + 2, high)) - 16) * half(p);
    case TW_Q5_1: return numbers_of(nibbles(p + 8, high) | fifth_bits_of_word(p + 4, high)) * half(p) + half(p + 2);
    default: return numbers_of(iq4_levels(nibbles(p + 2, high))) * half(p);
    }
  }
  const uint8_t *p = all + e / 256 * block_sizes[type].bytes;
  // The numbers of a block of 256: half n, 32 numbers j, sixteen of them.
  int n = e / 128 % 2, j = e / 32 % 4, l = e % 32, group = e / LANES % LANES, b = e / 32 % 8;
  switch (type) {
  case TW_Q2_K: {
    integers q = (unsigned_bytes(p + 16 + 32 * n + l) >> (2 * j)) & 3;
    return numbers_of(q) * (half(p + 80) * (float)(p[group] & 15)) - half(p + 82) * (float)(p[group] >> 4);
  }
  case TW_Q3_K: {
    int low = group < 8 ? p[96 + group] & 15 : p[88 + group] >> 4;
    int scale = low | ((p[104 + group % 4] >> (2 * (group / 4))) & 3) << 4;
    integers q = (unsigned_bytes(p + 32 + 32 * n + l) >> (2 * j)) & 3;
    integers is_high = (unsigned_bytes(p + l) >> (4 * n + j)) & 1;
    return numbers_of(q - 4 + 4 * is_high) * (half(p + 108) * (float)(scale - 32));
  }
  case TW_Q4_K: {
    integers q = nibbles(p + 16 + 32 * (b / 2) + l, b % 2);
    return numbers_of(q) * (half(p) * (float)scale_of_k(p + 4, b)) - half(p + 2) * (float)least_of_k(p + 4, b);
  }
  case TW_Q5_K: {
    integers q = nibbles(p + 48 + 32 * (b / 2) + l, b % 2) | fifth_bits(p + 16 + l, b);
    return numbers_of(q) * (half(p) * (float)scale_of_k(p + 4, b)) - half(p + 2) * (float)least_of_k(p + 4, b);
  }
  case TW_Q6_K: {
    integers q = nibbles(p + 64 * n + 32 * (j % 2) + l, j / 2);
    q |= ((unsigned_bytes(p + 128 + 32 * n + l) >> (2 * j)) & 3) << 4;
    return numbers_of(q - 32) * (half(p + 208) * (float)(int8_t)p[192 + group]);
  }
  default: {
    int scale = ((p[4 + b / 2] >> (4 * (b % 2))) & 15) | (((p[2] | p[3] << 8) >> (2 * b)) & 3) << 4;
    return numbers_of(iq4_levels(nibbles(p + 8 + 16 * b, l / LANES))) * (half(p) * (float)(scale - 32));
  }
  }
}

// Number e. The sixteen around it lie in its block; types without blocks are read one by one, for there may be none behind it.
INLINE float element_of(enum tw_type type, const void *bytes, size_t e) {
  if (type == TW_F32) {
    float made;
    memcpy(&made, (const char *)bytes + 4 * e, sizeof made);
    return made;
  }
  if (type == TW_F16) return half((const char *)bytes + 2 * e);
  if (type == TW_BF16) {
    uint16_t x;
    memcpy(&x, (const char *)bytes + 2 * e, sizeof x);
    uint32_t bits = (uint32_t)x << 16;
    float made;
    memcpy(&made, &bits, sizeof made);
    return made;
  }
  return load_of(type, bytes, e / LANES * LANES)[e % LANES];
}

// Asks for the memory of number e, which may lie behind the last.
INLINE void prefetch(enum tw_type type, const void *bytes, size_t e) {
  if (type < TW_Q8_0) __builtin_prefetch((const char *)bytes + e * (type == TW_F32 ? 4 : 2));
}

// target[0 ..< count] = numbers `first` to first + count - 1.
INLINE void widen_of(enum tw_type type, const void *bytes, size_t first, size_t count, float *target) {
  size_t i = 0;
  if (type >= TW_Q8_0)
    for (; i < count && (first + i) % LANES != 0; i++) target[i] = element_of(type, bytes, first + i);
  // Whole blocks: their scales are read once.
  const size_t block = (size_t)block_sizes[type].elements;
  if (type >= TW_Q8_0 && i < count) {
    for (; i + LANES <= count && (first + i) % block != 0; i += LANES) store(target + i, load_of(type, bytes, first + i));
    const uint8_t *p = (const uint8_t *)bytes + (first + i) / block * (size_t)block_sizes[type].bytes;
    for (; i + block <= count; i += block, p += block_sizes[type].bytes)
#pragma clang loop unroll(full)
      for (size_t e = 0; e < block; e += LANES) store(target + i + e, load_of(type, p, e));
  }
  for (; i + LANES <= count; i += LANES) store(target + i, load_of(type, bytes, first + i));
  for (; i < count; i++) target[i] = element_of(type, bytes, first + i);
}

// The same for a type that the compiler does not know.
INLINE void widen_any(enum tw_type type, const void *bytes, size_t first, size_t count, float *target) {
  switch (type) {
#define WIDEN(TYPE) \
  case TYPE: return widen_of(TYPE, bytes, first, count, target);
    WIDEN(TW_F32)
    WIDEN(TW_F16)
    WIDEN(TW_BF16)
    WIDEN(TW_Q8_0)
    WIDEN(TW_Q4_0)
    WIDEN(TW_Q4_1)
    WIDEN(TW_Q5_0)
    WIDEN(TW_Q5_1)
    WIDEN(TW_IQ4_NL)
    WIDEN(TW_Q2_K)
    WIDEN(TW_Q3_K)
    WIDEN(TW_Q4_K)
    WIDEN(TW_Q5_K)
    WIDEN(TW_Q6_K)
    WIDEN(TW_IQ4_XS)
  }
}

// For the machine that the name says; never inlined, so that one copy serves all kernels.
typedef void widener(enum tw_type type, const void *bytes, size_t first, size_t count, float *target);
widener tw_widen_avx512, tw_widen_avx2, tw_widen_plain;
