// Checkpoints and character tables that are made to harm: tools/goldens/make_attacks.py says how. Each is refused by name, in a moment, and
// leaves no trace.

import Formats
import Glibc
import Lang
import Models
import Runtime
import Testing

@Suite struct CheckpointAttackTests {
  private struct Attack {
    let what, file, expected: String
    let bytes: [UInt8]

    init(_ json: JSON) throws {
      what = try #require(json["case"]?.asString)
      file = try #require(json["file"]?.asString)
      expected = try #require(json["expected"]?.asString)
      let digits = try #require(json["hex"]?.asString).utf8.map { $0 < 58 ? $0 - 48 : $0 - 87 }
      bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
  }

  private static func all() throws -> [Attack] {
    let path = ScratchFolder.fixture("attacks.json")
    let json = try JSON.parse(InputFile.bytes(path, permissions: Permissions()), name: path)
    return try #require(json.asArray).map(Attack.init)
  }

  /// Writes the file and loads it; what is said of it, without the folder's name.
  private func said(_ attack: Attack, in folder: ScratchFolder) throws -> String {
    try folder.write(attack.file, attack.bytes)
    let path = folder.file(attack.file)
    let message = fault {
      if attack.file == "meta.pkl" {
        let tokenizer = try Tokenizer(nameOrPath: path)
        #expect(try tokenizer.encode("abba") == [0, 1, 1, 0])
      } else {
        #expect(try LoadedModels.load(path).sizes.vocabularySize == 2)
      }
    }
    return message == "no error" ? "loads" : message.replacing(folder.path + "/", with: "")
  }

  @Test(.timeLimit(.minutes(1))) func eachIsRefusedByName() throws {
    let attacks = try Self.all()
    #expect(attacks.count > 250)
    let before = Set(ScratchFolder.run("ls -A . /tmp").split(separator: "\n"))
    for attack in attacks {
      let folder = try ScratchFolder()
      #expect(try said(attack, in: folder) == attack.expected, "\(attack.what)")
      #expect(folder.names() == [attack.file], "\(attack.what)")
    }
    let added = Set(ScratchFolder.run("ls -A . /tmp").split(separator: "\n")).subtracting(before)
    #expect(!added.contains { $0.contains("tw-was-attacked") })
  }

  /// What is harmless loads, so that a refusal is one of what was changed.
  @Test func someAreHarmless() throws {
    let harmless = try Self.all().filter { $0.expected == "loads" }
    #expect(harmless.filter { $0.file == "ckpt.pt" }.count >= 4)
    #expect(harmless.filter { $0.file == "meta.pkl" }.count == 5)
  }

  @Test func aCheckpointThatIsCutAnywhereIsAnError() throws {
    let whole = try #require(try Self.all().first { $0.what == "a checkpoint" })
    let folder = try ScratchFolder()
    for count in Swift.stride(from: 0, to: whole.bytes.count, by: 7) {
      try folder.write("ckpt.pt", Array(whole.bytes.prefix(count)))
      #expect(throws: Fault.self) { try LoadedModels.load(folder.file("ckpt.pt")) }
    }
    let table = try #require(try Self.all().first { $0.what == "characters" })
    for count in 0..<table.bytes.count {
      try folder.write("meta.pkl", Array(table.bytes.prefix(count)))
      #expect(throws: Fault.self) { try Tokenizer(nameOrPath: folder.file("meta.pkl")) }
    }
  }
}
