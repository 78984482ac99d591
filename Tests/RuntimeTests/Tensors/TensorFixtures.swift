// Shared by the tensor tests: 3 x 4 and 2 x 3 x 4 tensors of 0, 1, 2, …, and a small vocabulary.

import Lang
import Runtime

/// numpy: np.arange(n, dtype=np.float32).reshape(shape)
func counting(_ shape: Int...) throws -> Tensor {
  try Tensor((0..<shape.reduce(1, *)).map { Float($0) }).reshaped(shape)
}

final class Words: Vocabulary {
  let texts: [String]
  init(_ texts: [String]) { self.texts = texts }
  var count: Int { texts.count }
  func text(of id: Int) -> String { texts[id] }
  func ids(of text: String) -> [Int] { texts.indices.filter { texts[$0] == text } }
}

/// Tokens of bytes: two that are not UTF-8, and one whose text is U+FFFD itself.
final class StrayWords: Vocabulary {
  private let tokens: [[UInt8]] = [[0xF0, 0x9F], [0x20, 0x61, 0x0A, 0xFF], [0xEF, 0xBF, 0xBD]]
  var count: Int { tokens.count }
  func text(of id: Int) -> String { String(decoding: tokens[id], as: UTF8.self) }
  func ids(of text: String) -> [Int] { tokens.indices.filter { self.text(of: $0) == text } }
  func strayBytes(of id: Int) -> [UInt8]? {
    String(validating: tokens[id], as: UTF8.self) == nil ? tokens[id] : nil
  }
}

let words = Words([" king", " man", "\u{FFFD}", "\u{FFFD}", " queen", "\u{FFFD}"])

/// Rows named by `words`: row i is [i, 10 i].
func labelled() throws -> Tensor {
  var tensor = try Tensor((0..<6).flatMap { [Float($0), Float(10 * $0)] }).reshaped([6, 2])
  tensor.labels = Labels(words)
  return tensor
}

func slice(_ start: Int?, _ end: Int?, _ step: Int = 1) -> Value {
  .object(SliceObject(start: start, end: end, step: step))
}

extension Tensor {
  subscript(_ indices: Value...) -> Value { get throws { try TensorObject(self).element(at: indices) } }
}

/// The message of the fault that `body` throws.
func message(_ body: () throws -> Void) -> (code: ErrorCode, message: String, help: String?)? {
  do {
    try body()
    return nil
  } catch let fault as Fault {
    return (fault.code, fault.message, fault.help)
  } catch {
    return nil
  }
}
