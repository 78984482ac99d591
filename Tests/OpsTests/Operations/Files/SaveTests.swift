// What `save` writes, read back by us and by the programs that own the formats.

import Formats
import Glibc
import Lang
import Operations
import Runtime
import Testing

private let hasPython = ScratchFolder.run("python3 -c 'import numpy, safetensors; print(1)'") == "1\n"

@Suite struct SaveTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }
  let permissions = Permissions()

  func save(_ value: Value, _ name: String, digits: Int? = nil) throws -> String {
    try Save.save(value, to: folder.file(name), digits: digits, permissions: permissions)
    return String(decoding: try folder.bytes(name), as: UTF8.self)
  }

  static func table() throws -> Value {
    .object(
      try TableObject([
        "name": [.string("a,b"), .string("say \"hi\""), .string("two\r\nlines"), .string(" é|_"), .nil],
        "n": [.number(1), .number(0.1), .number(-1e-7), .number(1e22), .nil],
      ]))
  }

  static func matrix() throws -> Tensor {
    try Tensor(shape: [2, 3]) { target in for i in 0..<6 { target[i] = Float(i) / 7 } }
  }

  static func transposed(_ tensor: Tensor) -> Tensor {
    Tensor(storage: tensor.storage, offset: 0, shape: tensor.shape.reversed(), strides: tensor.strides.reversed())
  }

  @Test func csvQuotesWhatItMust() throws {
    let text = try save(Self.table(), "t.csv")
    #expect(
      text == "name,n\n\"a,b\",1\n\"say \"\"hi\"\"\",0.1\n\"two\r\nlines\",-1e-07\n é|_,1e+22\n,\n")
    let table = try CSV.table(Array(text.utf8)[...], path: "t.csv")
    #expect(Printer.text(of: try table.field("n") ?? .nil) == "[1, 0.1, -1e-07, 1e+22, nil]")
    #expect(Printer.text(of: .list(try table.column("name").prefix(3))) == #"["a,b", "say \"hi\"", "two\r\nlines"]"#)
  }

  @Test func csvOfOneEmptyCellIsARow() throws {
    let text = try save(.object(try TableObject(["x": [.nil, .string("")]])), "t.csv")
    #expect(try CSV.table(Array(text.utf8)[...], path: "t").rowCount == 2)
  }

  @Test(arguments: [
    ("", "it is empty"), ("a,b\n1\n", "line 2 has 1 field, the header has 2"),
    ("a\n\"x\n", "opens in line 2 is not closed"),
    ("a,b\n\"1\n2\",3\n4\n", "line 4 has 1 field"),
  ])
  func badCSVNamesTheLine(text: String, words: String) throws {
    let fault = try #require(throws: Fault.self) { _ = try CSV.table(Array(text.utf8)[...], path: "t.csv") }
    #expect(fault.code == .badFile)
    #expect(fault.message.contains(words), "\(fault.message)")
  }

  @Test func csvHeadersAreMadeUnique() throws {
    let table = try CSV.table(Array("a,,a,a_2\r\n1,x,0x1,\r\n".utf8)[...], path: "t.csv")
    #expect(table.fieldNames == ["a", "column2", "a_2", "a_2_2"])
    #expect(Printer.text(of: table.row(0)) == "{a: 1, column2: \"x\", a_2: \"0x1\", a_2_2: \"\"}")
  }

  @Test func latexEscapesItsSpecialCharacters() throws {
    let value = Value.object(try TableObject(["a_b": [.string("\\x{1}~^&%$#\n")], "n": [.number(0.5)]]))
    #expect(
      try save(value, "t.tex") == ##"""
        \begin{tabular}{lr}
        \hline
        a\_b & n \\
        \hline
        \textbackslash{}x\{1\}\textasciitilde{}\textasciicircum{}\&\%\$\#\textbackslash{}n & 0.5 \\
        \hline
        \end{tabular}

        """##)
  }

  /// `\\` in LaTeX takes a star or a bracket that follows for its own, across the end of the line.
  @Test func latexRowsMayStartWithABracket() throws {
    let value = Value.object(
      try TableObject(["a": [.string("["), .string(" *x"), .string("x[")], "b": [.string("*"), .string("["), .nil]]))
    let rows = try save(value, "t.tex").split(separator: "\n").dropFirst(4).prefix(3)
    #expect(Array(rows) == [##"{}[ & * \\"##, ##"{} *x & [ \\"##, ##"x[ &  \\"##])
  }

  @Test func markdownKeepsItsColumns() throws {
    let value = Value.object(try TableObject(["a": [.string("x|y*\n")], "n": [.number(0.5)]]))
    #expect(try save(value, "t.md") == "| a | n |\n|---|---:|\n| x\\|y\\*\\\\n | 0.5 |\n")
  }

  /// The decimals of pandas' `to_csv(float_format="%.2f")` and of Python's `round`: halves of the double's exact value to even.
  @Test func digitsAreFixedInColumnsWithFractionsAndRoundedElsewhere() throws {
    let third = Value.number(1.0 / 3)
    let value = Value.object(
      try TableObject([
        "name": [.string("a"), .nil], "n": [.number(1), .number(20)], "x": [third, .number(2)],
        "xs": [.list([.number(0.125), .number(.nan)]), .list([.number(1)])],
      ]))
    #expect(try save(value, "t.csv", digits: 2) == "name,n,x,xs\na,1,0.33,\"[0.12, nan]\"\n,20,2.00,[1.00]\n")
    #expect(
      try save(value, "t.md", digits: 1).hasSuffix("| a | 1 | 0.3 | \\[0.1, nan\\] |\n|  | 20 | 2.0 | \\[1.0\\] |\n"))
    #expect(try save(value, "t.tex", digits: 0).contains("a & 1 & 0 & [0, nan] \\\\"))
    #expect(try save(value, "t.txt", digits: 3).contains("a      1  0.333  [0.125, nan]"))
    let record = Value.object(RecordObject(["a": .list([third, .number(2)]), "b": .tensor(try Tensor([2.0 / 3]))]))
    #expect(try save(record, "t.json", digits: 3) == "{\n  \"a\": [0.333, 2],\n  \"b\": [0.667]\n}\n")
    #expect(try save(.list([third, .number(2)]), "l.txt", digits: 3) == "[0.333, 2]\n")
    let fault = try #require(throws: Fault.self) { _ = try save(.tensor(try Tensor([1])), "x.npy", digits: 3) }
    #expect(fault.message == "a .npy file takes no `digits`")
  }

  @Test func textsAreBareAndOtherValuesAsPrinted() throws {
    #expect(try save(.string("a\nb"), "t.txt") == "a\nb")
    #expect(try save(.list([.string("a"), .number(1)]), "t.txt") == "[\"a\", 1]\n")
  }

  @Test func jsonHasOneElementALineAndNoNaN() throws {
    let value = Value.object(
      try TableObject(["x": [.number(.nan), .number(2)], "y": [.tensor(try Self.matrix()), .string("é")]]))
    #expect(
      try save(value, "t.json") == """
        [
          {"x": null, "y": [[0, 0.14285715, 0.2857143], [0.42857143, 0.5714286, 0.71428573]]},
          {"x": 2, "y": "é"}
        ]

        """)
    #expect(try save(.list([]), "t.json") == "[]\n")
    var deep = Value.nil
    for _ in 0..<200_000 { deep = .list([deep]) }
    #expect(try save(deep, "deep.json").utf8.count > 400_000)
  }

  @Test func anotherExtensionNamesTheKnownOnes() throws {
    for name in ["x.xyz", "x", "x.tar.gz"] {
      let fault = try #require(throws: Fault.self) { _ = try save(.nil, name) }
      #expect(fault.code == .unsupported)
      #expect(fault.help?.contains(".safetensors (records of tensors)") == true)
    }
    #expect(folder.names().isEmpty)
  }

  @Test func aValueThatTheFormatCannotHoldLeavesNoFile() throws {
    for name in ["x.csv", "x.npy", "x.npz", "x.safetensors", "x.tex", "x.md"] {
      let fault = try #require(throws: Fault.self) { _ = try save(.number(1), name) }
      #expect(fault.code == .badValue)
    }
    #expect(folder.names().isEmpty)
  }

  // Arrays: python3 tools/goldens/make_arrays.py Tests/Fixtures/npy
  @Test(arguments: ["f2", "f4", "f8", "i4", "i8", "fortran", "v1", "v2", "v3"])
  func readsNumpysArrays(name: String) throws {
    let bytes = try InputFile.bytes(ScratchFolder.fixture("npy/\(name).npy"), permissions: permissions)
    let tensor = try NumpyFile.tensor(bytes, path: name)
    #expect(tensor.shape == [2, 3])
    #expect(try tensor.elements() == [0, 1, 2, -3, 4, 100])
  }

  @Test func readsBytesBoolsAndScalars() throws {
    func read(_ name: String) throws -> Tensor {
      try NumpyFile.tensor(
        InputFile.bytes(ScratchFolder.fixture("npy/\(name).npy"), permissions: permissions), path: name)
    }
    #expect(try read("u1").elements() == [0, 1, 2, 3, 4, 100])
    #expect(try read("b1").elements() == [0, 0, 1, 0, 1, 1])
    #expect(try read("scalar").shape == [])
    #expect(try read("big").elements() == [0, 1, 2, -3, 4, 100])
    #expect(throws: Fault.self) { try read("complex") }
  }

  @Test func writesTheBytesThatNumpyWrites() throws {
    let numbers: [Float] = [0, 1, 2, -3, 4, 100]
    let tensor = try Tensor(shape: [2, 3]) { target in _ = target.update(fromContentsOf: numbers) }
    _ = try save(.tensor(tensor), "x.npy")
    let numpy = try InputFile.bytes(ScratchFolder.fixture("npy/f4.npy"), permissions: permissions)
    #expect(try folder.bytes("x.npy") == numpy)
  }

  @Test func damagedArraysAreErrors() throws {
    let whole = try InputFile.bytes(ScratchFolder.fixture("npy/f4.npy"), permissions: permissions)
    for count in 0..<whole.count {
      let fault = #expect(throws: Fault.self) { try NumpyFile.tensor(Array(whole.prefix(count)), path: "x.npy") }
      #expect(fault?.code == .badFile)
    }
    // Any byte of the header may be another one; the answer is a tensor or an error, never a trap.
    for place in 6..<128 {
      for byte in [UInt8(0), 0x27, 0x39, 0x7D, 0xFF] {
        var damaged = whole
        damaged[place] = byte
        _ = try? NumpyFile.tensor(damaged, path: "x.npy")
      }
    }
    let huge = "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9), }"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8)
    bytes += [1, 0, UInt8(huge.utf8.count), 0] + Array(huge.utf8)
    #expect(throws: Fault.self) { try NumpyFile.tensor(bytes, path: "x.npy") }
  }

  @Test func checksumOfTheStandardText() {
    var checksum = CRC32()
    Array("123456789".utf8).withUnsafeBytes { checksum.update($0) }
    #expect(checksum.value == 0xCBF4_3926)
    checksum = CRC32()
    Array("1234".utf8).withUnsafeBytes { checksum.update($0) }
    Array("56789".utf8).withUnsafeBytes { checksum.update($0) }
    #expect(checksum.value == 0xCBF4_3926)
  }

  @Test(.enabled(if: hasPython, "needs Python with numpy and safetensors"))
  func pythonReadsWhatWeSave() throws {
    let matrix = try Self.matrix()
    let tensors = Value.object(
      RecordObject([
        "a": .tensor(matrix), "a transposed": .tensor(Self.transposed(matrix)),
        "é": .tensor(try Tensor([1.5, .infinity, -0.0])), "empty": .tensor(try Tensor(shape: [0, 4]) { _ in }),
        "scalar": .tensor(try Tensor(shape: []) { $0[0] = 2.5 }),
      ]))
    for name in ["x.npz", "x.safetensors"] { _ = try save(tensors, name) }
    _ = try save(.tensor(Self.transposed(matrix)), "x.npy")
    _ = try save(Self.table(), "table.csv")
    let row = Value.object(
      RecordObject([
        "n": .number(1),
        "deep": .list([
          .list([]), .object(RecordObject([:] as KeyValuePairs)), .nil, .number(.nan), .string("\u{1}\"\\é🙂"),
        ]),
        "half": .number(0.5), "tensor": .tensor(try Tensor(shape: [1, 2]) { ($0[0], $0[1]) = (0.3, 2) }),
      ]))
    _ = try save(.list([row]), "x.json")
    let rows: [[String]] = [
      ["name", "n"], ["a,b", "1"], ["say \"hi\"", "0.1"], ["two\r\nlines", "-1e-07"], [" é|_", "1e+22"], ["", ""],
    ]
    _ = try save(.object(RecordObject(["rows": .list(rows.map { Value.strings($0) })])), "expected.json")
    let script = ScratchFolder.repository + "/tools/goldens/check_saved.py"
    #expect(ScratchFolder.run("python3 '\(script)' '\(folder.path)'") == "ok\n")
  }
}
