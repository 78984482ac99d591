// How the numbers of a weights file are stored. Everything is float32 once it is used.

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

  /// Elements that are stored together, and the bytes that they take.
  package var block: (elements: Int, bytes: Int) {
    switch self {
    case .float32: (1, 4)
    case .float16, .bfloat16: (1, 2)
    case .q80: (32, 34)
    case .q40, .iq4nl: (32, 18)
    case .q41: (32, 20)
    case .q50: (32, 22)
    case .q51: (32, 24)
    case .q2k: (256, 84)
    case .q3k: (256, 110)
    case .q4k: (256, 144)
    case .q5k: (256, 176)
    case .q6k: (256, 210)
    case .iq4xs: (256, 136)
    }
  }

  package var isBlocked: Bool { block.elements > 1 }
}
