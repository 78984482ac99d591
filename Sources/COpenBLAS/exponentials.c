// Exponentials in float32: the softmax of the attention, and the activations of the MLPs. A thousand tokens take a hundred million of them.
// Every element is computed with the same roundings on every machine: no fused multiplications.
#include "exponentials.h"
#include "lanes.h"
#include <math.h>

#pragma clang fp contract(off)

typedef int32_t whole __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef double half_lanes __attribute__((vector_size(LANES / 2 * sizeof(double))));
typedef float half_floats __attribute__((vector_size(LANES / 2 * sizeof(float))));

// `then` where the mask is set, else `other`.
INLINE lanes choose(whole mask, lanes then, lanes other) { return (lanes)((mask & (whole)then) | (~mask & (whole)other)); }

// e^x to 2 units in the last place; 0 below -87.3, e^88 above 88, NaN of NaN.
// Source: Cephes (Moshier), `expf`: e^x = 2^n e^r with |r| <= ln 2 / 2 and a polynomial of degree 7 for e^r.
INLINE lanes exponential(lanes x) {
  lanes zero = {0};
  whole vanishes = x < -87.3f;
  x = choose(vanishes, zero - 87.3f, x);
  x = choose(x > 88, zero + 88, x);
  // Adding 1.5 * 2^23 rounds to a whole number n and leaves it in the low bits.
  const float shifter = 12582912;
  lanes shifted = x * 1.44269504f + shifter;
  lanes n = shifted - shifter;
  // ln 2 in two parts, so that r is exact.
  lanes r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  lanes p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1;
  lanes result = p * (lanes)(((whole)shifted << 23) + 0x3F800000);
  return choose(vanishes, zero, result);
}

INLINE half_lanes doubles(lanes x, int half) {
  half_floats part;
  memcpy(&part, (const char *)&x + half * sizeof part, sizeof part);
  return __builtin_convertvector(part, half_lanes);
}

INLINE lanes load_part(const float *p, int count, float rest) {
  float part[LANES];
  for (int i = 0; i < LANES; i++) part[i] = i < count ? p[i] : rest;
  return load(part);
}

INLINE void store_part(float *p, int count, lanes x) {
  float part[LANES];
  store(part, x);
  for (int i = 0; i < count; i++) p[i] = part[i];
}

// The largest element, passing over NaN; -inf of none.
INLINE float largest(const float *p, long n) {
  lanes most = (lanes){0} - INFINITY;
  long i = 0;
  for (; i + LANES <= n; i += LANES) {
    lanes x = load(p + i);
    most = choose(x > most, x, most);
  }
  lanes rest = load_part(p + i, (int)(n - i), -INFINITY);
  most = choose(rest > most, rest, most);
  float part[LANES];
  store(part, most);
  for (int j = 1; j < LANES; j++)
    if (part[j] > part[0]) part[0] = part[j];
  return part[0];
}

// target = exp(source - shift), and the sum of what is written, in double.
INLINE double exponentials(const float *source, float *target, long n, float shift) {
  half_lanes low = {0}, high = {0};
  long i = 0;
  for (; i + LANES <= n; i += LANES) {
    lanes x = exponential(load(source + i) - shift);
    store(target + i, x);
    low += doubles(x, 0);
    high += doubles(x, 1);
  }
  if (i < n) {
    lanes x = exponential(load_part(source + i, (int)(n - i), shift) - shift);
    store_part(target + i, (int)(n - i), x);
    x = load_part(target + i, (int)(n - i), 0);
    low += doubles(x, 0);
    high += doubles(x, 1);
  }
  low += high;
  double part[LANES / 2];
  memcpy(part, &low, sizeof part);
  for (int half = LANES / 4; half > 0; half /= 2)
    for (int j = 0; j < half; j++) part[j] += part[j + half];
  return part[0];
}

INLINE void softmax(const float *source, float *target, long n) {
  double sum = exponentials(source, target, n, largest(source, n));
  float factor = (float)(1 / sum);
  long i = 0;
  for (; i + LANES <= n; i += LANES) store(target + i, load(target + i) * factor);
  for (; i < n; i++) target[i] *= factor;
}

// x s(a x), where s is the sigmoid, is x / (1 + exp(-a x)). Far below zero it comes to -0, the limit; there e^88, where the
// exponential stops, would leave x / e^88, which is no small number for a large x.
INLINE lanes sigmoid_times(lanes x, lanes exponent) {
  lanes zero = {0};
  return choose(exponent > 88, -zero, x / (1 + exponential(exponent)));
}

// The derivative of x s(v) by x, where `slope` is v': s + x s (1 - s) v'. Where s is 0 or 1 in float32, x v' may be anything.
INLINE lanes sigmoid_times_slope(lanes x, lanes v, lanes slope) {
  lanes zero = {0}, s = 1 / (1 + exponential(-v));
  lanes result = s + x * s * (1 - s) * slope;
  return choose(v < -87, zero, choose(v > 30, zero + 1, result));
}

INLINE lanes activation(enum tw_activation kind, lanes x) {
  lanes zero = {0}, square = x * x;
  switch (kind) {
    // ½ x (1 + tanh u) = x s(2u), u = √(2/π) (x + 0.044715 x³)
    case TW_GELU_TANH: return sigmoid_times(x, -1.5957691216057308f * (x + 0.044715f * x * x * x));
    case TW_GELU_TANH_SLOPE:
      return sigmoid_times_slope(x, 1.5957691216057308f * (x + 0.044715f * square * x),
                                 1.5957691216057308f * (1 + 0.134145f * square));
    case TW_QUICK_GELU: return sigmoid_times(x, -1.702f * x);
    case TW_QUICK_GELU_SLOPE: return sigmoid_times_slope(x, 1.702f * x, zero + 1.702f);
    case TW_SILU: return sigmoid_times(x, -x);
    case TW_SILU_SLOPE: return sigmoid_times_slope(x, x, zero + 1);
    case TW_RELU: return choose(x < 0, zero, x);
    // 0 at 0, as PyTorch has it; NaN of NaN.
    case TW_RELU_SLOPE: return choose(x <= 0, zero, choose(x > 0, zero + 1, x));
  }
}

INLINE void activate(enum tw_activation kind, const float *source, float *target, long n) {
  long i = 0;
  for (; i + LANES <= n; i += LANES) store(target + i, activation(kind, load(source + i)));
  if (i < n) store_part(target + i, (int)(n - i), activation(kind, load_part(source + i, (int)(n - i), 0)));
}

// One loop for each kind: the choice is made outside.
INLINE void activate_all(enum tw_activation kind, const float *source, float *target, long n) {
  switch (kind) {
    case TW_GELU_TANH: return activate(TW_GELU_TANH, source, target, n);
    case TW_GELU_TANH_SLOPE: return activate(TW_GELU_TANH_SLOPE, source, target, n);
    case TW_QUICK_GELU: return activate(TW_QUICK_GELU, source, target, n);
    case TW_QUICK_GELU_SLOPE: return activate(TW_QUICK_GELU_SLOPE, source, target, n);
    case TW_SILU: return activate(TW_SILU, source, target, n);
    case TW_SILU_SLOPE: return activate(TW_SILU_SLOPE, source, target, n);
    case TW_RELU: return activate(TW_RELU, source, target, n);
    case TW_RELU_SLOPE: return activate(TW_RELU_SLOPE, source, target, n);
  }
}

#define VERSIONS(TARGET, SUFFIX)                                                                               \
  TARGET static void softmax_##SUFFIX(const float *source, float *target, long n) { softmax(source, target, n); } \
  TARGET static double exponentials_##SUFFIX(const float *source, float *target, long n, float shift) {        \
    return exponentials(source, target, n, shift);                                                             \
  }                                                                                                            \
  TARGET static void activate_##SUFFIX(enum tw_activation kind, const float *source, float *target, long n) {  \
    activate_all(kind, source, target, n);                                                                     \
  }

VERSIONS(, plain)
VERSIONS(FOR_AVX2, avx2)
VERSIONS(FOR_AVX512, avx512)

#define CHOOSE(NAME, ...)                                               \
  switch (this_machine()) {                                             \
    case AVX512: return NAME##_avx512(__VA_ARGS__);                     \
    case AVX2: return NAME##_avx2(__VA_ARGS__);                         \
    case PLAIN: return NAME##_plain(__VA_ARGS__);                       \
  }

void tw_softmax(const float *source, float *target, long n) { CHOOSE(softmax, source, target, n) }

double tw_exponentials(const float *source, float *target, long n, float shift) {
  CHOOSE(exponentials, source, target, n, shift)
}

void tw_activate(enum tw_activation kind, const float *source, float *target, long n) {
  CHOOSE(activate, kind, source, target, n)
}
