// Entries of this session and of earlier ones, as `history_request` asks for them.

import Formats
import Glibc
import Lang
import Runtime

struct KernelHistory {
  private struct Entry {
    let session: Int
    let line: Int
    let input: String
    var output: String?
  }

  /// Earlier sessions share one file, and count as one.
  private static let earlier = 1
  private static let current = 2
  private var entries: [Entry]

  init(earlier: [String]) {
    entries = earlier.enumerated().map { Entry(session: Self.earlier, line: $0 + 1, input: $1, output: nil) }
  }

  mutating func append(_ input: String, line: Int, output: String?) {
    entries.append(Entry(session: Self.current, line: line, input: input, output: output))
  }

  /// The content of `history_reply`.
  func reply(to request: JSON) -> JSON {
    let count = request["n"]?.asWhole
    let found: [Entry]
    switch request["hist_access_type"]?.asString {
    case "tail": found = count.map { entries.suffix(max($0, 0)) } ?? entries
    case "search":
      let pattern = request["pattern"]?.asString ?? "*"
      var matching = entries.filter { fnmatch(pattern, $0.input, 0) == 0 }
      if request["unique"]?.asBool == true {
        var seen: Set<String> = []
        matching = matching.reversed().filter { seen.insert($0.input).inserted }.reversed()
      }
      found = count.map { matching.suffix(max($0, 0)) } ?? matching
    case "range":
      // 0 is this session, and what is below it counts back from here.
      let wanted = request["session"]?.asWhole ?? 0
      let session = wanted > 0 ? wanted : Self.current.addingReportingOverflow(wanted).partialValue
      let (start, stop) = (request["start"]?.asWhole ?? 1, request["stop"]?.asWhole ?? .max)
      found = entries.filter { $0.session == session && $0.line >= start && $0.line < stop }
    default: found = []
    }
    let withOutput = request["output"]?.asBool == true
    let items = found.map { entry in
      let input = JSON.string(entry.input)
      return JSON.array([
        .number(Double(entry.session)), .number(Double(entry.line)),
        withOutput ? .array([input, entry.output.map(JSON.string) ?? .null]) : input,
      ])
    }
    return .members([("status", .string("ok")), ("history", .array(items))])
  }
}
