// A compiled function (or file): instructions and what they refer to. Never changes once it is made.

import Lang

package final class Code {
  /// As error messages call it; "file" code has an empty name.
  let name: String
  let file: SourceFile
  let module: Module
  let documentation: String
  let signature: String

  let parameterNames: [String]
  let parameterCount: Int
  let requiredCount: Int
  let hasRest: Bool
  let localNames: [String]
  let captureNames: [String]
  let registerCount: Int

  /// Always ends with `returnValue`, so the machine needs no bounds check.
  let instructions: UnsafeMutablePointer<Instruction>
  let spans: ContiguousArray<Span>
  let constants: UnsafeMutablePointer<Value>
  let functions: [FunctionTemplate]
  let callForms: [CallForm]
  let recordShapes: [[Symbol]]
  /// Names of fields, all interned.
  let symbols: UnsafeMutablePointer<Symbol>
  let pathForms: [PathForm]
  let textForms: [TextForm]
  let uses: [UseNode]

  init(_ builder: CodeBuilder, header: CodeHeader) {
    name = header.name
    file = header.file
    module = header.module
    documentation = header.documentation
    signature = header.signature
    parameterNames = header.parameterNames
    parameterCount = header.parameterNames.count
    requiredCount = header.requiredCount
    hasRest = header.hasRest
    localNames = header.localNames
    captureNames = header.captureNames
    registerCount = builder.registerCount
    instructions = .allocate(capacity: max(builder.instructions.count, 1))
    for (index, instruction) in builder.instructions.enumerated() { (instructions + index).initialize(to: instruction) }
    spans = builder.spans
    constants = .allocate(capacity: max(builder.constants.count, 1))
    for (index, value) in builder.constants.enumerated() { (constants + index).initialize(to: value) }
    constantCount = builder.constants.count
    functions = builder.functions
    callForms = builder.callForms
    recordShapes = builder.recordShapes
    symbols = .allocate(capacity: max(builder.symbols.count, 1))
    for (index, symbol) in builder.symbols.enumerated() { (symbols + index).initialize(to: symbol) }
    symbolCount = builder.symbols.count
    pathForms = builder.pathForms
    textForms = builder.textForms
    uses = builder.uses
  }

  private let constantCount, symbolCount: Int

  /// What the machine keeps at hand while this code runs: its instructions, its constants, the names of its file.
  @inline(__always)
  var tables: (UnsafePointer<Instruction>, UnsafePointer<Value>, UnsafeMutablePointer<Value>) {
    (UnsafePointer(instructions), UnsafePointer(constants), module.values)
  }

  deinit {
    instructions.deallocate()
    constants.deinitialize(count: constantCount)
    constants.deallocate()
    symbols.deinitialize(count: symbolCount)
    symbols.deallocate()
  }

  /// The text that instruction `index` was made from.
  func place(ofInstruction index: Int) -> Place {
    Place(file, spans.indices.contains(index) ? spans[index] : Span(0, 0))
  }
}

/// What is known of a function before its body is compiled.
struct CodeHeader {
  let name: String
  let file: SourceFile
  let module: Module
  let documentation: String
  let signature: String
  let parameterNames: [String]
  let requiredCount: Int
  let hasRest: Bool
  let localNames: [String]
  let captureNames: [String]
}

/// A function inside another: its code, and where its kept values come from when the closure is made.
struct FunctionTemplate {
  let code: Code
  let captures: [CaptureSource]
}

/// The arguments of a call that names or spreads some of them; the values lie in registers in this order.
struct CallForm {
  struct Item {
    let name: String?
    let isSpread: Bool
    /// Where the name stands, or the value that is spread.
    let span: Span?
  }
  let items: [Item]
}

/// A target like `r.a[0].b`: which steps lead from the root to the element that is assigned.
struct PathForm {
  enum Step {
    case field(Symbol)
    /// Takes this many operands.
    case index(Int)
  }
  /// Nil: the root is a register.
  let globalSlot: Int?
  let rootName: String
  let steps: [Step]
  let operandCount: Int
}

/// A string with interpolation: the texts around and between the values, and the values' formats.
final class TextForm {
  /// One more than there are values.
  let texts: [String]
  let formats: [FormatSpec?]
  /// Where each value stands, for the error of a format that does not suit it.
  let places: [Span]
  let valueCount: Int
  /// How each value is written without making a `String` of it, where that is possible.
  package let pieces: UnsafeBufferPointer<QuickFormat?>
  /// The texts once more, one behind the other in UTF-8, and where each of them ends.
  let bytes: UnsafeBufferPointer<UInt8>
  let ends: UnsafeBufferPointer<Int>

  init(texts: [String], formats: [FormatSpec?], places: [Span]) {
    self.texts = texts
    self.formats = formats
    self.places = places
    valueCount = formats.count
    pieces = Self.copy(formats.map { $0.map(QuickFormat.init) ?? QuickFormat.plain })
    bytes = Self.copy(texts.flatMap(\.utf8))
    var end = 0
    ends = Self.copy(
      texts.map {
        end += $0.utf8.count
        return end
      })
  }

  deinit {
    pieces.deallocate()
    bytes.deallocate()
    ends.deallocate()
  }

  private static func copy<T>(_ items: [T]) -> UnsafeBufferPointer<T> {
    let memory = UnsafeMutableBufferPointer<T>.allocate(capacity: items.count)
    _ = memory.initialize(from: items)
    return UnsafeBufferPointer(memory)
  }
}

/// What a function being compiled has collected so far.
struct CodeBuilder {
  var instructions: ContiguousArray<Instruction> = []
  var spans: ContiguousArray<Span> = []
  var constants: ContiguousArray<Value> = []
  var functions: [FunctionTemplate] = []
  var callForms: [CallForm] = []
  var recordShapes: [[Symbol]] = []
  var symbols: [Symbol] = []
  var pathForms: [PathForm] = []
  var textForms: [TextForm] = []
  var uses: [UseNode] = []
  var registerCount = 0
}

/// A file's names and their values. Storage is stable while code of the module runs: it grows only when text is compiled.
package final class Module {
  package let names = GlobalNames()
  private(set) var values: UnsafeMutablePointer<Value>
  private var capacity: Int
  /// Folder that `use "…"` starts from.
  let folder: String?
  /// What the command line gives for `param`s, by name.
  var options: [String: Value] = [:]
  /// Names of the `param`s of the text that runs, in order.
  var paramNames: [String] = []

  init(folder: String?) {
    self.folder = folder
    capacity = 64
    values = UnsafeMutablePointer.allocate(capacity: capacity)
    values.initialize(repeating: .unbound, count: capacity)
  }

  deinit {
    values.deinitialize(count: capacity)
    values.deallocate()
  }

  /// Makes room for all names. Called after compiling, before running.
  func reserve() {
    guard names.names.count > capacity else { return }
    let larger = max(capacity * 2, names.names.count)
    let moved = UnsafeMutablePointer<Value>.allocate(capacity: larger)
    moved.moveInitialize(from: values, count: capacity)
    (moved + capacity).initialize(repeating: .unbound, count: larger - capacity)
    values.deallocate()
    values = moved
    capacity = larger
  }

  /// Value of a name, unless it has none.
  package func value(of name: String) -> Value? {
    guard let slot = names.slot(of: name), Int(slot) < capacity else { return nil }
    if case .unbound = values[Int(slot)] { return nil }
    return values[Int(slot)]
  }

  func set(_ name: String, to value: Value) {
    let slot = Int(names.add(name))
    reserve()
    values[slot] = value
  }

  /// The module as a value: its names except those that start with `_`, in the order of their first mention.
  func record() -> RecordObject {
    let record = RecordObject()
    for (slot, name) in names.names.enumerated() where !name.hasPrefix("_") && slot < capacity {
      if case .unbound = values[slot] { continue }
      record[name] = values[slot]
    }
    return record
  }
}
