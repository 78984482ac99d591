// Archives of arrays (.npz). Files: python3 tools/goldens/make_arrays.py Tests/Fixtures/npy (NumPy's savez and savez_compressed,
// and Python's zipfile).

import Formats
import Lang
import Runtime
import Testing

@Suite struct Archives {
  private func fixture(_ name: String) -> String { ScratchFolder.fixture("npy/\(name)") }

  @Test(arguments: ["stored.npz", "deflated.npz", "commented.npz"])
  func numpysArchivesAreRecordsOfArrays(name: String) throws {
    let value = try Program.value("read_npy(\"\(fixture(name))\")")
    let record = try #require(value.asRecord)
    #expect(record.fieldNames == ["x", "long", "b"])
    #expect(record["x"]?.asTensor?.shape == [2, 3])
    #expect(try record["x"]?.asTensor?.elements() == [0, 1, 2, -3, 4, 100])
    #expect(try record["long"]?.asTensor?.elements() == (0..<3000).map { Float($0 % 7) })
    #expect(try record["b"]?.asTensor?.elements() == [0, 0, 1, 0, 1, 1])
  }

  @Test func anEmptyArchiveIsAnEmptyRecord() throws {
    #expect(try Program.value("len(read_npy(\"\(fixture("empty.npz"))\"))").asNumber == 0)
  }

  @Test(arguments: [
    ("text.npz", "\"notes.txt\" in it is no array (.npy)"),
    ("bzip2.npz", "\"x.npy\" in it is packed by method 12"),
    ("complex.npz", "x.npy: elements of type \"<c8\" cannot be read"),
    ("twice.npz", "\"x.npy\" is in it twice"),
  ])
  func otherContentsAreErrorsThatNameThem(name: String, reason: String) throws {
    let fault = try #require(throws: Fault.self) { try Program.value("read_npy(\"\(fixture(name))\")") }
    #expect(fault.code == .badFile)
    #expect(fault.message.hasSuffix(reason), "\(fault.message)")
  }

  @Test func whatSaveWritesIsReadBack() throws {
    let folder = try ScratchFolder()
    let path = folder.file("a.npz")
    _ = try Program.value("save({w: tensor([[1, 2], [3, 4]]), \"a b\": zeros(0, 2)}, \"\(path)\")")
    #expect(try Program.value("all(read_npy(\"\(path)\").w == tensor([[1, 2], [3, 4]]))").asBool == true)
    #expect(try Program.value("read_npy(\"\(path)\")[\"a b\"].shape == [0, 2]").asBool == true)
  }

  /// Whatever stands in the file, the answer is a record or an error of the file.
  @Test(arguments: ["stored.npz", "deflated.npz"]) func damagedArchivesAreErrors(name: String) throws {
    let whole = try InputFile.bytes(fixture(name), permissions: Permissions())
    for count in stride(from: 0, to: whole.count, by: 7) {
      let fault = #expect(throws: Fault.self) { try NumpyArchive.record(Array(whole.prefix(count)), path: "x.npz") }
      #expect(fault?.code == .badFile)
    }
    for place in whole.indices where place < 600 || place > whole.count - 400 {
      for byte in [UInt8(0), 0x7F, 0xFF] where whole[place] != byte {
        var damaged = whole
        damaged[place] = byte
        do {
          _ = try NumpyArchive.record(damaged, path: "x.npz")
        } catch let fault as Fault {
          #expect([.badFile, .outOfMemory].contains(fault.code), "\(fault.message)")
        }
      }
    }
  }
}
