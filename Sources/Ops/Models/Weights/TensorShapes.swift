// Shapes of the stored tensors, for families whose config.json leaves the sizes to them.

import Lang

package struct TensorShapes {
  /// As messages name the file.
  let path: String
  private let shape: (String) -> [Int]?

  init(path: String, _ shape: @escaping (String) -> [Int]?) { (self.path, self.shape) = (path, shape) }

  /// Nil where there is no such tensor.
  subscript(name: String) -> [Int]? { shape(name) }

  /// The shape of a tensor that has so many axes, none of them empty. Throws `badWeights`.
  func of(_ name: String, axes: Int) throws -> [Int] {
    guard let shape = shape(name) else { throw Fault.badWeights(path, tensor: name, reason: "it is missing") }
    guard shape.count == axes, shape.allSatisfy({ $0 > 0 }) else {
      throw Fault.badWeights(path, tensor: name, reason: "its shape is \(shape), it has \(axes) axes in this family")
    }
    return shape
  }

  /// How many blocks there are: `name` gives a tensor that each of them has.
  func blocks(_ name: (Int) -> String) -> Int {
    var count = 0
    while shape(name(count)) != nil { count += 1 }
    return count
  }
}
