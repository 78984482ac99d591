// Reads the pickle of a file that `torch.save` wrote, or one of plain values, by an allow-list: opcodes that build data, and names of
// Python that stand for data. Everything else is refused by its name, so that no file can have anything run. Formats: Lib/pickletools.py,
// torch/_weights_only_unpickler.py.

import Lang
import Runtime

struct PickleReader {
  private let bytes: UnsafeRawBufferPointer
  private let path: String
  /// Whether names of Python may stand in it at all.
  private let allowsNames: Bool
  private var at = 0
  private var stack: [PickleValue] = []
  /// Heights of the stack at the marks.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var storages: [String: TorchStorage] = [:]
  private var growth = Growth()

  /// Python nests a few levels; deeper ones are made to harm.
  private static let deepest = 64
  private static let most = 256 << 20

  private init(_ bytes: UnsafeRawBufferPointer, path: String, allowsNames: Bool) {
    self.bytes = bytes
    self.path = path
    self.allowsNames = allowsNames
  }

  /// What `torch.save` put into data.pkl. Throws `badWeights` with the opcode or name that is not allowed, or where it is damaged.
  static func archived(_ bytes: UnsafeRawBufferPointer, path: String) throws -> PickleValue {
    var reader = PickleReader(bytes, path: path, allowsNames: true)
    return try reader.value()
  }

  /// A pickle that names nothing of Python's. Throws `badFile` likewise.
  static func plain(_ bytes: UnsafeRawBufferPointer, path: String) throws -> PickleValue {
    var reader = PickleReader(bytes, path: path, allowsNames: false)
    return try reader.value()
  }

  private func fault(_ reason: String, help: String? = nil) -> Fault {
    allowsNames
      ? Fault.badWeights(path, reason: "its pickle \(reason)", help: help)
      : Fault.badFile(path, reason: "its pickle \(reason)", help: help)
  }

  /// The value of the whole pickle.
  private mutating func value() throws -> PickleValue {
    guard bytes.count <= Self.most else { throw fault("has \(bytes.count) bytes, \(Self.most) are the limit") }
    var steps = 0
    while true {
      if steps & 0xFFF == 0 { try checkInterrupt() }
      steps += 1
      let start = at
      let opcode = try byte()
      if opcode == UInt8(ascii: ".") {
        guard stack.count == 1, marks.isEmpty, let value = stack.popLast() else {
          throw fault("does not end with one value")
        }
        guard at == bytes.count else { throw fault("goes on after its end") }
        return value
      }
      try run(opcode, at: start)
    }
  }

  // MARK: Bytes

  private mutating func byte() throws -> UInt8 {
    guard at < bytes.count else { throw fault("is cut off") }
    defer { at += 1 }
    return bytes[at]
  }

  private mutating func number(_ size: Int) throws -> Int {
    var value = 0
    for place in 0..<size { value |= Int(try byte()) << (8 * place) }
    return value
  }

  private mutating func text(_ length: Int) throws -> String {
    guard length >= 0, length <= bytes.count - at else { throw fault("is cut off") }
    let part = bytes[at..<at + length]
    at += length
    guard let text = String(validating: part, as: UTF8.self) else { throw fault("holds a string that is not UTF-8") }
    try growth.add(length)
    return text
  }

  private mutating func line() throws -> String {
    guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")), end - at <= 1000 else { throw fault("is cut off") }
    defer { at = end + 1 }
    return String(decoding: bytes[at..<end], as: UTF8.self)
  }

  // MARK: The stack

  private mutating func push(_ value: PickleValue) throws {
    try growth.add(MemoryLayout<PickleValue>.stride)
    value.container?.timesOnStack += 1
    stack.append(value)
  }

  private mutating func pop() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw fault("takes more than it has given")
    }
    value.container?.timesOnStack -= 1
    return value
  }

  private mutating func popMarked() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fault("takes more than it has given") }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    for value in values { value.container?.timesOnStack -= 1 }
    return values
  }

  private mutating func run(_ opcode: UInt8, at start: Int) throws {
    switch opcode {
    case 0x80:  // PROTO
      guard start == 0, (2...5).contains(try byte()) else { throw fault("is not of protocol 2 to 5") }
    case 0x95: _ = try number(8)  // FRAME
    case UInt8(ascii: "N"): try push(.none)
    case 0x88, 0x89: try push(.bool(opcode == 0x88))
    case UInt8(ascii: "K"): try push(.whole(try number(1)))
    case UInt8(ascii: "M"): try push(.whole(try number(2)))
    case UInt8(ascii: "J"): try push(.whole(Int(Int32(truncatingIfNeeded: try number(4)))))
    case 0x8A: try push(.whole(try long()))
    case UInt8(ascii: "G"):
      let bits = try (0..<8).reduce(UInt64(0)) { bits, _ in try bits << 8 | UInt64(byte()) }
      try push(.number(Double(bitPattern: bits)))
    case UInt8(ascii: "X"): try push(.text(try text(number(4))))
    case 0x8C: try push(.text(try text(number(1))))  // SHORT_BINUNICODE
    case UInt8(ascii: "c"): try push(.name(try name()))
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: ")"): try push(.tuple(PickleTuple([])))
    case UInt8(ascii: "t"): try pushTuple(popMarked())
    case 0x85...0x87:
      var items: [PickleValue] = []
      for _ in 0..<Int(opcode - 0x84) { items.append(try pop()) }
      try pushTuple(items.reversed())
    case UInt8(ascii: "]"): try push(.list(PickleList()))
    case UInt8(ascii: "}"): try push(.dictionary(PickleDictionary(isOrdered: false)))
    case UInt8(ascii: "a"): try append([pop()])
    case UInt8(ascii: "e"): try append(popMarked())
    case UInt8(ascii: "s"):
      let value = try pop()
      try setItems([pop(), value])
    case UInt8(ascii: "u"): try setItems(popMarked())
    case UInt8(ascii: "q"): try remember(number(1))
    case UInt8(ascii: "r"): try remember(number(4))
    case 0x94: try remember(memo.count)  // MEMOIZE
    case UInt8(ascii: "h"): try recall(number(1))
    case UInt8(ascii: "j"): try recall(number(4))
    case UInt8(ascii: "Q"):
      let identity = try pop()
      try push(.storage(storage(identity)))
    case UInt8(ascii: "R"):
      let arguments = try pop()
      try reduce(pop(), arguments)
    case UInt8(ascii: "b"): try build(pop())
    default: throw try refusal(of: opcode, at: start)
    }
  }

  /// Two opcodes of other protocols name something too: the name says more than they do.
  private mutating func refusal(of opcode: UInt8, at start: Int) throws -> Fault {
    if opcode == 0x93, stack.count > 1, let module = stack[stack.count - 2].asText, let name = stack.last?.asText {
      try check(module + "." + name)
    } else if opcode == UInt8(ascii: "i") {
      try check(line() + "." + line())
    }
    let hex = "0x\(String(opcode, radix: 16))"
    let name = PickleOpcode.names[opcode].map { "\($0) (\(hex))" } ?? hex
    let isLater = allowsNames && opcode == 0x93
    return fault(
      "has the opcode \(name) at byte \(start), which is not read",
      help: isLater ? "torch.save(…, pickle_protocol=2), its default, writes without it" : nil)
  }

  /// A whole number of any length; those of more than 64 bits belong to nothing that is read.
  private mutating func long() throws -> Int {
    let length = try number(1)
    guard length <= 8 else { throw fault("holds a number of \(length) bytes") }
    let value = try number(length)
    guard length > 0, length < 8, value >> (8 * length - 1) == 1 else { return value }
    return value - 1 << (8 * length)
  }

  private mutating func pushTuple(_ items: [PickleValue]) throws {
    let tuple = PickleTuple(items)
    guard tuple.depth <= Self.deepest else { throw tooDeep }
    try push(.tuple(tuple))
  }

  private var tooDeep: Fault { fault("nests more than \(Self.deepest) levels") }

  private mutating func append(_ values: [PickleValue]) throws {
    guard case .list(let list)? = stack.last else { throw fault("appends to what is no list") }
    list.append(values)
    guard list.depth <= Self.deepest else { throw tooDeep }
  }

  private mutating func setItems(_ values: [PickleValue]) throws {
    guard case .dictionary(let dictionary)? = stack.last, values.count % 2 == 0 else {
      throw fault("sets items of what is no dict")
    }
    for place in stride(from: 0, to: values.count, by: 2) {
      guard dictionary.add(values[place], values[place + 1]) else {
        throw fault("has the key \(values[place].shortText) twice")
      }
    }
    guard dictionary.depth <= Self.deepest else { throw tooDeep }
  }

  // MARK: The memo

  private mutating func remember(_ place: Int) throws {
    guard let value = stack.last else { throw fault("remembers nothing") }
    try growth.add(2 * MemoryLayout<PickleValue>.stride)
    memo[place] = value
  }

  /// A container that is still being filled may not be put into another one, or into itself; nor one of containers, which could double
  /// with every recall. Checkpoints need neither.
  private mutating func recall(_ place: Int) throws {
    guard let value = memo[place] else { throw fault("recalls what it has not remembered") }
    if case .tuple = value {
    } else if let container = value.container, container.timesOnStack > 0 {
      throw fault("holds a container that holds itself")
    }
    guard value.isFlat else { throw fault("recalls a container of containers") }
    try push(value)
  }

  // MARK: Names

  private static let storageTypes = [
    "FloatStorage": "F32", "HalfStorage": "F16", "BFloat16Storage": "BF16", "DoubleStorage": "F64",
    "LongStorage": "I64",
    "IntStorage": "I32", "ShortStorage": "I16", "CharStorage": "I8", "ByteStorage": "U8", "BoolStorage": "BOOL",
  ]
  private static let dataTypes: Set<String> = [
    "float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool",
  ]
  private static let functions: Set<String> = [
    "collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter", "torch.Size",
    "torch.device",
  ]

  private mutating func name() throws -> String {
    let name = try line() + "." + line()
    try check(name)
    return name
  }

  /// Whether a name stands for data. Throws for every other one, with the name: it could be one that does something.
  private func check(_ name: String) throws {
    guard allowsNames else {
      throw fault("names \(Printer.quoted(name)); only numbers, texts, lists and dicts are read here")
    }
    let last = name.hasPrefix("torch.") ? String(name.dropFirst("torch.".count)) : ""
    guard Self.functions.contains(name) || Self.storageTypes[last] != nil || Self.dataTypes.contains(last) else {
      throw fault(
        "names \(Printer.quoted(name)), which is no data",
        help: "files that hold more than tensors could run code when Python reads them, and are not read here;\n"
          + "save the tensors alone: torch.save(model.state_dict(), \"pytorch_model.bin\"), or as safetensors")
    }
  }

  private mutating func storage(_ value: PickleValue) throws -> TorchStorage {
    guard case .tuple(let tuple) = value, case let parts = tuple.items, parts.count == 5, parts[0].asText == "storage",
      case .name(let name) = parts[1], name.hasPrefix("torch."),
      let type = Self.storageTypes[String(name.dropFirst("torch.".count))], let key = parts[2].asText,
      parts[3].asText != nil, let count = parts[4].asWhole, count >= 0
    else { throw fault("has a persistent id that is no storage") }
    let storage = TorchStorage(key: key, type: type, count: count)
    guard storages.updateValue(storage, forKey: key).map({ $0.type == type && $0.count == count }) ?? true else {
      throw fault("has the storage \(Printer.quoted(key)) as two different ones")
    }
    return storage
  }

  private mutating func reduce(_ function: PickleValue, _ arguments: PickleValue) throws {
    guard case .name(let name) = function, case .tuple(let tuple) = arguments else {
      throw fault("calls what is no name")
    }
    let arguments = tuple.items
    switch (name, arguments.count) {
    case ("collections.OrderedDict", 0): try push(.dictionary(PickleDictionary(isOrdered: true)))
    case ("torch._utils._rebuild_tensor_v2", 6...7): try push(.tensor(tensor(arguments)))
    case ("torch._utils._rebuild_parameter", 3):
      guard arguments[0].asTensor != nil else { throw fault("has a parameter that is no tensor") }
      try push(arguments[0])
    case ("torch.Size", 1): try push(arguments[0])
    case ("torch.device", 1...2): try push(.name(name))
    default: throw fault("calls \(name) with \(counted(arguments.count, "argument"))")
    }
  }

  /// A view of a storage, whose every element lies in it.
  private func tensor(_ arguments: [PickleValue]) throws -> TorchTensor {
    func wholes(_ value: PickleValue) throws -> [Int] {
      guard case .tuple(let tuple) = value, tuple.items.count <= 64 else {
        throw fault("has a tensor whose size is no tuple")
      }
      return try tuple.items.map {
        guard let number = $0.asWhole, number >= 0 else {
          throw fault("has a tensor with a size or stride that is none")
        }
        return number
      }
    }
    guard case .storage(let storage) = arguments[0], let offset = arguments[1].asWhole, offset >= 0 else {
      throw fault("has a tensor without a storage")
    }
    let (shape, strides) = (try wholes(arguments[2]), try wholes(arguments[3]))
    guard shape.count == strides.count else { throw fault("has a tensor with other sizes than strides") }
    _ = try Tensor.elementCount(of: shape)
    var last = offset
    for (size, step) in zip(shape, strides) where size > 1 {
      let (way, overflow) = (size - 1).multipliedReportingOverflow(by: step)
      let (sum, carries) = last.addingReportingOverflow(way)
      guard !overflow, !carries else { throw fault("has a tensor beyond its storage") }
      last = sum
    }
    guard shape.contains(0) || last < storage.count else { throw fault("has a tensor beyond its storage") }
    return TorchTensor(storage: storage, offset: offset, shape: shape, strides: strides)
  }

  /// The state of an OrderedDict is the versions of its modules, which nothing needs.
  private mutating func build(_ state: PickleValue) throws {
    guard case .dictionary(let target)? = stack.last, target.isOrdered, let state = state.asDictionary,
      state.pairs.allSatisfy({ $0.key.asText == "_metadata" })
    else { throw fault("sets the state of an object") }
  }
}
