// Masks: tensors of true and false, held as 1 and 0.

import Lang

extension Tensor {
  /// A mask of rank 0.
  package init(truth: Bool) throws {
    try self.init(scalar: truth ? 1 : 0)
    isMask = true
  }

  /// Where `condition` holds.
  package func mask(where condition: (Float) -> Bool) throws -> Tensor {
    var result = try mapped { condition($0) ? 1 : 0 }
    result.isMask = true
    return result
  }

  /// The same elements as truths. The caller knows that all are 0 or 1.
  package var asMask: Tensor {
    var result = self
    result.isMask = true
    return result
  }

  /// The same elements as the numbers 0 and 1.
  package var asNumbers: Tensor {
    var result = self
    result.isMask = false
    return result
  }

  /// `~self` of a mask.
  func inverted() throws -> Tensor { try mask { $0 == 0 } }

  /// The element `offset` places behind the start of the storage, as a value of the language: a number, or a bool of a mask.
  func value(at offset: Int) throws -> Value {
    let element = try storage.number(at: offset)
    return isMask ? .bool(element != 0) : .number(Double(element))
  }

  /// The truth of a mask of one element, nil for all other tensors.
  package func truth() throws -> Bool? { isMask && count == 1 ? try first() != 0 : nil }
}
