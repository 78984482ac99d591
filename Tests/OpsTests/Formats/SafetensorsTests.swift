// Files that contradict themselves: each is refused with the file, the tensor and the reason.

import Formats
import Lang
import Runtime
import Testing

@Suite struct SafetensorsTests {
  /// The fault of a file with this header and so many bytes after it, without the folder's name.
  private func refusal(_ header: String, bytes: Int = 8) throws -> String {
    try refusal(ModelFixture.file(header: header, data: [UInt8](repeating: 0, count: bytes)))
  }

  private func refusal(_ contents: [UInt8]) throws -> String {
    let folder = try ScratchFolder()
    try folder.write("x.safetensors", contents)
    let message = fault { _ = try Safetensors(path: folder.path + "/x.safetensors") }
    return message.replacing(folder.path + "/", with: "")
  }

  /// A size of 0 does not excuse an overflow among the others.
  @Test func sizesThatOverflowBesideAZero() throws {
    for shape in ["[0, 4611686018427387904, 4]", "[4611686018427387904, 4, 0]"] {
      let message = try refusal(#"{"a": {"dtype": "F32", "shape": \#(shape), "data_offsets": [0, 0]}}"#, bytes: 0)
      #expect(message.hasSuffix("does not fit into memory"), "\(message)")
    }
  }

  @Test func aGoodFile() throws {
    let folder = try ScratchFolder()
    let header =
      #"{"__metadata__": {"format": "pt"}, "b": {"dtype": "I64", "shape": [], "data_offsets": [8, 16]}, "#
      + #""a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}, "e": {"dtype": "F16", "shape": [0, 5], "data_offsets": [16, 16]}}"#
    let floats = [Float(1.5), -2].flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    // Blanks may follow the header's text.
    try folder.write(
      "x.safetensors", ModelFixture.file(header: header + "   ", data: floats + [UInt8](repeating: 0, count: 8)))
    let file = try Safetensors(path: folder.path + "/x.safetensors")
    #expect(file.entries.map(\.name) == ["a", "b", "e"])
    #expect(file.metadata.map(\.key) == ["format"])
    let pointer = try file.storage(of: file.entries[0]).pointer()
    #expect([pointer[0], pointer[1]] == [1.5, -2])
    #expect(fault { _ = try file.storage(of: file.entries[1]) }.hasSuffix("tensor `b`: its type I64 cannot be used"))
  }

  @Test func noHeader() throws {
    #expect(try refusal([1, 2, 3]) == "E0505 x.safetensors: 3 bytes are too few for a safetensors file")
    #expect(
      try refusal([UInt8](repeating: 0xFF, count: 16)).contains(
        "claims 18446744073709551615 bytes, the limit is 100000000"))
    #expect(
      try refusal([9, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8))
        == "E0505 x.safetensors: the header claims 9 bytes, the file has 10")
    #expect(try refusal("[]") == "E0505 x.safetensors: the header does not start with `{`")
    #expect(try refusal(" {}", bytes: 0) == "E0505 x.safetensors: the header does not start with `{`")
    #expect(try refusal("{\"a\": ") == "E0503 x.safetensors, header: line 1, column 7: the text ends too early")
    #expect(try refusal("{} x").contains("expected the end of the text"))
  }

  @Test(arguments: [
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}"#,
      "the name \"a\" appears twice"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 12]}}"#,
      "tensor `a`: its bytes end at 12, the file has 8 after the header"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}"#,
      "tensor `a`: its `data_offsets` 8, 0 are not a range"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}"#,
      "tensor `a`: its `data_offsets` -8, 0 are not a range"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0.5, 8]}}"#,
      "tensor `a`: its `data_offsets` are missing or not two whole numbers"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0]}}"#,
      "tensor `a`: its `data_offsets` are missing or not two whole numbers"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}"#,
      "tensor `a`: its shape 3 of F32 needs 12 bytes, `data_offsets` hold 8"
    ),
    (
      #"{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 8]}}"#,
      "tensor `a`: its shape 2 of F16 needs 4 bytes, `data_offsets` hold 8"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 8]}}"#,
      "its shape 4611686018427387904x4 does not fit into memory"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [4611686018427387904, 4, 0], "data_offsets": [0, 0]}}"#,
      "its shape 4611686018427387904x4x0 does not fit into memory"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}}"#,
      "tensor `a`: its `shape` holds something other than sizes"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": 2, "data_offsets": [0, 8]}}"#,
      "tensor `a`: its `shape` is missing or not an array"
    ),
    (
      #"{"a": {"dtype": "X32", "shape": [2], "data_offsets": [0, 8]}}"#,
      "tensor `a`: its `dtype` \"X32\" is not one of the format's"
    ),
    (#"{"a": {"shape": [2], "data_offsets": [0, 8]}}"#, "tensor `a`: its `dtype` is missing or not a string"),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], "x": 1}}"#,
      "tensor `a`: its entry in the header has the unknown field `x`"
    ),
    (#"{"a": 1}"#, "tensor `a`: its entry in the header is a number, not an object"),
    (#"{"__metadata__": {"a": 1}}"#, "`__metadata__` holds a number for \"a\", not a string"),
    (
      #"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#,
      "tensor `a`: it leaves a hole before it: it begins at 4, the one before ends at 0"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#,
      "tensor `b`: it overlaps the tensor before it: it begins at 4, the one before ends at 8"
    ),
    (
      #"{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#, "x.safetensors: 4 bytes follow the last tensor"
    ),
  ])
  func lyingHeaders(_ header: String, _ reason: String) throws {
    #expect(try refusal(header).hasSuffix(reason))
  }

  @Test func cutShort() throws {
    let whole = ModelFixture().safetensors()
    for count in [0, 7, 8, 9, 100, whole.count / 2, whole.count - 1] {
      let message = try refusal(Array(whole.prefix(count)))
      #expect(message.hasPrefix("E0505 x.safetensors"), "\(count) bytes: \(message)")
    }
    #expect(try refusal(whole + [0]) == "E0505 x.safetensors: 1 byte follows the last tensor")
  }

  @Test func notAFile() throws {
    let folder = try ScratchFolder()
    #expect(fault { _ = try Safetensors(path: folder.path) } == "E0501 cannot read \(folder.path): it is a folder")
    #expect(
      fault { _ = try Safetensors(path: folder.path + "/x") }
        == "E0501 cannot read \(folder.path)/x: No such file or directory")
  }
}
