// Numbers as weights files store them, read as float32 where they lie.
#pragma once
#include <stddef.h>

/// How a number is stored. The types from TW_Q8_0 on are llama.cpp's: blocks of whole numbers of few bits with a scale, some with an offset.
enum tw_type {
  TW_F32,
  TW_F16,
  TW_BF16,
  TW_Q8_0,
  TW_Q4_0,
  TW_Q4_1,
  TW_Q5_0,
  TW_Q5_1,
  TW_IQ4_NL,
  TW_Q2_K,
  TW_Q3_K,
  TW_Q4_K,
  TW_Q5_K,
  TW_Q6_K,
  TW_IQ4_XS,
};

/// Numbers that are stored together: 1, 32 or 256; and the bytes that they take.
int tw_block_elements(enum tw_type type);
int tw_block_bytes(enum tw_type type);

/// target[0 ..< count] = the stored numbers from number `first` on. Reads nothing outside their blocks. Exact, but for the one rounding of
/// types with an offset. Source of the blocks' formulas: ggml-quants.c (`dequantize_row_…`) and gguf-py (`quants.py`).
void tw_widen(enum tw_type type, const void *bytes, size_t first, size_t count, float *target);
