// Stored numbers as float32, for what the machine can do.
#include "elements.h"

int tw_block_elements(enum tw_type type) { return block_sizes[type].elements; }
int tw_block_bytes(enum tw_type type) { return block_sizes[type].bytes; }

FOR_AVX512 void tw_widen_avx512(enum tw_type type, const void *bytes, size_t first, size_t count, float *target) {
  widen_any(type, bytes, first, count, target);
}

FOR_AVX2 void tw_widen_avx2(enum tw_type type, const void *bytes, size_t first, size_t count, float *target) {
  widen_any(type, bytes, first, count, target);
}

void tw_widen_plain(enum tw_type type, const void *bytes, size_t first, size_t count, float *target) {
  widen_any(type, bytes, first, count, target);
}

void tw_widen(enum tw_type type, const void *bytes, size_t first, size_t count, float *target) {
  widener *wideners[] = {[PLAIN] = tw_widen_plain, [AVX2] = tw_widen_avx2, [AVX512] = tw_widen_avx512};
  wideners[this_machine()](type, bytes, first, count, target);
}
