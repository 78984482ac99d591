// How the numbers of a weights file are stored. They stay as they are; what computes with them reads them as float32.

import COpenBLAS

package enum ElementType: String, CaseIterable {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  // Blocks of llama.cpp's files: whole numbers of few bits with a scale, and some with an offset, for each block.
  case q80 = "Q8_0"
  case q40 = "Q4_0"
  case q41 = "Q4_1"
  case q50 = "Q5_0"
  case q51 = "Q5_1"
  case q2k = "Q2_K"
  case q3k = "Q3_K"
  case q4k = "Q4_K"
  case q5k = "Q5_K"
  case q6k = "Q6_K"
  case iq4nl = "IQ4_NL"
  case iq4xs = "IQ4_XS"

  /// As the kernels call it.
  package var kernelType: tw_type {
    switch self {
    case .float32: TW_F32
    case .float16: TW_F16
    case .bfloat16: TW_BF16
    case .q80: TW_Q8_0
    case .q40: TW_Q4_0
    case .q41: TW_Q4_1
    case .q50: TW_Q5_0
    case .q51: TW_Q5_1
    case .q2k: TW_Q2_K
    case .q3k: TW_Q3_K
    case .q4k: TW_Q4_K
    case .q5k: TW_Q5_K
    case .q6k: TW_Q6_K
    case .iq4nl: TW_IQ4_NL
    case .iq4xs: TW_IQ4_XS
    }
  }

  /// Elements that are stored together, and the bytes that they take.
  package var block: (elements: Int, bytes: Int) {
    (Int(tw_block_elements(kernelType)), Int(tw_block_bytes(kernelType)))
  }

  package var isBlocked: Bool { block.elements > 1 }
}
