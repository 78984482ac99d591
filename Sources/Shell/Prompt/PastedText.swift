// A pasted block as it should be typed.

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
    // The README starts its transcripts with the line that starts tw.
    guard let first = lines.first(where: { !$0.isEmpty }), first.hasPrefix(prompts[0]) || first == "$ tw" else {
      return lines.joined(separator: "\n")
    }
    return lines.compactMap { line in
      prompts.contains { line.hasPrefix($0) } ? line.dropFirst(4) : line == "..." ? "" : nil
    }.joined(separator: "\n")
  }
}
