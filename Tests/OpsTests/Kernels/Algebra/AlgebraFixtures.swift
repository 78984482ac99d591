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

extension Tensor {
  func named(_ texts: [String], ids: [Int32]? = nil) -> Tensor {
    var tensor = self
    tensor.labels = Labels(Words(texts), ids: ids)
    return tensor
  }
}

/// Whether all elements agree to `tolerance`.
func isClose(_ a: Tensor, _ b: [Double], _ tolerance: Double = 1e-6) throws -> Bool {
  let elements = try a.elements()
  return elements.count == b.count
    && zip(elements, b).allSatisfy { abs(Double($0) - $1) <= tolerance * max(1, abs($1)) }
}

/// The code of the fault that `body` throws.
func code(_ body: () throws -> Void) -> ErrorCode? {
  do {
    try body()
    return nil
  } catch { return (error as? Fault)?.code }
}
