// The formatter's layout, construct by construct: what stands left of the arrow becomes what stands right of it, and stays so.

import Lang
import Testing

private func formatted(_ text: String) -> String? {
  guard case .formatted(let bytes) = Formatter.format(SourceFile(name: "test.tw", text: text)) else { return nil }
  return String(decoding: bytes, as: UTF8.self)
}

private func expect(_ text: String, becomes wanted: String, _ place: SourceLocation = #_sourceLocation) {
  let result = formatted(text)
  #expect(result == wanted, sourceLocation: place)
  #expect(result.flatMap(formatted) == wanted, "the second time differs from the first", sourceLocation: place)
}

@Suite struct FormatterTests {
  @Test(arguments: [
    ("x=1+2*-y^-z", "x = 1 + 2 * -y ^ -z"),
    ("x = a@b//c%d", "x = a @ b // c % d"),
    ("y=x>1&~( z|w )|- ~v", "y = x > 1 & ~(z | w) | -~v"),
    ("r={a ... ,b:1 , f( x ) ...}", "r = {a..., b: 1, f(x)...}"),
    ("f=()=>{}", "f = () => { }"),
    ("fn f()={}", "fn f() = { }"),
    ("for k,v in r{v}", "for k, v in r { v }"),
    ("y=not a in xs and b not  in ys", "y = not a in xs and b not in ys"),
    ("r = 0 .. len( xs ) - 1", "r = 0..len(xs) - 1"),
    ("f( a,b ,k = 5 )", "f(a, b, k=5)"),
    ("f( xs ... )", "f(xs...)"),
    ("x [ 1 : 2 , : , - 1 ]", "x[1:2, :, -1]"),
    ("r={ a:1,\"b c\" : [ 1,2, ], in: {} }", "r = {a: 1, \"b c\": [1, 2], in: {}}"),
    ("f=( a,b = 2,rest ... )=>a", "f = (a, b=2, rest...) => a"),
    ("g = x=>x . y . in - 1", "g = x => x.y.in - 1"),
    ("x|>f|>g( 1 )", "x |> f |> g(1)"),
    ("x+=1 ; y -=2;", "x += 1\ny -= 2"),
    ("a ,b=[ 1,2 ]", "a, b = [1, 2]"),
    ("fn f(x)=x+1", "fn f(x) = x + 1"),
    ("fn f(x){x+1}", "fn f(x) { x + 1 }"),
    ("while true{break}", "while true { break }"),
    ("if a{b}else if c{d}else{}", "if a { b } else if c { d } else { }"),
    ("v=try xs[ 9 ] else nil", "v = try xs[9] else nil"),
    ("try{a}catch e{b}", "try { a } catch e { b }"),
    ("use \"lib/mine.tw\"   as mine", "use \"lib/mine.tw\" as mine"),
    ("x = ( - 1 )", "x = (-1)"),
    ("for i , x in enumerate(xs){print(i);print(x)}", "for i, x in enumerate(xs) { print(i); print(x) }"),
    ("return_ = [(1),[2],(x)=>x]", "return_ = [(1), [2], (x) => x]"),
  ])
  func spacesAreCanonical(_ text: String, _ wanted: String) { expect(text, becomes: wanted + "\n") }

  @Test(arguments: ["\"a  {x+1:.2f}  b\"", "r\"\\n {x\"", "\"\"\"\n  two\n    lines {x}\n\"\"\"", "\"{f(\"{ x }\")}\""])
  func stringsKeepTheirText(_ text: String) { expect("s=" + text, becomes: "s = " + text + "\n") }

  @Test func statementsShareALineOnlyInBraces() {
    expect("a=1;b=2", becomes: "a = 1\nb = 2\n")
    expect("if c { a=1;b=2 }", becomes: "if c { a = 1; b = 2 }\n")
    expect("if c { a=1\nb=2 }", becomes: "if c {\n  a = 1\n  b = 2\n}\n")
  }

  @Test func theBlocksOfAnIfBreakTogether() {
    expect("if a {\nb } else { c }", becomes: "if a {\n  b\n} else {\n  c\n}\n")
    expect("if a { b }\nelse { c }", becomes: "if a { b } else { c }\n")
  }

  @Test func brokenBracketsHaveOneElementALineAndATrailingComma() {
    expect("xs = [1,\n2]", becomes: "xs = [\n  1,\n  2,\n]\n")
    expect("f(\na, k=1)", becomes: "f(\n  a,\n  k=1,\n)\n")
    expect("r = {a: 1,\n\n\nb: 2}", becomes: "r = {\n  a: 1,\n\n  b: 2,\n}\n")
    expect("x = (\na + b)", becomes: "x = (\n  a + b\n)\n")
  }

  @Test func aLambdasBlockDoesNotBreakTheCallAroundIt() {
    expect("map(xs, x => {\ny = x\ny })", becomes: "map(xs, x => {\n  y = x\n  y\n})\n")
  }

  @Test func aFullLineBreaksAtTheOuterBracket() {
    let name = String(repeating: "n", count: 50)
    expect(
      "x = f(g(\(name), 1), \(name), 12345678)",
      becomes: "x = f(\n  g(\(name), 1),\n  \(name),\n  12345678,\n)\n")
    // 120 columns fit.
    let line = "x = f(\(name), \(String(repeating: "m", count: 61)))"
    #expect(line.count == 120)
    expect(line, becomes: line + "\n")
    let longer = line.dropLast() + "m)"
    expect(String(longer), becomes: "x = f(\n  \(name),\n  \(String(repeating: "m", count: 62)),\n)\n")
  }

  @Test func pipesAndOperatorsStayOnTheLinesTheyAreOn() {
    expect("x = a\n|> f\n     |> g(1)", becomes: "x = a\n  |> f\n  |> g(1)\n")
    expect("x = a |>\nf", becomes: "x = a\n  |> f\n")
    expect("x = a +\nb", becomes: "x = a +\n  b\n")
    expect("x = (a\n+ b)", becomes: "x = (a\n  + b)\n")
    expect("x = r\n.a\n.b", becomes: "x = r\n  .a\n  .b\n")
  }

  @Test func commentsStayWithTheirCode() {
    expect(
      "#!/usr/bin/env tw\n## Doc.\n\n\n\n# own   \nx=1# why",
      becomes: "#!/usr/bin/env tw\n## Doc.\n\n# own\nx = 1  # why\n")
    expect("if a { # why\nb\n# end\n}", becomes: "if a { # why\n  b\n  # end\n}\n")
    expect(
      "xs = [ # why\n1, # one\n# two\n2 # last\n]", becomes: "xs = [  # why\n  1,    # one\n  # two\n  2,  # last\n]\n")
    expect("f(a # first\n, b)", becomes: "f(\n  a,  # first\n  b,\n)\n")
    expect("if a { b }\n# between\nelse { c }", becomes: "if a { b }\n# between\nelse { c }\n")
    expect("{ # only\n}", becomes: "{ # only\n}\n")
  }

  @Test func commentsOfNeighbouringLinesAreAligned() {
    expect("a=1 # x\nlong=2   # y\n\nb=1 # z", becomes: "a = 1     # x\nlong = 2  # y\n\nb = 1  # z\n")
    let aligned = "a = 1       # x\nlong = 2    # y\n"
    expect(aligned, becomes: aligned)
  }

  @Test func neighbouringParamsAreAligned() {
    expect(
      "param a:number=1 \"x\"\nparam name:string=\"mini\" \"y\"",
      becomes: "param a: number    = 1       \"x\"\nparam name: string = \"mini\"  \"y\"\n")
  }

  @Test func theDesignsExampleIsCanonical() {
    let text = """
      #!/usr/bin/env tw
      ## Which tokens does a noun look for in each head? (paper, section 4.2)
      param model: string = "mini"   "model name, or a folder in Hugging Face layout"
      param block: number = 0        "transformer block to probe"
      param k: number     = 5        "nearest tokens to show"

      m = load(model)
      b = m.blocks[block]
      E = ln(m.wte, b.ln_1)                    # every word on the block's ellipsoid, labelled by token

      for noun in [" time", " life", " world"] {
        x = E[noun]
        for h in b.heads {
          keys = nearest(x @ wqk(h), E, k=k)
          print("{noun:<8} head {h.index:>2}  {keys.token}")
        }
      }

      S = svd(wqk(b.heads[3]))                 # factored: never builds the d x d matrix
      S.s[0:5]                                 # at the prompt, the last value is shown
      nearest(S.u[:, 0], E)                    # a table: rank, token, id, score
      wvo(b.heads[3]) |> svd |> coverage(0.99) # pipes put the left side first

      """
    expect(text, becomes: text)
  }

  @Test func blankLinesShrinkToOneAndVanishAtEdges() {
    expect("\n\na = 1\n\n\n\nb = 2\n\n", becomes: "a = 1\n\nb = 2\n")
    expect("fn f() {\n\na\n\n}", becomes: "fn f() {\n  a\n}\n")
    expect("", becomes: "")
    expect("\n\n", becomes: "")
  }

  @Test func aFileMayStartWithARecord() {
    expect("\n{a: 1}.a", becomes: "{a: 1}.a\n")
    expect("{a: 1}.a", becomes: "{a: 1}.a\n")
  }

  @Test func commentsAboveABlockDoNotBecomeTheDocumentationOfWhatIsInIt() {
    expect(
      "a = 1\n## of the block\nif true { fn f() { 1 } }", becomes: "a = 1\n## of the block\nif true { fn f() { 1 } }\n")
    expect(
      "a = 1\n## of the block\nif true { fn f() {\n1 } }",
      becomes: "a = 1\n## of the block\nif true {\n  fn f() {\n    1\n  }\n}\n")
  }

  @Test func anEmptyBlockDoesNotBecomeARecord() {
    expect("f = x => {;;}", becomes: "f = x => { ; }\n")
    expect("try ({ ; } != e) catch e { {} }", becomes: "try ({ ; } != e) catch e { {} }\n")
    expect("if true {}", becomes: "if true { }\n")
  }

  @Test(arguments: ["x = (", "a b", "\"open"])
  func aFaultyTextIsReportedInsteadOfChanged(_ text: String) {
    guard case .faulty(let faults) = Formatter.format(SourceFile(name: "test.tw", text: text)) else {
      Issue.record("formatted \(text)")
      return
    }
    #expect(!faults.isEmpty)
  }

  @Test func windowsLineEndsAndByteOrderMarksGo() {
    expect("\u{FEFF}a = 1\r\nb = 2 # c\r\n", becomes: "a = 1\nb = 2 # c\n")
  }

  @Test func chainsOf200000LinksAreFormatted() {
    let chain = "x = 1" + String(repeating: "+1", count: 200_000)
    #expect(formatted(chain)?.utf8.count == 6 + 4 * 200_000)
  }

  @Test func requiredParamsAreAlignedWithTheOthers() {
    expect(
      "param n:number \"how many\"\nparam words:file\nparam out: folder=\"out\" \"where\"\nparam k: number=5 \"x\"",
      becomes:
        "param n: number            \"how many\"\nparam words: file\nparam out: folder = \"out\"  \"where\"\nparam k: number   = 5      \"x\"\n"
    )
    expect("param n: number \"how many\"", becomes: "param n: number  \"how many\"\n")
  }

  /// One long default stands apart; the others stay together.
  @Test func aLongDefaultDoesNotMoveTheHelpOfTheOthers() {
    let long = "\"\(String(repeating: "x", count: 70))\""
    let text = "param a: number = 1  \"x\"\nparam b: string = \(long)  \"y\"\nparam c: number = 12345  \"z\"\n"
    let wanted = "param a: number = 1      \"x\"\nparam b: string = \(long)  \"y\"\nparam c: number = 12345  \"z\"\n"
    expect(text, becomes: wanted)
    expect(wanted, becomes: wanted)
    // As it was laid out before.
    let far = String(repeating: " ", count: 71)
    expect(
      "param a: number = 1\(far)\"x\"\nparam b: string = \(long)  \"y\"\n",
      becomes: "param a: number = 1  \"x\"\nparam b: string = \(long)  \"y\"\n")
  }

  @Test func whatAFileNeedsIsKept() {
    expect("needs   tw>=0.2 ;x=1", becomes: "needs tw >= 0.2\nx = 1\n")
    expect("needs tw >= 0.1.99.4", becomes: "needs tw >= 0.1.99.4\n")
    expect("param out:folder", becomes: "param out: folder\n")
  }
}
