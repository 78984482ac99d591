// What Tab, Shift-Tab and Enter ask about the text of a cell. Positions are code points.

import Formats
import Lang
import Operations
import Runtime

struct CursorAnswers {
  let session: Session
  let width: Int

  /// The text up to the cursor.
  private static func head(_ code: String, _ cursor: Int?) -> String {
    String(code.unicodeScalars.prefix(max(cursor ?? .max, 0)))
  }

  // MARK: Completion

  /// The content of `complete_reply`: what Tab at the prompt would offer.
  func completion(_ code: String, cursor: Int?) -> JSON {
    let head = Self.head(code, cursor)
    let end = head.unicodeScalars.count
    let (earlier, line) = Self.lastLine(head)
    let finding = Completer(session: session).finding(after: line, earlier: earlier)
    let isOnly = finding.candidates.count == 1
    let matches = finding.candidates.map { JSON.string($0.text + (isOnly ? $0.end : "")) }
    return .members([
      ("status", .string("ok")), ("matches", .array(matches)),
      ("cursor_start", .number(Double(end - finding.prefix.unicodeScalars.count))),
      ("cursor_end", .number(Double(end))),
      ("metadata", .object([])),
    ])
  }

  /// The line of the cursor and what stands above it; nothing does where the line is a command of its own.
  private static func lastLine(_ head: String) -> (earlier: String, line: String) {
    guard let last = head.lastIndex(of: "\n") else { return ("", head) }
    let (earlier, line) = (String(head[..<last]), String(head[head.index(after: last)...]))
    let isCommand = line.hasPrefix(":") || line.hasPrefix("?")
    return (isCommand && !EntryParts(earlier).isIncomplete ? "" : earlier, line)
  }

  // MARK: Inspection

  /// The content of `inspect_reply`: what `?name` says of the name at the cursor, or of the function whose arguments stand there; `??name` where
  /// `wantsSource`.
  func inspection(_ code: String, cursor: Int?, wantsSource: Bool) -> JSON {
    var data = JSON.object([])
    let name = Self.name(in: code, at: cursor)
    let isKnown = name.map { $0.hasPrefix(":") || Keyword.named($0) != nil || session.peek($0) != nil } ?? false
    if let name, isKnown,
      case .words(let text)? = try? NameHelp.answer(to: (wantsSource ? "??" : "?") + name, in: session, width: width)
    {
      data = .members([("text/plain", .string(VisibleText.of(text)))])
    }
    let isFound = data.asObject?.isEmpty == false
    return .members([
      ("status", .string("ok")), ("found", .bool(isFound)), ("data", data), ("metadata", .object([])),
    ])
  }

  private static func name(in code: String, at cursor: Int?) -> String? {
    let scalars = code.unicodeScalars
    let place = min(max(cursor ?? scalars.count, 0), scalars.count)
    let rest = scalars.dropFirst(place).prefix {
      $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_"
    }
    let (earlier, line) = lastLine(String(scalars.prefix(place)) + String(rest))
    if earlier.isEmpty, line.hasPrefix("?") { return String(line.drop { $0 == "?" || $0 == " " }) }
    if earlier.isEmpty, line.hasPrefix(":"), !line.contains(" ") { return line }
    let text =
      earlier.isEmpty && line.hasPrefix(":")
      ? String(line.drop { $0 != " " }) : earlier.isEmpty ? line : earlier + "\n" + line
    let typed = TypedText(text)
    switch typed.place {
    case .name(""): return typed.call?.callee
    case .name(let name): return name
    case .field(let base, ""): return base
    case .field(let base, let name): return base + "." + name
    case .word(let call, _): return call.callee
    case .key(let base, _): return base
    case .paramType, .path, .nothing: return nil
    }
  }

  // MARK: Enter

  /// The content of `is_complete_reply`, by the parser.
  static func completeness(_ code: String) -> JSON {
    let entry = EntryParts(code)
    if entry.isIncomplete {
      let indent = String(repeating: "  ", count: TokenRow.depth(of: code))
      return .members([("status", .string("incomplete")), ("indent", .string(indent))])
    }
    let isWrong = entry.parts.contains { part in
      !part.isCommand && !Parser.parse(SourceFile(name: "<cell>", text: part.text), isInteractive: true).faults.isEmpty
    }
    return .members([("status", .string(isWrong ? "invalid" : "complete"))])
  }
}
