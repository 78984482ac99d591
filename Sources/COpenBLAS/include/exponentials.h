// Loops over float32 elements whose work is exponentials, for what the machine can do; the same results on all. `source` and `target` may be the
// same memory.
#pragma once

/// target = exp(source) / Σ exp(source), shifted by the largest element; the sum is in double.
void tw_softmax(const float *source, float *target, long n);

/// target = exp(source - shift). Gives the sum, in double.
double tw_exponentials(const float *source, float *target, long n, float shift);

/// The activation functions of MLPs, and their derivatives.
enum tw_activation {
  TW_GELU_TANH,
  TW_GELU_TANH_SLOPE,
  TW_QUICK_GELU,
  TW_QUICK_GELU_SLOPE,
  TW_RELU,
  TW_RELU_SLOPE,
  TW_SILU,
  TW_SILU_SLOPE,
};

/// target = f(source).
void tw_activate(enum tw_activation kind, const float *source, float *target, long n);
