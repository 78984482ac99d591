// The reference runs: every example of an operation succeeds, every example of an error raises its code.

import Lang
import Testing

@Suite struct ReferenceTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Fenced blocks of a Markdown text: the words behind the fence, and the lines between.
  private func blocks(_ text: String) -> [(kind: String, heading: String, code: String)] {
    var result: [(kind: String, heading: String, code: String)] = []
    var heading = ""
    var kind: String?
    var lines: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let open = kind {
          result.append((open, heading, lines.joined(separator: "\n")))
          kind = nil
        } else {
          kind = String(line.dropFirst(3))
          lines = []
        }
      } else if kind != nil {
        lines.append(line)
      } else if line.hasPrefix("### ") {
        heading = String(line.dropFirst(4))
      }
    }
    return result
  }

  @Test func everyOperationHasAnExampleThatSucceeds() throws {
    let page = try scratch.run("$TW doc").output
    let all = blocks(page)
    let examples = all.filter { $0.kind == "tw" }
    let named = Set(examples.map(\.heading))
    #expect(examples.count > 50)
    var script = ""
    for (number, example) in examples.enumerated() {
      // Errors are what these two are for.
      let expected = ["error", "assert"].contains(example.heading) ? "any" : "0"
      let code = example.code.contains("m = load(") ? example.code : "m = load(\"mini\")\n" + example.code
      try scratch.write("\(number).tw", code + "\n")
      script += "mkdir w\(number); (cd w\(number) && timeout 20 $TW ../\(number).tw >../out 2>&1); s=$?\n"
      script += "[ \(expected) = any ] || [ $s = 0 ] || { echo '\(example.heading)'; head -4 out; }\n"
    }
    let failed = try scratch.run(script).output
    #expect(failed == "", "examples that fail:\n\(failed)")
    let missing = all.filter { $0.kind == "" && $0.code.contains("(") && !named.contains($0.heading) }.map(\.heading)
    #expect(missing.filter { !$0.isEmpty } == [], "entries without an example")
  }

  @Test(arguments: ErrorCode.allCases) func everyErrorsExampleRaisesIt(code: ErrorCode) throws {
    let line: String
    switch code.explanation.example {
    case .program(let text):
      try scratch.write("example.tw", text + "\n")
      line = "$TW example.tw"
    case .check(let text):
      try scratch.write("example.tw", text + "\n")
      #expect(try scratch.run("$TW example.tw").status == 0)
      line = "$TW check example.tw"
    case .command(let text): line = "tw() { \"$TW\" \"$@\"; }; " + text
    case .situation(let words):
      #expect(!words.isEmpty)
      return
    }
    let result = try scratch.run(line)
    #expect(result.errors.contains("\(code.isWarning ? "warning" : "error")[\(code.rawValue)]"), "\(result.errors)")
    #expect(result.status == (code.isWarning ? 0 : code == .badOption ? 2 : 1))
  }

  @Test func entriesAreFoundByName() throws {
    #expect(try scratch.run("$TW doc len").output.hasPrefix("### len\n\n```\nlen("))
    #expect(try scratch.run("$TW doc E0201").output.hasPrefix("### E0201\n"))
    #expect(try scratch.run("$TW doc geometry").output.hasPrefix("## stdlib: geometry\n\nThe sphere"))
    let unknown = try scratch.run("$TW doc lenn")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("similar name: `len`"))
  }

  @Test func linksOfTheContentsLeadSomewhere() throws {
    for page in ["$TW doc", "$TW doc --errors"] {
      let text = try scratch.run(page).output
      var anchors: Set<String> = []
      for line in text.split(separator: "\n") where line.hasPrefix("##") {
        let words = line.drop { $0 == "#" }.lowercased().split(separator: " ").joined(separator: "-")
        let anchor = String(words.filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        #expect(anchors.insert(anchor).inserted, "two headings \(anchor)")
      }
      let links = text.split(separator: "(").dropFirst().compactMap { part -> String? in
        part.hasPrefix("#") ? String(part.dropFirst().prefix { $0 != ")" }) : nil
      }
      #expect(links.count > 40)
      for link in links { #expect(anchors.contains(link), "\(link)") }
    }
  }

  @Test func aFileIsDocumentedByItsText() throws {
    try scratch.write(
      "probe.tw",
      """
      ## Which words lie <near> each other?
      ## Prints a table.
      ##
      ## Example:
      ##   tw probe.tw --k 3
      needs tw >= 0.2
      param k: number   "how many"
      ## Several with | between them.
      param words: file = "data/common_nouns.txt"
      param fast: bool = false "at once"

      ## Twice a number.
      ##
      ## Example:
      ##   twice(3)
      fn twice(x, more=1) = 2 * x
      fn _hidden() = 1
      fn plain(a, rest...) { a }
      print("ran", k, words, fast)

      """)
    let run = try scratch.run("$TW doc probe.tw")
    #expect(
      run.output == """
        # probe.tw

        Which words lie \\<near> each other?
        Prints a table.

        ```tw
        tw probe.tw --k 3
        ```

        ## Options

        ```
        tw probe.tw --k NUMBER [--NAME VALUE ...]
        ```

        - `--k NUMBER` how many (number, required)
        - `--words FILE` Several with \\| between them. (file, default: "data/common_nouns.txt")
        - `--[no-]fast` at once (bool, default: false)

        ## Functions

        ### twice

        ```
        twice(x, more=1)
        ```

        Twice a number.

        ```tw
        twice(3)
        ```

        ### plain

        ```
        plain(a, rest...)
        ```

        """, "\(run.output)\(run.errors)")
  }

  @Test func filesThatCannotBeDocumented() throws {
    try scratch.write("faulty.tw", "x = (1 +\n")
    #expect(try scratch.run("$TW doc faulty.tw").errors.hasPrefix("error[E01"))
    let missing = try scratch.run("$TW doc ./none.tw")
    #expect(missing.status == 1 && missing.errors.hasPrefix("error[E0501]: cannot read ./none.tw"), "\(missing.errors)")
    for recipe in ["ablate", "trajectory", "checks"] {
      let run = try scratch.run("$TW doc '\(Machine.root)/examples/\(recipe).tw'")
      #expect(run.status == 0 && run.output.contains("\n- `--out FOLDER` folder for"), "\(run.output)")
    }
  }
}
