// Mistakes that people bring from other languages, each with the diagnostic it gets: Tests/language/newcomer/mistakes.txt,
// which is meant to be read from top to bottom.
//
// The file is its own source: programs are indented by four spaces under a title line `## …`, what tw prints follows after
// `→`. To write it again after a wording has changed: TW_GOLDENS=write swift test -c release --filter Newcomers

import Glibc
import Testing

@Suite struct Newcomers {
  struct Mistake {
    let title: String
    var program: [String] = []
    var printed: [String] = []
  }

  private static let path = Machine.root + "/Tests/language/newcomer/mistakes.txt"

  @Test func everyMistakeGetsTheDiagnosticInTheGoldenFile() throws {
    let golden = try #require(Machine.read(Self.path))
    let mistakes = Self.mistakes(in: golden)
    try #require(mistakes.count >= 20)
    let scratch = try Scratch()
    var script = ""
    for (number, mistake) in mistakes.enumerated() {
      try scratch.write("\(number).txt", mistake.program.joined(separator: "\n") + "\n")
      script += "cp \(number).txt mistake.tw; timeout 20 $TW mistake.tw >\(number).out 2>&1\n"
    }
    _ = try scratch.run(script)
    var actual = Self.head(of: golden)
    for (number, mistake) in mistakes.enumerated() {
      let printed = Machine.read(scratch.path + "/\(number).out") ?? ""
      if ProcessInfo.isWriting == false {
        let lines = printed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(Self.trimmed(lines) == mistake.printed, "\(mistake.title) (mistakes.txt)")
      }
      actual += Self.section(mistake, printed)
    }
    if ProcessInfo.isWriting {
      let file = try #require(fopen(Self.path, "w"))
      fputs(actual, file)
      fclose(file)
    } else {
      #expect(actual == golden, "HINT: TW_GOLDENS=write swift test -c release --filter Newcomers writes the file again")
    }
  }

  private enum ProcessInfo {
    static var isWriting: Bool { getenv("TW_GOLDENS").map { String(cString: $0) } == "write" }
  }

  /// Everything above the first title.
  private static func head(of text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.prefix { !$0.hasPrefix("## ") }.map { $0 + "\n" }.joined()
  }

  private static func mistakes(in text: String) -> [Mistake] {
    var mistakes: [Mistake] = []
    var isProgram = true
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("## ") {
        mistakes.append(Mistake(title: String(line.dropFirst(3))))
        isProgram = true
      } else if let last = mistakes.indices.last {
        if line == "→" {
          isProgram = false
        } else if isProgram {
          if line.hasPrefix("    ") { mistakes[last].program.append(String(line.dropFirst(4))) }
        } else {
          mistakes[last].printed.append(line)
        }
      }
    }
    for index in mistakes.indices { mistakes[index].printed = trimmed(mistakes[index].printed) }
    return mistakes
  }

  private static func trimmed(_ lines: [String]) -> [String] {
    var lines = lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  private static func section(_ mistake: Mistake, _ printed: String) -> String {
    let lines = trimmed(printed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    let program = mistake.program.map { "    " + $0 + "\n" }.joined()
    return "## \(mistake.title)\n\n\(program)→\n" + lines.map { $0 + "\n" }.joined() + "\n\n"
  }
}
