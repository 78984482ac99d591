// Files of every kind that tw reads, as the language reads them: the first byte of the input names the kind, the rest is the file.
// Seeds: tools/fuzz/seeds.py.

import Formats
import Glibc
import Lang
import Operations
import Runtime

struct FileTarget {
  private struct Kind {
    /// Where the file lies; the rest of a small model lies in `model`.
    let path: String
    let program: String
    /// The file that says how it was made, in itself or beside it, as `tw why` reads it; nil: no other reader looks at it.
    var made: String?
  }

  /// A file that says how it was made.
  private static func made(_ name: String, program: String = "nil", asked: String? = nil) -> Kind {
    Kind(path: "made/\(name)", program: program, made: "made/\(asked ?? name)")
  }

  private static let useOfModel = """
    m = load("model")
    s = 0
    for b in m.blocks { for h in b.heads { s += sum(h.wq) + sum(h.wo) + sum(h.bq) } }
    ids = encode(m, " a word ab <|end|>")
    [s, m.config, decode(m, ids), nearest(m.wte[0], m.wte), forward(m, ids[0:3])]
    """

  private static let useOfCheckpoint = """
    m = load("nano")
    s = 0
    for b in m.blocks { for h in b.heads { s += sum(h.wq) + sum(h.wo) + sum(h.bq) } }
    ids = encode(m, "ab a")
    [s, m.config, decode(m, ids), nearest(m.wte[0], m.wte), forward(m, ids[0:3])]
    """

  private static let kinds: [UInt8: Kind] = [
    UInt8(ascii: "s"): Kind(path: "model/model.safetensors", program: useOfModel),
    UInt8(ascii: "p"): Kind(
      path: "torch/pytorch_model.bin", program: useOfModel.replacing("\"model\"", with: "\"torch\"")),
    UInt8(ascii: "k"): Kind(path: "nano/ckpt.pt", program: useOfCheckpoint),
    UInt8(ascii: "g"): Kind(
      path: "file.gguf",
      program: """
        m = load("file.gguf")
        s = 0
        for b in m.blocks { for h in b.heads { s += sum(h.wq) + sum(h.wo) } }
        [s, m.config, encode(m, " a word ab"), nearest(m.wte[0], m.wte), forward(m, [1, 2, 3])]
        """),
    UInt8(ascii: "m"): Kind(
      path: "nano/meta.pkl",
      program: "t = tokenizer(\"nano/meta.pkl\"); [tokens(t), decode(t, 0..t.size), encode(t, \"ab a\")]"),
    UInt8(ascii: "c"): Kind(path: "model/config.json", program: useOfModel),
    UInt8(ascii: "t"): Kind(
      path: "model/tokenizer.json",
      program: """
        t = tokenizer("model")
        [t.size, t.special, encode(t, " a word ab <|end|>"), tokens(t), decode(t, 0..t.size)]
        """),
    UInt8(ascii: "j"): Kind(path: "file.json", program: "x = read_json(\"file.json\"); [x, repr(x), x == x]"),
    UInt8(ascii: "v"): Kind(path: "file.csv", program: "t = read_csv(\"file.csv\"); [t, len(t), keys(t), values(t)]"),
    UInt8(ascii: "n"): Kind(path: "file.npy", program: "x = read_npy(\"file.npy\"); [x, x.shape, x + 1]"),
    UInt8(ascii: "z"): Kind(path: "file.npz", program: "x = read_npy(\"file.npz\"); [x, keys(x), values(x)]"),
    UInt8(ascii: "i"): Kind(path: "image", program: "x = read_image(\"image\"); [x.shape, min(x), max(x)]"),
    UInt8(ascii: "V"): made("f.svg"),
    UInt8(ascii: "G"): made("f.png"),
    UInt8(ascii: "D"): made("f.pdf"),
    UInt8(ascii: "H"): made("f.html"),
    UInt8(ascii: "Z"): made("f.npz", program: "x = read_npy(\"made/f.npz\"); [x, keys(x)]"),
    UInt8(ascii: "S"): made("f.safetensors", program: "x = read_safetensors(\"made/f.safetensors\"); [x, keys(x)]"),
    UInt8(ascii: "R"): made("provenance.json", asked: "f.csv"),
  ]

  /// Where the files lie: the current folder of the process.
  private let parts: [UInt8: [UInt8]]

  /// The seeds of a small model are what stands around a mutated part of it.
  init(seeds: String) {
    mkdir("model", 0o777)
    mkdir("nano", 0o777)
    mkdir("made", 0o777)
    Self.write(Array("a\n1\n".utf8), to: "made/f.csv")
    var parts: [UInt8: [UInt8]] = [:]
    for (kind, name) in [("s", "model"), ("c", "config"), ("t", "tokenizer"), ("k", "checkpoint"), ("m", "characters")]
    {
      guard let bytes = Self.contents("\(seeds)/\(kind)-\(name)"), let mark = bytes.first else {
        fatalError("no seed \(kind)-\(name) in \(seeds)")
      }
      parts[mark] = Array(bytes.dropFirst())
    }
    mkdir("torch", 0o777)
    for (kind, path) in [("c", "torch/config.json"), ("t", "torch/tokenizer.json")] {
      if let mark = kind.utf8.first, let part = parts[mark] { Self.write(part, to: path) }
    }
    self.parts = parts
    for mark in parts.keys { restore(mark) }
  }

  func run(_ bytes: [UInt8], _ execute: (String) -> Void) {
    guard let mark = bytes.first, let kind = Self.kinds[mark] else { return }
    var content = Array(bytes.dropFirst())
    if mark == UInt8(ascii: "i") || mark == UInt8(ascii: "G") { Self.repairChecksums(&content) }
    Self.write(content, to: kind.path)
    execute(kind.program)
    if let made = kind.made { Self.ask(made) }
    restore(mark)
  }

  /// A changed chunk of a PNG gets the checksum that it should have: its reader looks no further without.
  private static func repairChecksums(_ bytes: inout [UInt8]) {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return }
    var at = 8
    while at + 12 <= bytes.count {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = at + 8 + length
      guard end + 4 <= bytes.count else { return }
      var checksum = CRC32()
      Array(bytes[at + 4..<end]).withUnsafeBytes { checksum.update($0) }
      let sum = checksum.value
      for place in 0..<4 { bytes[end + place] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * place)) }
      at = end + 4
    }
  }

  /// What `tw why` and `tw rerun` ask of a file. An error of the language is an answer.
  private static func ask(_ path: String) {
    do {
      let made = try Provenance.read(path)
      _ = made.json.indented()
      _ = try Provenance.contents(path)
    } catch let fault as Fault {
      _ = fault.rendered()
    } catch {
      fatalError("not an error of the language: \(error)")
    }
  }

  private func restore(_ mark: UInt8) {
    if let part = parts[mark], let kind = Self.kinds[mark] { Self.write(part, to: kind.path) }
  }

  /// Under a new inode: what is mapped of the old file stays as it was.
  private static func write(_ bytes: [UInt8], to path: String) {
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      fatalError("cannot write \(path)")
    }
    close(descriptor)
  }

  private static func contents(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    return Array(bytes.prefix(fread(&bytes, 1, bytes.count, file)))
  }
}
