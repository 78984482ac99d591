// What `?name` and `help(x)` show: all of it from the registration of an operation, or from the function's own text.

import Lang

public enum HelpText {
  /// Help for a value; `name` is what the user called it. Lines break at words where they are longer than `width` columns.
  public static func text(of value: Value, named name: String, width: Int? = nil) -> String {
    guard case .object(let object) = value else { return "\(name): \(value.typeName)" }
    let text: String
    switch object.kind {
    case .builtin: text = self.text(of: unsafeDowncast(object, to: BuiltinObject.self).operation)
    case .function:
      let function = unsafeDowncast(object, to: FunctionObject.self)
      let (line, _) = function.place.file.position(of: function.place.span.start)
      let place = "Defined in \(function.place.file.name), line \(line)."
      text = [function.signature, function.documentation, place].filter { !$0.isEmpty }.joined(separator: "\n\n")
    default:
      let fields = object.fieldNames
      text = "\(name): \(object.typeName)" + (fields.isEmpty ? "" : "\nfields: " + fields.joined(separator: " "))
    }
    guard let width else { return text }
    return WrappedText.lines(WrappedText.rejoined(text), width: width).joined(separator: "\n")
  }

  private static func text(of operation: Operation) -> String {
    var blocks = [operation.name + operation.signature, operation.documentation]
    if !operation.example.isEmpty {
      let lines = operation.example.split(separator: "\n", omittingEmptySubsequences: false)
      blocks.append("Example:\n\n" + lines.map { "  " + $0 }.joined(separator: "\n"))
    }
    blocks.append("Defined in \(operation.place.file), line \(operation.place.line).")
    return blocks.joined(separator: "\n\n")
  }
}

/// Text in lines that fit a terminal.
public enum WrappedText {
  /// Breaks at spaces what is longer than `width` columns. A line that goes on keeps its indent, and two columns more.
  public static func lines(_ text: String, width: Int) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line(String($0), width: max(width, 20)) }
  }

  /// Undoes the line breaks that a text has only because its lines were full.
  static func rejoined(_ text: String) -> String {
    var lines: [String] = []
    var isFull = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if isFull, !line.isEmpty, !line.hasPrefix(" "), let last = lines.popLast() {
        lines.append(last + " " + line)
      } else {
        lines.append(line)
      }
      isFull = line.utf8.count >= fullLine && !line.hasPrefix(" ")
    }
    return lines.joined(separator: "\n")
  }

  /// Bytes of a line in the sources that had no room for another word.
  private static let fullLine = 100

  private static func line(_ text: String, width: Int) -> [String] {
    guard terminalWidth(of: text) > width else { return [text] }
    let indent = String(text.prefix { $0 == " " })
    var lines: [String] = []
    var line = indent
    for word in text.split(separator: " ") {
      let isFirst = line.allSatisfy { $0 == " " }
      if !isFirst, terminalWidth(of: line) + 1 + terminalWidth(of: String(word)) > width {
        lines.append(line)
        line = indent + "  " + word
      } else {
        line += (isFirst ? "" : " ") + word
      }
    }
    return lines + [line]
  }
}
