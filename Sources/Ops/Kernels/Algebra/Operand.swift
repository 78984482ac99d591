// What an operation may be given where it works on numbers, lists of numbers and tensors alike.

import Lang
import Runtime

/// An argument that holds numbers. Lists, columns and ranges of plain numbers stay in double.
enum Operand {
  case number(Double)
  case numbers([Double])
  /// What elementwise functions answer with a column.
  case column([Double])
  /// Not written out: it may be longer than the memory.
  case range(RangeObject)
  case tensor(Tensor)

  /// Bools count as 0 and 1. Nil when the value holds something else.
  init?(_ value: Value) throws {
    if let tensor = value.asTensor {
      self = .tensor(tensor)
    } else if let number = value.asNumber {
      self = .number(number)
    } else if let bool = value.asBool {
      self = .number(bool ? 1 : 0)
    } else if let list = value.asList {
      if !list.isColumn, list.items.first?.asBool != nil, let mask = try Tensor(nested: value), mask.isMask {
        self = .tensor(mask)
      } else if let numbers = try Operand.numbers(list.items, missing: list.isColumn ? .nan : nil) {
        self = list.isColumn ? .column(numbers) : .numbers(numbers)
      } else if let tensor = try Tensor(nested: value) {
        self = .tensor(tensor)
      } else {
        return nil
      }
    } else if let range = value.asRange {
      self = .range(range)
    } else {
      return nil
    }
  }

  /// `missing` is what nil counts as.
  private static func numbers(_ items: ContiguousArray<Value>, missing: Double?) throws -> [Double]? {
    var numbers: [Double] = []
    numbers.reserveCapacity(items.count)
    for (index, item) in items.enumerated() {
      if index & 0xFFFF == 0xFFFF { try checkInterrupt() }
      if let number = item.asNumber {
        numbers.append(number)
      } else if let bool = item.asBool {
        numbers.append(bool ? 1 : 0)
      } else if let missing, item.isNil {
        numbers.append(missing)
      } else {
        return nil
      }
    }
    return numbers
  }

  /// The numbers of a list, column or range, in double; nil for a number and a tensor. Throws `outOfMemory` for a long range.
  func doubles() throws -> [Double]? {
    switch self {
    case .numbers(let numbers), .column(let numbers): return numbers
    case .range(let range):
      let count = range.count ?? 0
      try checkListFits(count, bytesEach: MemoryLayout<Double>.stride)
      var numbers: [Double] = []
      numbers.reserveCapacity(count)
      try inBlocks(count) { block in
        for index in block { numbers.append(Double(range.start + index)) }
      }
      return numbers
    case .number, .tensor: return nil
    }
  }

  /// As a tensor of rank 0, 1 or more.
  func asTensor() throws -> Tensor {
    switch self {
    case .number(let number): try Tensor(scalar: number)
    case .numbers(let numbers), .column(let numbers):
      try Tensor(shape: [numbers.count]) { target in
        try inBlocks(numbers.count) { block in
          for place in block { target[place] = Float(numbers[place]) }
        }
      }
    case .range(let range): try Tensor(numbersOf: range)
    case .tensor(let tensor): tensor
    }
  }
}

extension Tensor {
  /// The numbers of a range as a vector.
  init(numbersOf range: RangeObject) throws {
    try self.init(shape: [range.count ?? 0]) { target in
      let tiles = Tiles(target.count, of: 1 << 18)
      try parallel(tiles.count) { tile in
        for place in tiles[tile] { target[place] = Float(range.start + place) }
      }
    }
  }
}

extension Call {
  func operand(_ index: Int) throws -> Operand {
    guard let operand = try Operand(self[index]) else {
      guard self[index].asList != nil, let misfit = Tensor.misfit(in: self[index]) else {
        throw wrongType(index, "numbers")
      }
      throw Fault.wrongType(
        operation: operation.name, parameter: parameterName(index), wanted: "numbers",
        got: "\(self[index].typePhrase) that holds \(misfit.typePhrase)")
    }
    return operand
  }

  /// A tensor, or a list of numbers as one.
  package func tensorOperand(_ index: Int) throws -> Tensor { try operand(index).asTensor() }

  /// A whole number, or nil where the argument is nil. Throws as `whole`.
  package func optionalWhole(_ index: Int) throws -> Int? { isNil(index) ? nil : try whole(index) }

  /// `f` of a number, of every cell of a column in double, or of every element of a tensor.
  package func elementwise(_ number: (Double) -> Double, _ tensor: (Tensor) throws -> Tensor) throws -> Value {
    switch try operand(0) {
    case .number(let x): .number(number(x))
    case .column(let xs): .column(try xs.mapInBlocks { .number(number($0)) })
    case let other: .tensor(try tensor(other.asTensor()))
    }
  }

  /// Sizes given as numbers or as one list, e.g. of `zeros(2, 3)`. Argument `index` is the list of all of them.
  func sizes(_ index: Int) throws -> [Int] {
    var items = try list(index)
    if items.count == 1, let inner = items[0].asList { items = inner.items }
    return try items.enumerated().map { place, item in
      guard let number = item.asNumber else {
        throw wrongElement(index, "numbers or one list of them", at: place, item)
      }
      return try wholeNumber(number, what: "a size")
    }
  }

  /// Sizes that are a shape: none is negative.
  func shape(_ index: Int) throws -> [Int] {
    let sizes = try sizes(index)
    for size in sizes where size < 0 { throw Fault.badShape("`\(operation.name)` got the negative size \(size)") }
    return sizes
  }
}
