// A tensor as a value of the language. What it can do is in `TensorObject+….swift` and `Tensor+….swift`.

import Lang

public final class TensorObject: Object {
  public var tensor: Tensor

  public init(_ tensor: Tensor) {
    self.tensor = tensor
    super.init(kind: .tensor)
  }

  public override var typeName: String { "tensor" }
  public override var fieldNames: [String] { ["shape", "T"] }
  public override var count: Int? { tensor.shape.first }
  public override var byteCount: Int { tensor.count * 4 }
  public override func copyForWriting() -> Object? { TensorObject(tensor) }
}
