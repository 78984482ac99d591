// Texts of files and recipes on their way to a terminal: nothing that a terminal would obey gets there, but by `print` of a string.

import Testing

@Suite struct EscapingTests {
  /// Writes to the clipboard, colours, goes back over the line, turns letters round, ends with C1's own colour sequence.
  static let evil = "x\u{1B}]52;c;aGk=\u{7}\u{1B}[31m\r\u{8}\u{202E}\u{2066}\u{9B}31m\u{200B}\u{E0041}y"
  /// The same as a program writes it in a string.
  static let written = #"x\u{1b}]52;c;aGk=\u{7}\u{1b}[31m\r\u{8}\u{202e}\u{2066}\u{9b}31m\u{200b}\u{e0041}y"#

  struct Probe: CustomTestStringConvertible, Sendable {
    let name: String
    /// A line of bash; `$EVIL` is the text.
    let line: String
    /// Files that it needs.
    var files: [String: String] = [:]
    /// What shows that the text was reached.
    var sign = #"\x1b"#
    /// A bar that is drawn over itself.
    var isBar = false
    var testDescription: String { name }
  }

  private static func code(_ name: String, _ code: String, files: [String: String] = [:], sign: String = #"\x1b"#)
    -> Probe
  {
    Probe(name: name, line: "$TW -e '\(code.replacing("EVIL", with: written))'", files: files, sign: sign)
  }

  static let probes: [Probe] = [
    Probe(
      name: "--help", line: "$TW a.tw --help",
      files: ["a.tw": "## About \(evil)\n\n## Doc \(evil)\nparam k: string = \"\(written)\" \"help \(written)\"\n"]),
    Probe(
      name: "documentation of a function", line: "$TW a.tw", files: ["a.tw": "## Doc \(evil)\nfn f() = 1\nhelp(f)\n"]),
    code("message of error", #"error("EVIL")"#),
    code("message of error, two lines", #"error("a\nEVIL")"#),
    code("message of assert", #"assert(false, "EVIL")"#),
    code("a caught message raised again", #"try { error("EVIL") } catch e { error(e.message) }"#),
    code("format in a text", #"format(1, "EVIL")"#),
    code("format of a string", #"format("a", "EVIL")"#),
    code("use", #"use "EVIL" as a"#),
    code("key", #"{a: 1}["EVIL"]"#),
    code("similar key", #"{"EVIL": 1}["EVILz"]"#),
    code("column", #"table({"EVIL": [1]}).zz"#),
    code("column by name", #"table({a: [1]})["EVIL"]"#),
    code("model", #"load("EVIL")"#),
    code("tokenizer", #"tokenizer("EVIL")"#),
    code("path of a text", #"read_text("EVIL")"#),
    code("path of a table", #"read_csv("EVIL")"#),
    code("path of numbers", #"read_npy("EVIL.npy")"#),
    code("path of an image", #"read_image("EVIL.png")"#),
    code("path to write", #"save([1], "/dev/null/EVIL.json")"#),
    code("format to write", #"save([1], "a.EVIL")"#),
    code("token", #"load("mini").wte["EVIL"]"#),
    code("help for a text", #"help("EVIL")"#),
    code("number in a text", #"number("EVIL")"#),
    code("list", #"print(["EVIL"])"#),
    code("record", #"print({"EVIL": "EVIL"})"#),
    code("list in a text", #"print("{["EVIL"]}")"#),
    code("last value", #"["EVIL"]"#),
    code("table", #"print(table({"EVIL": ["EVIL"]}))"#),
    code("show of a list", #"show(["EVIL"])"#),
    code("show of a string", #"show("EVIL")"#),
    code("figure", #"print(line([1, 2], title="EVIL"))"#),
    code("warning", #"line([1, nan], title="EVIL"); load("mini"); print(["EVIL"])"#),
    code(
      "header of a file", #"read_csv("a.csv").zz"#,
      files: ["a.csv": "\(evil.replacing("\r", with: "").replacing("\n", with: ""))\n1\n"]),
    code("names in JSON", #"read_json("a.json")"#, files: ["a.json": #"{"\u001b[1m": 1, "\u001b[1m": 2}"#]),
    code("words in JSON", #"read_json("a.json")"#, files: ["a.json": "[\u{1B}[31m"], sign: "a.json"),
    Probe(name: "the recipe's own name", line: #"printf 'error("no")' >"$EVIL.tw"; $TW "$EVIL.tw""#),
    Probe(
      name: "its line", line: "$TW a.tw",
      files: ["a.tw": "x = 1 # \(evil.replacing("\r", with: ""))\ny = nosuch # \u{1B}[31m\u{202E}\n"]),
    Probe(name: "check", line: "$TW check a.tw", files: ["a.tw": "x = nosuch # \u{1B}[31m\u{202E}\n"]),
    Probe(name: "check of its name", line: #"printf 'nosuch' >"$EVIL.tw"; $TW check "$EVIL.tw""#),
    Probe(name: "fmt of a fault", line: "$TW fmt a.tw", files: ["a.tw": "x = ) # \u{1B}[31m\u{202E}\n"]),
    Probe(name: "option", line: #"printf 'param k: number = 1\nk' >a.tw; $TW a.tw "--$EVIL" 1"#),
    Probe(name: "value of an option", line: #"printf 'param k: number = 1\nk' >a.tw; $TW a.tw --k "$EVIL""#),
    Probe(name: "option of tw", line: #"$TW "--$EVIL""#),
    Probe(name: "file that is not there", line: #"$TW "$EVIL""#),
    Probe(name: "name of documentation", line: #"$TW doc "$EVIL""#),
    Probe(name: "NUL in a path", line: #"$TW -e 'read_text("a\u{0}b")'"#, sign: #"a\x00b"#),
    Probe(name: "NUL in a path to write", line: #"$TW -e 'save([1], "a\u{0}b.json")'"#, sign: #"a\x00b"#),
    Probe(name: "NUL in a module", line: #"$TW -e 'use "a\u{0}b" as a'"#, sign: #"a\x00b"#),
    Probe(name: "NUL in a model", line: #"$TW -e 'load("a\u{0}b")'"#, sign: #"a\x00b"#),
    Probe(name: "NUL in a tokenizer", line: #"$TW -e 'tokenizer("a\u{0}b")'"#, sign: #"a\x00b"#),
  ]

  /// Those that show something else where there is a terminal.
  static let terminalProbes: [Probe] =
    [
      Probe(name: "fmt --diff", line: "$TW fmt --diff a.tw", files: ["a.tw": "x   =  1 # \u{1B}[31m\u{202E}\n"]),
      Probe(name: "fmt --check", line: #"printf 'x   =  1' >"$EVIL.tw"; $TW fmt --check "$EVIL.tw""#),
      Probe(name: "fmt", line: "$TW fmt - <a.tw", files: ["a.tw": "x   =  1 # \u{1B}[31m\u{202E}\n"]),
      code("figure in characters", #"line([1, 2], title="EVIL", xlabel="EVIL")"#, sign: #"\u{1b}"#),
      code("labels in a figure", #"scatter([[1, 2], [3, 4]], labels=["EVIL", "a"], title="EVIL")"#, sign: #"\u{1b}"#),
      Probe(
        name: "progress", line: "$TW -e 'for i in progress(0..30, \"\(written)\") { x = sum(randn(1000, 1500)) }'",
        isBar: true),
    ] + probes

  /// `$EVIL` for bash.
  private static let variable = "EVIL=$'" + evil.unicodeScalars.map { "\\U" + hexadecimal($0.value) }.joined() + "'"

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private func check(_ text: String, _ probe: Probe) {
    // A terminal gets its line ends as CR LF, and we erase the bar of progress.
    var text = text.replacing("\r\n", with: "\n")
    // A figure asks the terminal whether it draws pictures.
    if text.hasPrefix("\u{1B}[c") { text.removeFirst(3) }
    if probe.isBar { text = text.replacing("\u{1B}[K", with: "").replacing("\r", with: "") }
    let bad = text.unicodeScalars.filter { scalar in
      let value = scalar.value
      return (value < 32 && value != 10 && value != 9) || (0x7F...0x9F).contains(value) || value == 0x202E
        || value == 0x2066 || value == 0x200B || (0xE0000...0xE007F).contains(value)
    }
    #expect(
      bad.isEmpty, "\(probe.name) sends \(bad.map { String($0.value, radix: 16) }): \(Array(text.utf8.prefix(2000)))")
    #expect(text.contains(probe.sign), "\(probe.name) does not show the text: \(text)")
  }

  private func run(_ probe: Probe, _ line: String) throws -> Machine.Result {
    let scratch = try Scratch()
    for (name, text) in probe.files { try scratch.write(name, text) }
    try scratch.write("probe", "export LC_ALL=C.UTF-8\n\(Self.variable)\n\(probe.line)\n")
    return try scratch.run("export EVIL; \(line)")
  }

  @Test(arguments: probes) func nothingThatATerminalObeysIsShown(probe: Probe) throws {
    let result = try run(probe, "source ./probe")
    check(result.output + result.errors, probe)
  }

  @Test(arguments: terminalProbes) func norOnATerminal(probe: Probe) throws {
    let result = try run(probe, "NO_COLOR=1 TERM=xterm script -qec 'bash ./probe' /dev/null")
    check(result.output, probe)
  }

  @Test func stringsThatArePrintedStayAsTheyAre() throws {
    let result = try Scratch().run(#"$TW -e 'print("a\u{1b}[1m", "\u{202e}")'; $TW -e '"b\u{1b}[1m"'"#)
    #expect(result.output == "a\u{1B}[1m \u{202E}\nb\u{1B}[1m\n")
  }

  /// A diff that goes into a file is one that can be applied.
  @Test func whatGoesToAFileStaysAsItIs() throws {
    let scratch = try Scratch()
    try scratch.write("a.tw", "x   =  1 # \u{1B}[31m\n")
    #expect(try scratch.run("$TW fmt --diff a.tw").output.contains("# \u{1B}[31m\n"))
    #expect(try scratch.run("$TW fmt - <a.tw").output.hasSuffix("# \u{1B}[31m\n"))
  }

  @Test func thePromptShowsNoneEither() throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/f"
    _ = try scratch.run("mkdir f; touch $'f/a\\e[31mb' $'f/a\\e[31mc'")
    let terminal = try Terminal(scratch, environment: "NO_COLOR=1")
    try terminal.expect("tw>")
    #expect(try terminal.ask(#"{"a\u{1b}[31m": "\u{202e}"}"#) == [#"{"a\x1b[31m": "\u{202e}"}"#])
    #expect(try terminal.ask(#""\u{9b}31m""#) == [#""\x9b31m""#])
    try terminal.type("read_text(\"\(folder)/a")
    try terminal.press("Tab")
    for _ in 0..<100 where try !terminal.screen().contains(where: { $0.contains(#"a\x1b[31mb"#) }) {
      try terminal.press("Tab")
    }
    #expect(try terminal.colouredScreen().contains(#"a\x1b[31mb"#))
    try terminal.press("C-c")
    try terminal.expect("tw>")
    try terminal.paste("x = \"a\u{202E}b\"")
    try terminal.expect("tw> x = \"a\u{FFFD}b\"")
    try terminal.press("Enter")
    #expect(try terminal.ask("len(x)") == ["3"])
  }
}
