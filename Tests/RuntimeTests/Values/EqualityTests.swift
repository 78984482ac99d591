// Equality and order by value, also of values that are nested a million deep.

import Lang
import OrderedCollections
import Runtime
import Testing

@Suite struct EqualityTests {
  /// [[[… innermost …]]]
  static func nested(_ depth: Int, innermost: Value) -> Value {
    var value = innermost
    for _ in 0..<depth { value = .list([value]) }
    return value
  }

  @Test func scalarsAreEqualByValueAndType() throws {
    #expect(try valuesEqual(.number(1), .number(1)))
    #expect(try !valuesEqual(.number(.nan), .number(.nan)))
    #expect(try valuesEqual(.number(0.0), .number(-0.0)))
    #expect(try !valuesEqual(.number(1), .bool(true)))
    #expect(try valuesEqual(.nil, .nil))
    #expect(try !valuesEqual(.nil, .bool(false)))
  }

  @Test func stringsAreEqualByCodePoints() throws {
    #expect(try valuesEqual(.string("é"), .string("\u{E9}")))
    #expect(try !valuesEqual(.string("e\u{301}"), .string("\u{E9}")))
  }

  @Test func listsAreEqualInOrder() throws {
    let list = Value.list([.number(1), .list([.string("a"), .nil])])
    #expect(try valuesEqual(list, .list([.number(1), .list([.string("a"), .nil])])))
    #expect(try !valuesEqual(list, .list([.number(1), .list([.string("a")])])))
    #expect(try !valuesEqual(list, .list([.list([.string("a"), .nil]), .number(1)])))
  }

  @Test func nanDiffersFromNaNEvenInOneObject() throws {
    let list = Value.list([.number(.nan)])
    #expect(try !valuesEqual(list, list))
    #expect(try !valuesEqual(list, .list([.number(.nan)])))
  }

  @Test func recordsAreEqualWhateverTheOrderOfKeys() throws {
    let a = Value.object(RecordObject(["x": .number(1), "y": .list([])]))
    #expect(try valuesEqual(a, .object(RecordObject(["y": .list([]), "x": .number(1)]))))
    #expect(try !valuesEqual(a, .object(RecordObject(["y": .list([]), "z": .number(1)]))))
    #expect(try !valuesEqual(a, .object(RecordObject(["y": .list([])]))))
  }

  @Test func tablesAreEqualByColumnsInOrder() throws {
    let a = try TableObject(["x": [.number(1), .number(2)], "y": [.string("a"), .string("b")]])
    #expect(a.isEqual(to: try TableObject(["x": [.number(1), .number(2)], "y": [.string("a"), .string("b")]])))
    #expect(!a.isEqual(to: try TableObject(["y": [.string("a"), .string("b")], "x": [.number(1), .number(2)]])))
    #expect(!a.isEqual(to: try TableObject(["x": [.number(1), .number(3)], "y": [.string("a"), .string("b")]])))
  }

  @Test func aMillionLevelsDeep() throws {
    let depth = 1_000_000
    let a = Self.nested(depth, innermost: .number(1))
    #expect(try valuesEqual(a, Self.nested(depth, innermost: .number(1))))
    #expect(try !valuesEqual(a, Self.nested(depth, innermost: .number(2))))
    #expect(try compareValues(a, Self.nested(depth, innermost: .number(2))) == -1)
    #expect(Printer.text(of: a).utf8.count == 2 * depth + 1)
    var record = Value.nil
    var other = Value.nil
    for _ in 0..<depth {
      record = .object(RecordObject(["a": record]))
      other = .object(RecordObject(["a": other]))
    }
    #expect(try valuesEqual(record, other))
    var table = Value.nil
    for _ in 0..<100_000 { table = .object(try TableObject(["t": [table]])) }
    #expect(try valuesEqual(table, .list([table])) == false)
  }

  @Test func orderIsTotalWithinAType() throws {
    #expect(try compareValues(.number(1), .number(2)) == -1)
    #expect(try compareValues(.number(.nan), .number(.infinity)) == 1)
    #expect(try compareValues(.number(.nan), .number(.nan)) == 0)
    #expect(try compareValues(.string("Z"), .string("a")) == -1)
    // U+FF61 comes before U+1F642 by code point, though not by UTF-16 unit.
    #expect(try compareValues(.string("\u{FF61}"), .string("\u{1F642}")) == -1)
    #expect(try compareValues(.bool(false), .bool(true)) == -1)
    #expect(try compareValues(.list([.number(1)]), .list([.number(1), .number(0)])) == -1)
    #expect(try compareValues(.list([.number(2)]), .list([.number(1), .number(0)])) == 1)
  }

  @Test func differentTypesHaveNoOrder() {
    for (a, b) in [(Value.number(1), Value.string("1")), (.nil, .nil), (.bool(true), .number(1))] {
      let fault = #expect(throws: Fault.self) { try compareValues(a, b) }
      #expect(fault?.code == .badOperands)
    }
  }
}
