// What an operation may be given where it works on numbers, lists of numbers and tensors alike.

import Lang
import Runtime

/// An argument that holds numbers. Lists, columns and ranges of plain numbers stay in double.
enum Operand {
  case number(Double)
  case numbers([Double])
  /// What elementwise functions answer with a column.
  case column([Double])
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
      if let numbers = Operand.numbers(list.items, missing: list.isColumn ? .nan : nil) {
        self = list.isColumn ? .column(numbers) : .numbers(numbers)
      } else if let tensor = try Tensor(nested: value) {
        self = .tensor(tensor)
      } else {
        return nil
      }
    } else if let range = value.asRange {
      let count = range.count ?? 0
      guard count <= 1 << 26 else { throw Fault.outOfMemory(bytes: Double(count) * 8) }
      self = .numbers((0..<count).map { Double(range.start + $0) })
    } else {
      return nil
    }
  }

  /// `missing` is what nil counts as.
  private static func numbers(_ items: ContiguousArray<Value>, missing: Double?) -> [Double]? {
    var numbers: [Double] = []
    numbers.reserveCapacity(items.count)
    for item in items {
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

  /// The numbers of a list or column, in double; nil for a number and a tensor.
  var doubles: [Double]? {
    switch self {
    case .numbers(let numbers), .column(let numbers): numbers
    case .number, .tensor: nil
    }
  }

  /// As a tensor of rank 0, 1 or more.
  func asTensor() throws -> Tensor {
    switch self {
    case .number(let number): try Tensor(scalar: number)
    case .numbers(let numbers), .column(let numbers): try Tensor(numbers.map { Float($0) })
    case .tensor(let tensor): tensor
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
  func tensorOperand(_ index: Int) throws -> Tensor { try operand(index).asTensor() }

  func optionalWhole(_ index: Int) throws -> Int? { isNil(index) ? nil : try whole(index) }

  /// `f` of a number, of every cell of a column in double, or of every element of a tensor.
  func elementwise(_ number: (Double) -> Double, _ tensor: (Tensor) throws -> Tensor) throws -> Value {
    switch try operand(0) {
    case .number(let x): .number(number(x))
    case .column(let xs): .column(ContiguousArray(xs.map { .number(number($0)) }))
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
