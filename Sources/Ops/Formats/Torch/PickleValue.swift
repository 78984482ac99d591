// What a pickle may hold. Nothing in it is called or run: a name of Python is a name, and the few that stand for data are
// understood by `PickleReader`.

import Lang
import Runtime

package enum PickleValue {
  case none
  case bool(Bool)
  case whole(Int)
  case number(Double)
  case text(String)
  case tuple(PickleTuple)
  case list(PickleList)
  case dictionary(PickleDictionary)
  /// "torch.float32", as a value.
  case name(String)
  case storage(TorchStorage)
  case tensor(TorchTensor)

  package var asText: String? { if case .text(let text) = self { text } else { nil } }
  package var asWhole: Int? { if case .whole(let number) = self { number } else { nil } }
  package var asDictionary: PickleDictionary? { if case .dictionary(let value) = self { value } else { nil } }
  package var asTensor: TorchTensor? { if case .tensor(let tensor) = self { tensor } else { nil } }

  /// The value of a pickle that holds plain values alone, and names nothing of Python's: protocols 2 to 5. Throws `badFile` with the opcode
  /// or name that is not allowed, or where it is damaged.
  package static func plain(_ file: MappedFile) throws -> PickleValue {
    try PickleReader.plain(file.bytes, path: file.path)
  }

  /// For messages: a text, its beginning if it is long, or a number; of other values what they are.
  package var shortText: String {
    switch self {
    case .text(let text):
      text.utf8.count > 200 ? Printer.quoted(String(text.unicodeScalars.prefix(60))) + "…" : Printer.quoted(text)
    case .whole(let number): String(number)
    default: phrase
    }
  }

  /// With its article, for messages.
  package var phrase: String {
    switch self {
    case .none: "None"
    case .bool: "a bool"
    case .whole, .number: "a number"
    case .text: "a string"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dict"
    case .name(let name): name
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }

  /// How deep containers are nested in this value, itself counted.
  var depth: Int { container?.depth ?? 0 }

  /// What may be recalled any number of times: no containers are below it but tuples of single values, so nothing grows and no circle closes.
  var isFlat: Bool { container?.isFlat ?? true }

  var container: PickleContainer? {
    switch self {
    case .tuple(let tuple): tuple
    case .list(let list): list
    case .dictionary(let dictionary): dictionary
    default: nil
    }
  }
}

/// What holds other values; others may hold it too.
package class PickleContainer {
  /// Kept while it grows, so that nesting is bounded without a walk.
  fileprivate(set) var depth = 1
  fileprivate(set) var isFlat = true
  /// How often it lies on the reader's stack, where it may still grow.
  var timesOnStack = 0

  fileprivate func take(_ values: some Sequence<PickleValue>, allowsTuples: Bool) {
    for value in values {
      depth = max(depth, 1 + value.depth)
      guard value.container != nil else { continue }
      if case .tuple(let tuple) = value, allowsTuples, tuple.isFlat { continue }
      isFlat = false
    }
  }
}

package final class PickleTuple: PickleContainer {
  package let items: [PickleValue]

  init(_ items: [PickleValue]) {
    self.items = items
    super.init()
    take(items, allowsTuples: false)
  }
}

package final class PickleList: PickleContainer {
  package private(set) var items: [PickleValue] = []

  func append(_ values: [PickleValue]) {
    items += values
    take(values, allowsTuples: true)
  }
}

/// A dict or OrderedDict: pairs in their order, each key once.
package final class PickleDictionary: PickleContainer {
  /// Texts by their bytes: to Swift those that look alike are equal.
  private enum Key: Hashable {
    case text([UInt8])
    case whole(Int)
  }

  package private(set) var pairs: [(key: PickleValue, value: PickleValue)] = []
  private var places: [Key: Int] = [:]
  let isOrdered: Bool

  init(isOrdered: Bool) { self.isOrdered = isOrdered }

  package subscript(key: String) -> PickleValue? { places[.text(Array(key.utf8))].map { pairs[$0].value } }

  /// False for a key that is there already. Keys of other kinds than texts and whole numbers belong to nothing that is read.
  func add(_ key: PickleValue, _ value: PickleValue) -> Bool {
    let place: Key? =
      switch key {
      case .text(let text): .text(Array(text.utf8))
      case .whole(let number): .whole(number)
      default: nil
      }
    if let place {
      guard places[place] == nil else { return false }
      places[place] = pairs.count
    }
    pairs.append((key, value))
    take([key, value], allowsTuples: true)
    return true
  }
}

/// Elements of one type that lie together in a file of the archive.
package struct TorchStorage {
  /// The file's name below `data/`.
  package let key: String
  /// As safetensors calls it: F32, F16, BF16, I64, …
  package let type: String
  package let count: Int
}

/// A view of a storage, in elements.
package struct TorchTensor {
  package let storage: TorchStorage
  package let offset: Int
  package let shape, strides: [Int]
}
