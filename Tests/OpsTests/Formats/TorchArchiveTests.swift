// Files of torch.save: what is read, and what a hostile one may not do. The pickles are written by hand (Lib/pickletools.py).

import Formats
import Lang
import Runtime
import Testing

@Suite struct TorchArchiveTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  // MARK: Writing

  private static func little(_ number: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// An archive of files as they are; `isPacked`: the directory says that they are deflated.
  private static func zip(_ files: [(name: String, bytes: [UInt8])], isPacked: Bool = false) -> [UInt8] {
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, content) in files {
      let method = little(isPacked ? 8 : 0, 2)
      let sizes = little(0, 4) + little(content.count, 4) + little(content.count, 4)
      directory += [0x50, 0x4B, 1, 2] + little(20, 2) + little(20, 2) + little(0, 2) + method + little(0, 4) + sizes
      directory += little(name.utf8.count, 2) + little(0, 12) + little(bytes.count, 4) + Array(name.utf8)
      bytes += [0x50, 0x4B, 3, 4] + little(20, 2) + little(0, 2) + method + little(0, 4) + sizes
      bytes += little(name.utf8.count, 2) + little(0, 2) + Array(name.utf8) + content
    }
    let end = [0x50, 0x4B, 5, 6] + little(0, 4) + little(files.count, 2) + little(files.count, 2)
    return bytes + directory + end + little(directory.count, 4) + little(bytes.count, 4) + little(0, 2)
  }

  private static func text(_ text: String) -> [UInt8] {
    [UInt8(ascii: "X")] + little(text.utf8.count, 4) + Array(text.utf8)
  }
  private static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }
  private static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
  private static let start: [UInt8] = [0x80, 2]

  /// The pickle of {"w": a tensor} over storage "0" of float32.
  private static func tensor(
    count: Int = 6, offset: Int = 0, shape: [Int] = [2, 3], strides: [Int] = [3, 1], key: String = "0"
  ) -> [UInt8] {
    func tuple(_ numbers: [Int]) -> [UInt8] {
      ascii("(") + numbers.flatMap { [0x8A, 8] + little($0, 8) } + ascii("t")
    }
    var pickle = start + ascii("}") + text("w") + global("torch._utils", "_rebuild_tensor_v2") + ascii("((")
    pickle +=
      text("storage") + global("torch", "FloatStorage") + text(key) + text("cpu") + [0x8A, 8] + little(count, 8)
    pickle += ascii("tQ") + [0x8A, 8] + little(offset, 8) + tuple(shape) + tuple(strides) + [0x89]
    return pickle + global("collections", "OrderedDict") + ascii(")RtRs.")
  }

  private static let elements: [UInt8] = (0..<6).flatMap { number -> [UInt8] in
    withUnsafeBytes(of: Float(number).bitPattern.littleEndian) { Array($0) }
  }

  private func open(_ bytes: [UInt8]) throws -> TorchArchive {
    try folder.write("x.bin", bytes)
    return try TorchArchive(MappedFile(path: folder.path + "/x.bin"))
  }

  private func open(pickle: [UInt8], storage: [UInt8] = elements) throws -> TorchArchive {
    try open(Self.zip([("x/data.pkl", pickle), ("x/byteorder", Self.ascii("little")), ("x/data/0", storage)]))
  }

  /// What is wrong, from "its pickle" on.
  private func message(_ pickle: [UInt8]) -> String {
    do {
      _ = try open(pickle: Self.start + pickle)
      return "read"
    } catch let fault as Fault {
      return fault.message.ranges(of: "its pickle ").first.map { String(fault.message[$0.upperBound...]) }
        ?? fault.message
    } catch {
      return "\(error)"
    }
  }

  // MARK: What is read

  @Test func aTensorIsAViewOfItsStorage() throws {
    let archive = try open(pickle: Self.tensor(offset: 1, shape: [2, 2], strides: [1, 3]))
    let dictionary = try #require(archive.value.asDictionary)
    let (name, tensor) = try #require(archive.tensors(of: dictionary).first)
    let range = try archive.bytes(of: tensor.storage, tensor: name)
    #expect(name == "w" && tensor.offset == 1 && tensor.shape == [2, 2] && tensor.strides == [1, 3])
    #expect(Array(archive.file.bytes[range]) == Self.elements)
  }

  @Test func everyValueOfACheckpoint() throws {
    var pickle = Self.start + Self.ascii("(") + Self.ascii("N") + [0x88, 0x89] + Self.ascii("K") + [7]
    pickle += Self.ascii("M") + [0, 1] + Self.ascii("J") + Self.little(-2, 4) + [0x8A, 1, 0xFF, 0x8A, 0]
    pickle += Self.ascii("G") + Array(withUnsafeBytes(of: 0.5.bitPattern.bigEndian) { Array($0) })
    pickle += Self.ascii("]") + Self.ascii("(K") + [1] + Self.text("ä") + Self.ascii("e") + Self.ascii("t.")
    guard case .tuple(let tuple) = try open(pickle: pickle).value else { throw Fault.badValue("no tuple") }
    let items = tuple.items
    #expect(items.map(\.asWhole) == [nil, nil, nil, 7, 256, -2, -1, 0, nil, nil])
    guard case .number(let half) = items[8], case .list(let list) = items[9] else { throw Fault.badValue("no list") }
    #expect(half == 0.5 && list.items.count == 2 && list.items[1].asText == "ä")
  }

  // MARK: What is refused

  @Test(arguments: [
    ("posix", "system"), ("os", "system"), ("builtins", "eval"), ("builtins", "exec"), ("__builtin__", "getattr"),
    ("subprocess", "Popen"), ("torch", "load"), ("torch._utils", "_rebuild_tensor_v3"), ("numpy", "frombuffer"),
    ("torch.nn.parameter", "Parameter"), ("torch.storage", "UntypedStorage"), ("collections", "defaultdict"),
    ("runpy", "_run_code"), ("torch.serialization", "load"), ("", ""), ("torch", "FloatStorage.from_file"),
  ])
  func aNameThatIsNoDataIsRefusedByName(module: String, name: String) throws {
    let call = Self.global(module, name) + Self.ascii("(") + Self.text("touch /tmp/x") + Self.ascii("tR.")
    #expect(message(call) == "names \"\(module).\(name)\", which is no data")
  }

  /// Each opcode by name: CheckpointAttackTests.
  @Test func everyByteThatIsNoOpcodeOfTheListIsRefused() throws {
    let read = Set(
      [0x80, 0x95, 0x88, 0x89, 0x8A, 0x8C, 0x85, 0x86, 0x87, 0x94] + Self.ascii("NKMJGXc()t]}aesuqrhjQRb.i"))
    for opcode in UInt8.min...UInt8.max where !read.contains(opcode) {
      let message = message([opcode] + Self.ascii("."))
      #expect(message.hasPrefix("has the opcode ") && message.contains("0x\(String(opcode, radix: 16))"))
      #expect(message.hasSuffix(" at byte 2, which is not read"))
    }
  }

  @Test func containersThatHoldThemselves() throws {
    #expect(message(Self.ascii("]q\0h\0a.")) == "holds a container that holds itself")
    #expect(message(Self.ascii("}q\0") + Self.text("a") + Self.ascii("h\0s.")) == "holds a container that holds itself")
    // By way of a tuple, and of another list.
    #expect(message(Self.ascii("]q\0h\0") + [0x85] + Self.ascii("a.")) == "holds a container that holds itself")
    #expect(message(Self.ascii("]q\0]q\u{1}h\0aa.")) == "holds a container that holds itself")
  }

  @Test func deepNesting() throws {
    func pickle(_ first: String, _ opcode: UInt8, _ count: Int, then: UInt8 = 0, _ more: Int = 0) -> [UInt8] {
      var bytes = Self.ascii(first)
      bytes += [UInt8](repeating: opcode, count: count)
      bytes += [UInt8](repeating: then, count: more)
      return bytes + [UInt8(ascii: ".")]
    }
    for depth in [65, 1000, 100_000] {
      let lists = pickle("", UInt8(ascii: "]"), depth, then: UInt8(ascii: "a"), depth - 1)
      #expect(message(lists) == "nests more than 64 levels")
      #expect(message(pickle("N", 0x85, depth)) == "nests more than 64 levels")
    }
    #expect(message(pickle("N", 0x85, 64)) == "read")
  }

  /// Small in the file, large when it is walked.
  @Test func aTupleThatDoubles() throws {
    var doubled = Self.ascii(")")
    for place in 0..<60 { doubled += [UInt8(ascii: "q"), UInt8(place), UInt8(ascii: "h"), UInt8(place), 0x86] }
    #expect(message(doubled + Self.ascii(".")) == "recalls a container of containers")
  }

  @Test(arguments: [
    ("", "is cut off"), (".", "does not end with one value"), ("NN.", "does not end with one value"),
    ("(N.", "does not end with one value"), ("N.N", "goes on after its end"), ("t.", "takes more than it has given"),
    ("R.", "takes more than it has given"), ("NR.", "takes more than it has given"), ("NNR.", "calls what is no name"),
    ("NNa.", "appends to what is no list"), ("NNNs.", "sets items of what is no dict"),
    ("h\0.", "recalls what it has not remembered"),
    ("q\0.", "remembers nothing"), ("N}b.", "sets the state of an object"),
    ("NQ.", "has a persistent id that is no storage"),
    ("X\u{7f}\u{7f}\u{7f}\u{7f}.", "is cut off"), ("cposix", "is cut off"),
    ("}(X\u{1}\0\0\0aNX\u{1}\0\0\0aNu.", "has the key \"a\" twice"),
  ])
  func damage(pickle: String, reason: String) { #expect(message(Self.ascii(pickle)) == reason) }

  @Test func tensorsBeyondTheirStorage() throws {
    func reason(_ pickle: [UInt8], storage: [UInt8] = TorchArchiveTests.elements) -> String {
      do {
        let archive = try open(pickle: pickle, storage: storage)
        let dictionary = try #require(archive.value.asDictionary)
        let (name, tensor) = try #require(archive.tensors(of: dictionary).first)
        _ = try archive.bytes(of: tensor.storage, tensor: name)
        return "read"
      } catch let fault as Fault {
        return fault.message.replacing(folder.path + "/x.bin", with: "")
      } catch {
        return "\(error)"
      }
    }
    let beyond = ": its pickle has a tensor beyond its storage"
    #expect(reason(Self.tensor()) == "read")
    #expect(reason(Self.tensor(offset: 1)) == beyond)
    #expect(reason(Self.tensor(strides: [4, 1])) == beyond)
    #expect(reason(Self.tensor(shape: [2, 2], strides: [1 << 62, 1 << 62])) == beyond)
    #expect(reason(Self.tensor(offset: 1 << 62, shape: [2], strides: [1 << 62])) == beyond)
    #expect(reason(Self.tensor(strides: [-3, 1])) == ": its pickle has a tensor with a size or stride that is none")
    #expect(
      reason(Self.tensor(shape: [1 << 40, 1 << 40], strides: [0, 0])).hasPrefix("this needs 4.84e+24 bytes of memory"))
    #expect(reason(Self.tensor(count: 7)) == ", tensor `w`: its storage has 24 bytes, not 7 elements of F32")
    #expect(reason(Self.tensor(key: "../0")) == ", tensor `w`: its storage data/../0 is missing")
    #expect(reason(Self.tensor(), storage: []) == ", tensor `w`: its storage has 0 bytes, not 6 elements of F32")
  }

  /// One that is looked at as two types would be read beyond its end.
  @Test func aStorageIsOneThing() throws {
    func storage(_ type: String, _ count: UInt8) -> [UInt8] {
      Self.ascii("(") + Self.text("storage") + Self.global("torch", type) + Self.text("0") + Self.text("cpu")
        + Self.ascii("K")
        + [count] + Self.ascii("tQ")
    }
    #expect(message(storage("FloatStorage", 6) + storage("FloatStorage", 6) + [0x86] + Self.ascii(".")) == "read")
    let reason = "has the storage \"0\" as two different ones"
    #expect(message(storage("FloatStorage", 6) + storage("HalfStorage", 12) + [0x86] + Self.ascii(".")) == reason)
    #expect(message(storage("FloatStorage", 6) + storage("FloatStorage", 7) + [0x86] + Self.ascii(".")) == reason)
  }

  @Test func otherArchives() throws {
    func reason(_ bytes: [UInt8]) -> String {
      do { _ = try open(bytes) } catch let fault as Fault {
        return fault.message.replacing(folder.path + "/x.bin", with: "")
      } catch { return "\(error)" }
      return "read"
    }
    let pickle = ("x/data.pkl", Self.start + Self.ascii("N."))
    #expect(reason(Self.zip([pickle])) == "read")
    #expect(reason(Self.zip([("a.txt", [])])) == ": it is a ZIP archive without data.pkl")
    #expect(reason(Self.zip([pickle, ("x/constants.pkl", [])])) == ": it is a TorchScript program")
    #expect(reason(Self.zip([pickle, ("x/byteorder", Self.ascii("big"))])) == ": its numbers are big-endian")
    #expect(reason(Self.zip([pickle, ("x/data/0", [1]), ("x/data/0", [1])])) == ": it holds the storage \"0\" twice")
    #expect(reason(Self.zip([pickle], isPacked: true)).hasSuffix("in it is packed, where it should be stored as it is"))
    #expect(
      reason([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A])
        == ": it is in PyTorch's old format, of before version 1.6")
    #expect(reason(Self.ascii("hello")) == ": it is no file of torch.save")
  }

  @Test func aFileThatIsCutAnywhereIsAnError() throws {
    let whole = Self.zip([("x/data.pkl", Self.tensor()), ("x/data/0", Self.elements)])
    for count in 0..<whole.count { #expect(throws: Fault.self) { try open(Array(whole.prefix(count))) } }
    let pickle = Self.tensor()
    for count in 0..<pickle.count { #expect(throws: Fault.self) { try open(pickle: Array(pickle.prefix(count))) } }
  }
}
