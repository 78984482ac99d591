// The README's lines at the prompt, typed into a real terminal: the screen must show what the README shows.

import Testing

@Suite struct Readme {
  /// The prompt lines of all `console` blocks, without the line that starts tw.
  private static func transcripts(_ text: String) -> [[String]] {
    var blocks: [[String]] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "```console" {
        isInside = true
        blocks.append([])
      } else if line == "```" {
        isInside = false
      } else if isInside, !line.hasPrefix("$ ") {
        blocks[blocks.count - 1].append(String(line))
      }
    }
    return blocks
  }

  @Test func theTourShowsWhatItSays() throws {
    let blocks = Self.transcripts(try #require(Machine.read(Machine.root + "/README.md")))
    try #require(blocks.count > 5)
    let terminal = try Terminal(try Scratch(), size: "100x300")
    try terminal.expect("tw>")
    for block in blocks {
      for (index, line) in block.enumerated() {
        guard line.hasPrefix("tw> ") || line.hasPrefix("... ") else { continue }
        try terminal.enter(String(line.dropFirst(4)))
        // What the README shows up to the next line that is typed, and then the prompt for it.
        let shown = block[(index + 1)...].prefix { !$0.hasPrefix("tw> ") && !$0.hasPrefix("... ") }
        let following = index + 1 + shown.count
        let next = block.indices.contains(following) ? String(block[following].prefix(3)) : "tw>"
        try terminal.expect(lines: [line] + shown + [next])
      }
    }
  }

  @Test func theDemoBeginsAsTheReadmeSays() throws {
    let readme = try #require(Machine.read(Machine.root + "/README.md"))
    let scratch = try Scratch()
    let demo = try scratch.run("$TW '\(Machine.root)/examples/common_nouns.tw' --prefix ' ' --out out")
    #expect(demo.status == 0, "\(demo.errors)")
    let begin = demo.output.split(separator: "\n", omittingEmptySubsequences: false).prefix(10).joined(separator: "\n")
    #expect(readme.contains("```text\n" + begin + "\n```"), "the demo begins:\n\(begin)")
  }
}
