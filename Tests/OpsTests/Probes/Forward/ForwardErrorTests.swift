// What `forward` says when it cannot.

import Lang
import Runtime
import Testing

@Suite struct ForwardErrors {
  @Test(arguments: [
    (#"forward(m, "")"#, "E0306 `forward` needs at least one token, the text is empty"),
    ("forward(m, [])", "E0306 `forward` needs at least one token, the text is empty"),
    (#"forward(m, ["a", ""])"#, "E0306 `forward` needs at least one token, the text at index 1 is empty"),
    ("forward(m, 0..257)", "E0306 a text of 257 tokens is too long for model mini, which has 256 positions"),
    (
      "forward(m, [[1], 0..257])",
      "E0306 the text at index 1, of 257 tokens, is too long for model mini, which has 256 positions"
    ),
    ("forward(m, [8192])", "E0401 there is no token 8192 in a vocabulary of 8192"),
    ("forward(m, [1, -1])", "E0401 there is no token -1 in a vocabulary of 8192"),
    ("forward(m, [0.5])", "E0308 a token id must be a whole number, got 0.5"),
    (
      "forward(m, [1, nil])",
      "E0302 `forward` wants ids, or a list of texts or of lists of ids, for `text`, got nil at index 1"
    ),
    (#"forward(m, 5, keep=["resids"])"#, "E0306 `forward` has no keep=\"resids\""),
    ("forward(m, 5, keep=[3])", "E0302 `forward` wants a list of names for `keep`, got a number at index 0"),
    ("forward(m, keep=[1])", "E0205 the argument `text` is missing"),
    (
      #"forward(m, ["a", 3])"#,
      "E0302 `forward` wants ids, or a list of texts or of lists of ids, for `text`, got a number at index 1"
    ),
    (
      #"forward(m, [3, "a"])"#,
      "E0302 `forward` wants ids, or a list of texts or of lists of ids, for `text`, got a number at index 0"
    ),
    ("forward(m, zeros(2, 2, 2))", "E0302 `forward` wants ids for `text`, got a 2x2x2 tensor"),
    ("forward(m, 5, upto=1e30)", "E0308 `upto` must be a whole number between -2^63 and 2^63, got 1e+30"),
    ("logit_lens(m, 5, target=-1)", "E0702 there is no token -1: ids run from 0 to 8191"),
    ("logit_lens(m, 5, target=1e9)", "E0702 there is no token 1000000000: ids run from 0 to 8191"),
    ("generate(m, 5, n=m)", "E0702 generate wants `n`, a number of tokens, got a model"),
    ("forward(m, 5, upto=7)", "E0306 `forward` cannot run 7 blocks: model mini has 6"),
    ("forward(m, 5, upto=-1)", "E0306 `forward` wants `upto` to be at least 0, got -1"),
    (
      #"forward(m, 5, keep="logits", upto=2)"#,
      #"E0306 `forward` cannot keep "logits" with upto=2: it needs all 6 blocks"#
    ),
    ("forward(m, 5, edit={embd: x => x})", #"E0306 there is no activation "embd""#),
    (
      #"forward(m, 5, edit={"blocks.6.resid": x => x})"#,
      #"E0306 there is no activation "blocks.6.resid": model mini has blocks 0 to 5"#
    ),
    (
      #"forward(m, 5, edit={"blocks.0.head.6": x => x})"#,
      #"E0306 there is no activation "blocks.0.head.6": block 0 of mini has heads 0 to 5"#
    ),
    (
      #"forward(m, 5, edit={"blocks.0.head.-1": x => x})"#,
      #"E0306 there is no activation "blocks.0.head.-1": block 0 of mini has heads 0 to 5"#
    ),
    (
      #"forward(m, 5, edit={"blocks.99999999999999999999.resid": x => x})"#,
      #"E0306 there is no activation "blocks.99999999999999999999.resid""#
    ),
    ("forward(m, 5, edit={ln_f: 3})", #"E0302 the edit of "ln_f" is a number, not a function"#),
    (
      "forward(m, 5, edit={ln_f: x => x[0]})",
      #"E0402 the edit of "ln_f" must give a tensor of shape 1x192, got one of shape 192"#
    ),
    ("forward(m, 5, edit={ln_f: x => nil})", #"E0302 the edit of "ln_f" must give a tensor of shape 1x192, got nil"#),
    (
      #"forward(m, 5, upto=2, edit={"blocks.3.resid": x => x})"#,
      #"E0306 the edit of "blocks.3.resid" would change nothing: upto=2 stops before block 3"#
    ),
    (
      #"forward(m, 5, keep="resid", edit={logits: x => x})"#,
      #"E0306 the edit of "logits" would change nothing: no logits are computed"#
    ),
    (#"forward(m, 5, edit={embed: x => error("mine")})"#, "E0701 mine"),
    (
      #"p = forward(m, 0..250, keep="past").past; forward(m, 0..7, past=p)"#,
      "E0306 7 tokens after 250 is too long for model mini, which has 256 positions"
    ),
    (
      #"p = forward(m, 5, keep="past").past; forward(m, ["a"], past=p)"#,
      "E0306 `past` goes on one text, not on a list of them"
    ),
    (
      #"generate(m, "A", 257)"#,
      "E0702 generate cannot add 257 tokens to 1: model mini has 256 positions; n=256 fits"
    ),
    (#"generate(m, "A", temperature=-1)"#, "E0702 generate wants `temperature`, a number of 0 or more, got -1"),
    (
      #"logit_lens(m, "A", target="no token")"#,
      "E0701 `target` wants one token of mini; 'no token' is 3: 'no', ' to', 'ken'"
    ),
  ])
  func errors(_ code: String, _ wanted: String) {
    #expect(fault { _ = try Program.value("m = load(\"mini\"); " + code) } == wanted)
  }

  @Test func namesThatAreNearAreSuggested() throws {
    let code = "forward(load(\"mini\"), 5, edit={\"blocks.5.heads.3\": x => x})"
    let fault = try #require(throws: Fault.self) { try Program.value(code) }
    #expect(fault.help?.hasPrefix("did you mean \"blocks.5.head.3\"? Names: embed, blocks.L.ln_1, blocks.L.q") == true)
  }

  @Test func aPastOfAnotherModelIsRefused() throws {
    let folder = try ScratchFolder()
    try ModelFixture().write(to: folder)
    let code = "p = forward(load(\"\(folder.path)\"), 1, keep=\"past\").past; forward(load(\"mini\"), 5, past=p)"
    #expect(fault { _ = try Program.value(code) }.hasSuffix(", not of mini"))
  }

  @Test func aModelWithoutTokenizerTakesIds() throws {
    let folder = try ScratchFolder()
    let model = ModelFixture()
    try folder.write("config.json", model.config)
    try folder.write("model.safetensors", model.safetensors())
    let code =
      "m = load(\"\(folder.path)\"); r = forward(m, [1, 2]); [r.tokens, r.logits.shape, logit_lens(m, [1, 2]).top[\"1\"]]"
    #expect(try Program.text(code).hasPrefix("[nil, [2, 9], ["))
    #expect(
      fault { _ = try Program.value("forward(load(\"\(folder.path)\"), \"a\")") }.hasSuffix("has no tokenizer"))
  }

  @Test func aWeightThatIsNotANumberIsReportedByName() throws {
    let folder = try ScratchFolder()
    let model = ModelFixture()
    try model.write(to: folder)
    var bytes = model.safetensors()
    let header = Int(bytes[0]) + Int(bytes[1]) << 8
    let before = model.tensors[..<(try model.index(of: "h.1.mlp.c_fc.weight"))]
    let start = 8 + header + 4 * before.reduce(0) { $0 + $1.shape.reduce(1, *) }
    withUnsafeBytes(of: Float.nan.bitPattern.littleEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
    try folder.write("model.safetensors", bytes)
    var notices: [String] = []
    Notices.listener = { notices.append($0) }
    defer { Notices.listener = nil }
    _ = try Program.value("forward(load(\"\(folder.path)\"), [1, 2])")
    #expect(
      notices == ["h.1.mlp.c_fc.weight in \(folder.path)/model.safetensors holds 1 value that is NaN or infinite"])
    let worst = "t = check(load(\"\(folder.path)\")) |> sort_by(\"not_finite\", reverse=true)"
    #expect(
      try Program.text("\(worst); [t.tensor[0], t.type[0], t.not_finite[0], sum(t.not_finite)]")
        == "[\"h.1.mlp.c_fc.weight\", \"F32\", 1, 1]")
  }
}
