// A pasted block as it should be typed.

import Lang

enum PastedText {
  private static let prompts = ["tw> ", "... "]

  /// Without the line breaks at its end, so that nothing runs before Enter, and with `\n` for all others. A transcript of the
  /// prompt loses its prompts, and what the prompt answered.
  static func cleaned(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    var isAfterReturn = false
    for scalar in text.unicodeScalars {
      if scalar == "\n", isAfterReturn {
        isAfterReturn = false
        continue
      }
      isAfterReturn = scalar == "\r"
      // Other control characters would be taken for keys where the text is shown.
      if scalar == "\r" || scalar == "\n" {
        scalars.append("\n")
      } else if scalar == "\t" || scalar.value >= 32 && scalar.value != 127 {
        scalars.append(scalar)
      }
    }
    while scalars.last == "\n" { scalars.removeLast() }
    let lines = String(scalars).split(separator: "\n", omittingEmptySubsequences: false)
    return (transcript(lines) ?? lines.map(String.init)).joined(separator: "\n")
  }

  /// "tw 0.2.0. ? is a short tour, …", of any version.
  private static func isGreeting(_ line: Substring) -> Bool {
    let version = line.dropFirst(3).prefix { $0 == "." || $0.isNumber }
    return line.hasPrefix("tw ") && version.hasSuffix(".") && Version(String(version.dropLast())) != nil
  }

  /// What was typed, when the lines are a transcript: they start with a prompt, or with what stands above the first one.
  private static func transcript(_ lines: [Substring]) -> [String]? {
    let lines = lines.map { $0.drop { $0 == " " } }.drop { $0.isEmpty }
    guard let first = lines.first, lines.contains(where: { $0.hasPrefix(prompts[0]) }),
      first.hasPrefix(prompts[0]) || first.hasPrefix("$ tw") || isGreeting(first)
    else { return nil }
    var typed: [String] = []
    for line in lines {
      if line == "..." { typed.append("") }
      guard prompts.contains(where: line.hasPrefix) else { continue }
      let text = line.dropFirst(4)
      // Here the line before is over: what goes on from its value must say so.
      let goesOn = line.hasPrefix(prompts[0]) && (text.hasPrefix("|>") || text.hasPrefix("."))
      typed.append((goesOn && !typed.isEmpty ? "ans " : "") + text)
    }
    return typed
  }

  /// A line that was typed, or came from a terminal that does not mark pasted blocks, without the prompt before it.
  static func withoutPrompt(_ line: String, isFirst: Bool) -> String {
    let prompt = prompts[isFirst ? 0 : 1]
    return line.hasPrefix(prompt) ? String(line.dropFirst(prompt.count)) : line
  }
}
