// The options of a command, read from its help, for the manual page and the completions of shells.

import ArgumentParser

struct HelpOption {
  /// As help shows it: "-h, --help", "--max-steps <n>".
  let head: String
  let text: String

  /// "-h", "--help".
  var names: [String] {
    head.split(separator: " ").filter { $0.hasPrefix("-") }.map {
      $0.hasSuffix(",") ? String($0.dropLast()) : String($0)
    }
  }

  /// "n" of "--max-steps <n>"; nil for a flag.
  var value: String? {
    guard names.isEmpty == false, let word = head.split(separator: " ").last, word.hasPrefix("<"), word.hasSuffix(">")
    else { return nil }
    return String(word.dropFirst().dropLast())
  }

  var repeats: Bool { text.contains("may be repeated") }

  /// So wide that no description is broken.
  private static let wide = 1000

  /// Options of a command; with `arguments` also what stands without a name.
  static func all(of command: (some ParsableCommand).Type, arguments: Bool = false) -> [HelpOption] {
    var options: [HelpOption] = []
    for line in command.helpMessage(columns: wide).split(separator: "\n") {
      let indent = line.prefix { $0 == " " }.count
      let text = line.dropFirst(indent)
      if indent == 2, text.hasPrefix("-") || text.hasPrefix("<") {
        let gap = text.firstRange(ofSpaces: 2)
        options.append(
          HelpOption(
            head: String(gap.map { text[..<$0.lowerBound] } ?? text),
            text: gap.map { String(text[$0.upperBound...]) } ?? ""))
      } else if indent > 2, let last = options.popLast() {
        // A head that is too long stands alone on its line.
        options.append(HelpOption(head: last.head, text: (last.text.isEmpty ? "" : last.text + "\n") + text))
      }
    }
    return options.filter { arguments || !$0.names.isEmpty }
  }
}
