// Tables: indexing, assignment, the printed form.

import Lang
import Runtime
import Testing

@Suite struct TableTests {
  static func sample() throws -> TableObject {
    try TableObject([
      "rank": [.number(0), .number(1), .number(2)],
      "token": [.string(" king"), .string("日本"), .string("\n")],
      "score": [.number(112.34049), .number(-8.5), .number(.nan)],
    ])
  }

  @Test func printsNumbersRightAndTextsLeftWithEscapes() throws {
    #expect(
      try Self.sample().description == """
        rank  token   score
           0   king  112.34
           1  日本    -8.50
           2  \\n        nan
        """)
  }

  @Test func longTablesShowHeadAndTail() throws {
    let table = try TableObject(["n": (0..<1000).map { Value.number($0) }])
    let lines = table.description.split(separator: "\n")
    #expect(lines.count == 38)
    #expect(lines[30] == " 29")
    #expect(lines[31] == "  …")
    #expect(lines[36] == "999")
    #expect(lines[37] == "(35 of 1000 rows)")
    #expect(try table.text(width: .max, allRows: true).split(separator: "\n").count == 1002)
  }

  @Test(arguments: [20, 40, 60, 100])
  func fitsTheWidthAndNamesWhatIsLeftOut(width: Int) throws {
    let text = Value.string(String(repeating: "word ", count: 40))
    let list = Value.list((0..<5000).map { .number($0) })
    let table = try TableObject([
      "first": [text], "second": [list], "third": [.string("日本語日本語日本語日本語")], "fourth": [text], "fifth": [.number(1)],
    ])
    let lines = try table.text(width: width).split(separator: "\n").map(String.init)
    for line in lines where !line.hasPrefix("(") { #expect(terminalWidth(of: line) <= width, "\(line)") }
    #expect(lines[1].contains("…"))
    #expect(
      lines[0].contains("fifth")
        != (lines.last?.contains("not shown: ") == true && lines.last?.contains("fifth") == true))
  }

  @Test func tablesInsideTablesAreOneLine() throws {
    var table = try TableObject(["x": [.number(1), .number(2)]])
    #expect(Printer.text(of: .list([.object(table)])) == "[<table of 2 rows: x>]")
    for _ in 0..<200_000 { table = try TableObject(["x": [.list([.object(table)])]]) }
    #expect(table.description == "x\n[<table of 1 row: x>]")
  }

  @Test func indexing() throws {
    let table = try Self.sample()
    func text(_ indices: Value...) throws -> String { Printer.text(of: try table.element(at: indices)) }
    #expect(try text(.number(-2)) == "{rank: 1, token: \"日本\", score: -8.5}")
    #expect(try text(.string("rank")) == "[0, 1, 2]")
    #expect(try text(.number(0), .string("token")) == " king")
    #expect(try text(.object(SliceObject(start: nil, end: nil, step: -1)), .string("rank")) == "[2, 1, 0]")
    #expect(try text(.list([.number(2), .number(0)]), .string("rank")) == "[2, 0]")
    #expect(try text(.list([.bool(true), .bool(false), .bool(true)]), .string("rank")) == "[0, 2]")
    #expect(try text(.tensor(Tensor([0, 1, 1])), .string("rank")) == "[0, 1, 1]")
    #expect(try text(.object(RangeObject(1, 3)), .string("rank")) == "[1, 2]")
    #expect(try text(.object(RangeObject(1, 3)), .list([.string("rank")])) == "rank\n   1\n   2")
    #expect(
      try table.element(at: [.list([.string("score"), .string("rank")])]).asTable?.fieldNames == ["score", "rank"])
  }

  @Test(arguments: [
    (Value.number(3), ErrorCode.indexOutOfRange), (.number(0.5), .notWhole), (.string("tokn"), .unknownKey),
    (.list([.bool(true)]), .badShape), (.object(RangeObject(0, 1 << 53)), .indexOutOfRange), (.nil, .wrongType),
    (.list([.number(0), .string("a")]), .wrongType),
  ])
  func badIndices(index: Value, code: ErrorCode) throws {
    let table = try Self.sample()
    let fault = try #require(throws: Fault.self) { _ = try table.element(at: [index]) }
    #expect(fault.code == code)
  }

  @Test func columnsAreSetAndAdded() throws {
    let table = try Self.sample()
    let copy = try #require(table.copyForWriting() as? TableObject)
    try copy.setElement(at: [.string("rank")], to: .object(RangeObject(5, 8)))
    try copy.setElement(at: [.string("new")], to: .list([.nil, .nil, .bool(true)]))
    try copy.setElement(at: [.number(-1), .string("rank")], to: .string("last"))
    #expect(copy.fieldNames == ["rank", "token", "score", "new"])
    #expect(Printer.text(of: try copy.element(at: [.string("rank")])) == "[5, 6, \"last\"]")
    #expect(Printer.text(of: try table.element(at: [.string("rank")])) == "[0, 1, 2]")
    #expect(throws: Fault.self) { try copy.setElement(at: [.string("rank")], to: .list([.nil])) }
    #expect(throws: Fault.self) { try copy.setElement(at: [.string("rank")], to: .string("abc")) }
  }
}
