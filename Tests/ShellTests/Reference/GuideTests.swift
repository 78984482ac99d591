// The pages of docs/ with programs: their ```tw blocks run, each on its own, and print what the ```text block behind them holds.

import Testing

@Suite struct GuideTests {
  private struct Block {
    var kind: String
    var line: Int
    var text: String
  }

  private func blocks(_ page: String) -> [Block] {
    var result: [Block] = []
    var open: Block?
    for (number, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("```") {
        if let block = open {
          result.append(block)
          open = nil
        } else {
          open = Block(kind: String(line.dropFirst(3)), line: number + 1, text: "")
        }
      } else if open != nil {
        open?.text += line + "\n"
      }
    }
    return result
  }

  /// Each with the least number of programs in it.
  @Test(arguments: [("language", 21), ("interchange", 5), ("from-transformerlens", 10)])
  func theBlocksOfAPagePrintWhatItSays(name: String, least: Int) throws {
    let page = try #require(Machine.read(Machine.root + "/docs/\(name).md"))
    let scratch = try Scratch()
    // Files of other tools, which the pages read.
    _ = try scratch.run("cp '\(Machine.root)/Tests/Fixtures/interchange/'* .")
    let all = blocks(page)
    let programs = all.filter { $0.kind == "tw" }
    try #require(programs.count >= least)
    for (index, block) in all.enumerated() where block.kind == "tw" {
      try scratch.write("guide.tw", block.text)
      let result = try scratch.run("$TW guide.tw 2>&1")
      let next = index + 1 < all.count ? all[index + 1] : nil
      let wanted = next?.kind == "text" ? next?.text ?? "" : ""
      #expect(result.output == wanted, "docs/\(name).md:\(block.line)")
      if !wanted.hasPrefix("error[") { #expect(result.status == 0, "docs/\(name).md:\(block.line)") }
      let format = try scratch.run("$TW fmt --diff guide.tw")
      #expect(format.output == "" || wanted.hasPrefix("error["), "docs/\(name).md:\(block.line) is not formatted")
    }
  }
}
