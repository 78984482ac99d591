// Operations on strings, by code points.

import Formats
import Lang
import Runtime

extension Registrations {
  static let strings: [Operation] = [
    Operation(
      "split", "(s: string, sep: string = nil) -> list",
      """
      The parts of `s` between the separators; without one, its words between runs of white space.
      """,
      example: "split(\"a,b,c\", \",\")"
    ) { call in
      .object(ListObject(try Texts.split(call.string(0), separator: call.isNil(1) ? nil : call.string(1))))
    },
    Operation(
      "join",
      "(xs: any, sep: string|table = \"\", on: string|list|nil = nil, how: string = \"inner\") -> string|table",
      """
      The elements of `xs` as one string with `sep` between them, or the rows of two tables side by side: `join(t, u, on="id")`.
      Elements that are not strings are written as `print` shows them. Of tables, each row of `t` stands beside each row of `u` that has
      the same cell in the column `on`, or the same cells in the columns of a list, in the order of `t`, then of `u`; \
      `how="left"` keeps the rows of `t` that find none, with nil. Other columns that both have: that of `u` gets the name `score_2`.
      """,
      example:
        "join([\"a\", \"b\"], \"-\")\njoin(table({id: [1, 2], x: [5, 6]}), table({id: [2, 1], y: [7, 8]}), on=\"id\")",
      words: ["how": .fixed(["inner", "left"])]
    ) { call in
      if let right = call[1].asTable {
        guard let left = call[0].asTable else { throw call.wrongType(0, "a table beside a table") }
        guard !call.isNil(2) else {
          throw Fault.badValue("`join` of two tables needs the column to join by", help: "join(t, u, on=\"id\")")
        }
        let isLeft = try call.choice(3) == "left"
        return .object(try Tables.joined(left, right, on: call.names(2), keepsAll: isLeft))
      }
      guard call.isNil(2) else {
        throw Fault.badValue("`on` is for joining two tables", help: "join(t, u, on=\"id\"); texts: join(xs, \", \")")
      }
      let separator = try call.string(1)
      if let list = call[0].asList, let text = try StringObject.joined(list, separator: separator) {
        return .string(text)
      }
      var pieces: [String] = []
      var byteCount = 0
      var growth = Growth()
      try iterate(call[0]) { item in
        let piece = Printer.text(of: item)
        let more = piece.utf8.count + (pieces.isEmpty ? 0 : separator.utf8.count)
        // The piece, and its part of the whole.
        try growth.add(2 * more + MemoryLayout<String>.stride)
        byteCount += more
        pieces.append(piece)
      }
      return .string(try Texts.joined(pieces, separator: separator, byteCount: byteCount))
    },
    Operation(
      "strip", "(s: string, characters: string = nil) -> string",
      """
      `s` without the white space at its ends, or without the code points of `characters` there.
      """,
      example: "strip(\"  word \")"
    ) { call in .string(try Texts.strip(try call.string(0), characters: call.isNil(1) ? nil : try call.string(1))) },
    Operation(
      "replace", "(s: string, old: string, new: string) -> string",
      """
      `s` with every occurrence of `old` replaced by `new`, from the left and without overlap.
      """,
      example: "replace(\"a-b-c\", \"-\", \"+\")"
    ) { call in .string(try Texts.replace(call.string(0), call.string(1), with: call.string(2))) },
    Operation(
      "upper", "(s: string) -> string",
      """
      `s` in upper case, by Unicode's full mappings: "ß" becomes "SS".
      """,
      example: "upper(\"word\")"
    ) { call in .string(try Texts.mapped(call.string(0)) { $0.uppercased() }) },
    Operation(
      "lower", "(s: string) -> string",
      """
      `s` in lower case, by Unicode's full mappings.
      """,
      example: "lower(\"Word\")"
    ) { call in .string(try Texts.mapped(call.string(0)) { $0.lowercased() }) },
    Operation(
      "starts_with", "(s: string, prefix: string) -> bool",
      """
      Whether `s` begins with the code points of `prefix`.
      """,
      example: "starts_with(\" time\", \" \")"
    ) { call in .bool(try Texts.starts(try call.string(0), with: try call.string(1))) },
    Operation(
      "ends_with", "(s: string, suffix: string) -> bool",
      """
      Whether `s` ends with the code points of `suffix`.
      """,
      example: "ends_with(\"coverage.csv\", \".csv\")"
    ) { call in .bool(try Texts.ends(try call.string(0), with: try call.string(1))) },
    Operation(
      "repr", "(x: any) -> string",
      """
      `x` as Python's repr writes it: strings in Python's quotes and escapes, lists and records as lists and dicts, None, True, False.
      """,
      example: "repr([\" time\", \"it's\", \"\\n\"])"
    ) { call in .string(try PythonRepr.value(call[0])) },
    Operation(
      "format", "(value: any, spec: string) -> string",
      """
      `value` under a format of Python's mini-language, as in "{value:spec}".
      `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`: numbers take the types d e f g % b o x c n, everything else s.
      """,
      example: "format(3.14159, \">8.2f\")"
    ) { call in .string(try FormatSpec(parsing: call.string(1)).format(call[0])) },
    Operation(
      "bytes", "(s: string) -> list",
      """
      The UTF-8 bytes of `s`, numbers from 0 to 255.
      """,
      example: "bytes(\"é\")"
    ) { call in
      var text = try call.string(0)
      return try text.withUTF8 { bytes in try .list(count: bytes.count) { .number(Double(bytes[$0])) } }
    },
    Operation(
      "from_bytes", "(bytes: any) -> string",
      """
      The text whose UTF-8 bytes are these numbers from 0 to 255: a list, range or tensor. What is no UTF-8 is an error that says where; \
      the bytes of a single token often are none.
      """,
      example: "from_bytes([99, 97, 102, 195, 169])"
    ) { call in
      var bytes: [UInt8] = []
      try checkListFits(try elementCount(call[0]), bytesEach: 1)
      try iterate(call[0]) { item in
        guard let number = item.asNumber, let byte = UInt8(exactly: number) else {
          throw Fault.badValue("byte \(bytes.count) is \(Printer.text(of: item)), not a whole number from 0 to 255")
        }
        bytes.append(byte)
      }
      if let offset = firstInvalidUTF8(bytes) {
        throw Fault.badValue(
          "the bytes are no UTF-8 from byte \(offset) on (\(bytes[offset]))",
          help: "part of a character is no text: put the bytes of neighbouring tokens together, or decode their ids")
      }
      return .string(String(decoding: bytes, as: UTF8.self))
    },
    Operation(
      "ord", "(s: string) -> number",
      """
      The code point of a text of one character, as a number; `chr` is the way back.
      """,
      example: "ord(\"é\")"
    ) { call in
      let text = try call.string(0)
      guard let scalar = text.unicodeScalars.first, text.unicodeScalars.dropFirst().isEmpty else {
        throw Fault.badValue(
          "`ord` wants one code point, got a text of \(call[0].asObject?.count ?? 0)",
          help: "of each: map(s, c => ord(c))")
      }
      return .number(Int(scalar.value))
    },
    Operation(
      "chr", "(code: number) -> string",
      """
      The text of one code point, a whole number from 0 to 0x10FFFF that is none of the surrogates (0xD800 to 0xDFFF).
      """,
      example: "chr(233)"
    ) { call in
      let code = try call.whole(0)
      guard let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value) else {
        throw Fault.badValue(
          "\(code) is no code point", help: "code points run from 0 to 1114111 (0x10FFFF), without 55296 to 57343")
      }
      return .string(String(Character(scalar)))
    },
    Operation(
      "string", "(x: any) -> string",
      """
      `x` as `print` shows it.
      """,
      example: "string(1.5)"
    ) { call in call[0].asString == nil ? .string(Printer.text(of: call[0])) : call[0] },
    Operation(
      "number", "(x: any) -> number",
      """
      The number that a text says, true as 1 and false as 0, or the one element of a tensor.
      Texts are written as in a program: 12, 0.5, 1e-5, 0xff, 1_000, inf, nan; white space around them does not count.
      """,
      example: "number(\"1e-5\")"
    ) { call in
      if let text = call[0].asString { return .number(try Texts.number(text)) }
      if call[0].asNumber != nil { return call[0] }
      if let bool = call[0].asBool { return .number(bool ? 1 : 0) }
      if let tensor = call[0].asTensor, tensor.count == 1 { return .number(Double(try tensor.first())) }
      throw call.wrongType(0, "a string, a number, a bool or a tensor of one element")
    },
  ]
}
