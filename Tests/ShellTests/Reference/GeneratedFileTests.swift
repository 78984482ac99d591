// Files for other programs: what is kept in the repository is what the binary says now, and the other programs can read it.

import Testing

@Suite struct GeneratedFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test(arguments: [("vim", "editors/vim/syntax/tw.vim"), ("textmate", "editors/vscode/syntaxes/tw.tmLanguage.json")])
  func theSyntaxIsUpToDate(target: String, path: String) throws {
    let text = try scratch.run("$TW doc --for \(target)").output
    #expect(text == Machine.read("\(Machine.root)/\(path)"), "run: make docs")
    for word in ["while", "nearest", "coverage"] { #expect(text.contains(word)) }
  }

  @Test func theGrammarIsJSON() throws {
    let result = try scratch.run("$TW doc --for textmate >g.json; $TW -e 'read_json(\"g.json\").scopeName'")
    #expect(result.output == "source.tw\n", "\(result.errors)")
  }

  static let hasVim = Machine.system("command -v vim >/dev/null") == 0

  @Test(.enabled(if: hasVim)) func vimReadsItsFile() throws {
    let result = try scratch.run(
      "$TW doc --for vim >tw.vim; vim -N -u NONE -i NONE -es -c 'verbose source tw.vim' -c 'qa!' 2>&1 | grep -a 'E[0-9]*:'"
    )
    #expect(result.output == "")
  }

  @Test func bashCompletesSubcommandsAndOptions() throws {
    try scratch.write("probe.tw", "x = 1\n")
    let result = try scratch.run(
      """
      $TW doc --for bash >tw.bash; source tw.bash
      try() {
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMPREPLY=()
        _tw tw "${@: -1}" "${@: -2:1}" 2>/dev/null; echo "${COMPREPLY[*]}"
      }
      mkdir examples; touch examples/other.txt examples/more.tw
      try tw --max-m; try tw fmt --d; try tw do; try tw pro; try tw examples/; try tw doc near; try tw --allow-read ex
      """)
    #expect(
      result.output == "--max-memory\n--diff\ndoc\nprobe.tw\nexamples/more.tw\nnearest\nexamples\n", "\(result.errors)")
  }

  @Test func bashCompletesTheOptionsOfARecipe() throws {
    try scratch.write(
      "probe.tw",
      "param k: number \"how many\"\nparam nouns: file = nil\nparam out: folder = \"out\"\nparam m: model = \"mini\"\nparam fast: bool = false\n"
        + "print(\"ran\", k, nouns, out, m, fast)\n")
    let result = try scratch.run(
      """
      $TW doc --for bash >tw.bash; source tw.bash; tw() { "$TW" "$@"; }
      try() {
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _tw; echo "${COMPREPLY[*]}"
      }
      mkdir words; touch words.txt
      try tw probe.tw --; try tw probe.tw --no-; try tw probe.tw --k ''; try tw probe.tw --out wo; try tw probe.tw --nouns wo
      try tw probe.tw --m mi; try tw probe.tw --k 3 --f
      """)
    #expect(
      result.output == """
        --k --nouns --out --m --fast --no-fast --help
        --no-fast

        words
        words words.txt
        mini
        --fast

        """, "\(result.output)\(result.errors)")
  }

  /// What stands before Tab, and the line after it.
  static let completed = [
    ("tw --max-m", "tw --max-memory"), ("tw examples/m", "tw examples/more.tw"), ("tw do", "tw doc"),
    ("tw fmt --d", "tw fmt --diff"), ("tw doc neare", "tw doc nearest"), ("tw check pro", "tw check probe.tw"),
    ("tw doc --for tex", "tw doc --for textmate"), ("tw probe.tw examples/oth", "tw probe.tw examples/other.txt"),
  ]

  /// Starts a shell with the completions loaded, in a terminal, and presses Tab behind each line.
  private func expectCompletions(_ shell: String) throws {
    _ = try scratch.run(
      "mkdir -p bin files/examples; ln -s $TW bin/tw; touch files/probe.tw files/examples/{more.tw,other.txt}")
    let terminal = try Terminal(scratch, command: shell, environment: "PATH='\(scratch.path)/bin':$PATH")
    try terminal.expect(">", within: 20)
    for (typed, line) in Self.completed {
      try terminal.type(typed)
      try terminal.press("Tab")
      try terminal.expect("> " + line)
      try terminal.press("C-u")
      try terminal.expect(">")
    }
  }

  static let hasZsh = Machine.system("command -v zsh >/dev/null") == 0

  @Test(.enabled(if: hasZsh, "zsh is not installed")) func zshCompletes() throws {
    try scratch.write(
      ".zshrc",
      "fpath=(~/functions $fpath)\nautoload -Uz compinit && compinit -u -D\nPS1='> '\nunsetopt PROMPT_SP\ncd files\n")
    _ = try scratch.run("mkdir functions; $TW doc --for zsh >functions/_tw")
    try expectCompletions("ZDOTDIR='\(scratch.path)' zsh -i")
  }

  static let hasFish = Machine.system("command -v fish >/dev/null") == 0

  @Test(.enabled(if: hasFish, "fish is not installed")) func fishCompletes() throws {
    _ = try scratch.run("mkdir -p .config/fish/completions; $TW doc --for fish >.config/fish/completions/tw.fish")
    try scratch.write(
      ".config/fish/config.fish", "set fish_greeting\nfunction fish_prompt; echo -n '> '; end\ncd ~/files\n")
    try expectCompletions("env XDG_CONFIG_HOME= fish")
  }

  @Test func theManualPageSaysWhatTheCommandLineDoes() throws {
    let page = try scratch.run("$TW doc --for man").output
    #expect(page.hasPrefix(".TH TW 1 "))
    for word in [".SH SYNOPSIS", ".B \\-\\-max\\-memory <size>", ".SS tw fmt", ".B :time EXPR", "EDITOR"] {
      #expect(page.contains(word), "\(word)")
    }
    // Plain text of the options would be broken up by roff: no line is left without its macro or its escape.
    #expect(!page.split(separator: "\n").contains { $0.hasPrefix("  ") })
  }

  @Test func installingPutsThemWhereShellsLook() throws {
    let result = try scratch.run(
      "make -s -C '\(Machine.root)' install PREFIX=/usr DESTDIR='\(scratch.path)/to' TW='\(Machine.binary)' PATH=/usr/bin:/bin >log 2>&1; cd to/usr; find . -type f | sort"
    )
    for file in [
      "bin/tw", "share/man/man1/tw.1", "share/bash-completion/completions/tw", "share/zsh/site-functions/_tw",
      "share/fish/vendor_completions.d/tw.fish",
    ] {
      #expect(result.output.contains("./\(file)\n"), "\(Machine.read(scratch.path + "/log") ?? "")")
    }
  }
}
