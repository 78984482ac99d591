// Lines of the language, run by a test.

import Lang
import Operations
import Runtime

/// Runs programs that share nothing.
enum Program {
  static func value(_ code: String) throws -> Value {
    let interpreter = Interpreter(operations: Registrations.all, standardModule: Registrations.standardModule)
    let session = Session(interpreter: interpreter, isInteractive: false)
    return try session.run(SourceFile(name: "test", text: code), options: nil).value
  }

  /// The printed form of the last value.
  static func text(_ code: String) throws -> String { Printer.quotedText(of: try value(code)) }

  /// The numbers of the last value: a number, a tensor or a list of numbers.
  static func numbers(_ code: String) throws -> [Double] {
    let result = try value(code)
    if let number = result.asNumber { return [number] }
    if let tensor = result.asTensor { return try tensor.elements().map(Double.init) }
    return result.asList?.items.compactMap(\.asNumber) ?? []
  }
}

/// Whether two lists of numbers agree to `tolerance`, relative to the larger of the wanted number and `floor`.
func agree(_ found: [Double], _ wanted: [Double], _ tolerance: Double, floor: Double = 1e-300) -> Bool {
  found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= tolerance * max(abs($1), floor) }
}
