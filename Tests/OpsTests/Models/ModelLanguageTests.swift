// Models and tokenizers as a program sees them.

import Lang
import Operations
import Runtime
import Testing

@Suite struct ModelLanguageTests {
  private func session() -> Session {
    let interpreter = Interpreter(operations: Registrations.all, standardModule: Registrations.standardModule)
    return Session(interpreter: interpreter, isInteractive: false)
  }

  private func value(_ code: String) throws -> String {
    Printer.quotedText(of: try session().run(SourceFile(name: "test", text: code), options: nil).value)
  }

  @Test(arguments: [
    (#"load("mini") == load("mini")"#, "true"),
    (#"m = load("mini"); [len(m.blocks), len(m.heads), m.heads[13].block, m.heads[13].index]"#, "[6, 36, 2, 1]"),
    (#"h = load("mini").blocks[1].heads[2]; [h.wq.shape, h.wo.shape, h.bv.shape]"#, "[[192, 32], [32, 192], [32]]"),
    (#"load("mini").config.n_embd"#, "192"),
    (#"load("mini").blocks[0].ln_1.eps"#, "1e-05"),
    (#"load("mini").blocks[5].mlp.w_in.shape"#, "[192, 768]"),
    (#"m = load("mini"); m.wte[" time"].shape"#, "[192]"),
    // Reference: Tokenizer.from_file("Models/mini/tokenizer.json").encode("Hello, world!").ids
    (#"encode(load("mini"), "Hello, world!")"#, "[39, 500, 78, 11, 984, 0]"),
    (#"t = tokenizer("mini"); decode(t, encode(t, "naïve café"))"#, #""naïve café""#),
    (
      #"t = tokenizer("mini"); [decode(t, 0), decode(t, 0..3), decode(t, []), decode(t, tensor([0, 2]))]"#,
      ##"["!", "!\"#", "", "!#"]"##
    ),
    (#"m = load("mini"); ts = tokens(m); [len(ts), ts[8191]]"#, #"[8192, "<|endoftext|>"]"#),
    (#"token_bytes(load("mini"), 220)"#, "[32]"),
    (#"t = tokenizer("mini"); [t.size, t.special, len(t)]"#, #"[8192, ["<|endoftext|>"], 8192]"#),
  ])
  func values(_ code: String, _ expected: String) throws {
    #expect(try value(code) == expected)
  }

  @Test(arguments: [
    (#"decode(load("mini"), [8192])"#, "E0401 there is no token 8192 in a vocabulary of 8192"),
    (#"decode(load("mini"), 0..1000000000000)"#, "E0401 there is no token 999999999999 in a vocabulary of 8192"),
    (#"decode(load("mini"), [-1])"#, "E0401 there is no token -1 in a vocabulary of 8192"),
    (#"decode(load("mini"), [0.5])"#, "E0308 a token id must be a whole number, got 0.5"),
    (#"decode(load("mini"), [nil])"#, "E0302 `decode` wants a list of ids for `ids`, got nil at index 0"),
    (#"token_bytes(load("mini"), 1e300)"#, "E0308 `id` must be a whole number between -2^63 and 2^63, got 1e+300"),
    (#"load("mini").block"#, "E0203 a model has no field `block`"),
    (#"load("/nowhere/at/all")"#, "E0504 there is no model `/nowhere/at/all`"),
  ])
  func errors(_ code: String, _ expected: String) {
    #expect(fault { _ = try value(code) } == expected)
  }

  @Test func foldersThatMayNotBeRead() throws {
    let folder = try ScratchFolder()
    try ModelFixture().write(to: folder)
    let session = session()
    session.interpreter.permissions.restrict(.read, to: ["/nowhere"])
    for code in [
      "load(\"\(folder.path)\")", "tokenizer(\"\(folder.path)\")", "tokenizer(\"\(folder.path)/vocab.json\")",
    ] {
      #expect(fault { _ = try session.run(SourceFile(name: "test", text: code), options: nil) }.hasPrefix("E0605"))
    }
  }
}
