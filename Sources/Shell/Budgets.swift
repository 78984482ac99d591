// `--max-memory` and `--max-steps`, which stand before the file: what a program may use before it is stopped.

import CPlatform
import Runtime

struct Budgets {
  /// Calls and loop turns; nil: as many as the program likes.
  private(set) var steps: Int?
  private(set) var memory: Int?

  /// Takes the budgets off the front of the command line. Throws a text that says what is wrong with one.
  init(takenFrom words: inout [String]) throws(Problem) {
    while let first = words.first {
      let parts = first.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts[0] == "--max-memory" || parts[0] == "--max-steps" else { return }
      words.removeFirst()
      guard let value = parts.count > 1 ? parts[1] : words.first else {
        throw Problem(text: "error: \(parts[0]) needs a value")
      }
      if parts.count == 1 { words.removeFirst() }
      if parts[0] == "--max-memory" {
        memory = try Self.number(value, parts[0], units: ["k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12])
      } else {
        steps = try Self.number(value, parts[0], units: [:])
      }
    }
  }

  struct Problem: Error {
    let text: String
  }

  /// `500M` or `2e9` as a whole number.
  private static func number(_ text: String, _ option: String, units: [Character: Double]) throws(Problem) -> Int {
    let unit = text.last.flatMap { units[$0] }
    var number = 0.0
    guard tw_parse_double(unit == nil ? text : String(text.dropLast()), &number), number >= 1,
      let whole = Int(exactly: (number * (unit ?? 1)).rounded())
    else {
      let example = option == "--max-memory" ? "500M or 8G" : "1000000"
      throw Problem(text: "error: \(option) wants a number such as \(example), got `\(text)`")
    }
    return whole
  }

  /// Makes the budgets count.
  func apply(to interpreter: Interpreter) throws {
    if let memory { MemoryBudget.shared.limit = memory }
    if let steps { try interpreter.setStepBudget(steps) }
  }
}
