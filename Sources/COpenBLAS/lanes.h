// What the kernels of float32 share: vectors of 16 elements, which the compiler makes of as many registers as the machine's need, and
// the choice among versions of a kernel for what the machine can do.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Vectors wider than the machine's are passed between functions that are all inlined: there is no convention to be changed.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES 16

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

#define INLINE static inline __attribute__((always_inline))

INLINE lanes load(const float *p) {
  lanes x;
  memcpy(&x, p, sizeof x);
  return x;
}

INLINE void store(float *p, lanes x) { memcpy(p, &x, sizeof x); }

INLINE int least(int a, int b) { return a < b ? a : b; }

typedef enum { PLAIN, AVX2, AVX512 } machine;

#if defined(__x86_64__)
#define FOR_AVX2 __attribute__((target("avx2,fma,f16c")))
#define FOR_AVX512 __attribute__((target("avx512f,fma,f16c")))

INLINE machine this_machine(void) {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("fma") || !__builtin_cpu_supports("f16c")) return PLAIN;
  return __builtin_cpu_supports("avx512f") ? AVX512 : __builtin_cpu_supports("avx2") ? AVX2 : PLAIN;
}
#else
#define FOR_AVX2
#define FOR_AVX512

INLINE machine this_machine(void) { return PLAIN; }
#endif
