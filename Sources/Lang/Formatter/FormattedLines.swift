// The lines that the formatter has written, and the columns that run through several of them.

/// Where the parts of a `param` line start, in bytes of its text.
struct ParamColumns {
  /// 0 where the option is required.
  var equals = 0
  /// 0 without one.
  var help = 0
  /// Column of the help in the source.
  var sourceColumn = 0
}

struct FormattedLines {
  private struct Line {
    var indent = 0
    var text = ""
    /// Columns of the text's last line (a string may hold line breaks), the indent included.
    var column = 0
    var comment: String?
    var commentColumn: Int?
    var param: ParamColumns?
  }

  private var lines: [Line] = []
  private var line = Line()
  private var isEmpty = true

  var count: Int { lines.count }
  var indent: Int { line.indent }
  var column: Int { line.column }
  /// Bytes of the line's text.
  var length: Int { line.text.utf8.count }
  /// A line holds one comment.
  var canTakeComment: Bool { !line.text.isEmpty && line.comment == nil }

  mutating func write(_ text: String) {
    isEmpty = false
    line.text += text
    if let lineBreak = text.utf8.lastIndex(of: UInt8(ascii: "\n")) {
      line.column = columns(of: String(text[text.utf8.index(after: lineBreak)...]))
    } else {
      line.column += columns(of: text)
    }
  }

  mutating func comment(_ text: String, sourceColumn: Int?) {
    isEmpty = false
    line.comment = text
    line.commentColumn = sourceColumn
  }

  mutating func markParam(_ param: ParamColumns) { line.param = param }

  mutating func newLine(_ indent: Int, blankLine: Bool = false) {
    if !isEmpty {
      lines.append(line)
      if blankLine { lines.append(Line()) }
    }
    line = Line(indent: indent, column: indent)
  }

  mutating func finished() -> [UInt8] {
    if isEmpty { return [] }
    lines.append(line)
    alignParams()
    alignComments()
    var bytes: [UInt8] = []
    for line in lines {
      if !line.text.isEmpty || line.comment != nil {
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: line.indent))
      }
      bytes.append(contentsOf: line.text.utf8)
      if let comment = line.comment { bytes.append(contentsOf: comment.utf8) }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  // MARK: Columns

  /// Calls `body` for each run of neighbouring lines that `belongs` accepts.
  private func runs(_ belongs: (Line) -> Bool, _ body: (Range<Int>) -> Void) {
    var start: Int?
    for (index, line) in lines.enumerated() {
      if belongs(line) {
        if start == nil { start = index }
      } else if let first = start {
        body(first..<index)
        start = nil
      }
    }
    if let start { body(start..<lines.count) }
  }

  /// The column for parts that follow texts which end at `ends`: the author's, if they had one and it still fits.
  private func sharedColumn(_ ends: [Int], author: [Int]) -> Int {
    let needed = ends.max() ?? 0
    if let first = author.first, author.allSatisfy({ $0 == first }), first > needed { return first }
    return needed + 2
  }

  private mutating func alignParams() {
    var groups: [Range<Int>] = []
    runs({ $0.param != nil }, { groups.append($0) })
    for group in groups {
      let equals = group.compactMap { lines[$0].param?.equals }.max() ?? 0
      for index in group where lines[index].param?.equals ?? 0 > 0 {
        pad(index, at: lines[index].param?.equals ?? 0, to: equals)
      }
      let helps = group.filter { lines[$0].param?.help ?? 0 > 0 }
      let ends = helps.map { columns(of: part(of: lines[$0].text, upTo: lines[$0].param?.help ?? 0)) }
      let limit = Self.limit(ofShared: ends)
      let shared = zip(helps, ends).filter { $0.1 <= limit }
      let author = shared.compactMap { lines[$0.0].param?.sourceColumn }.filter { $0 <= limit + Self.widestStep }
      let needed = (shared.map(\.1).max() ?? 0) + 2
      let isAuthors = author.count == shared.count && author.allSatisfy { $0 >= needed }
      let column = sharedColumn(shared.map(\.1), author: isAuthors ? author : [])
      for (index, end) in zip(helps, ends) {
        // Behind a longer default the help follows as it would on a line of its own.
        insert(end <= limit ? column - end - 1 : 1, in: index, at: lines[index].param?.help ?? 0)
      }
    }
  }

  /// Columns by which one default may be longer than the next shorter one and still move the help of all others.
  private static let widestStep = 16

  /// The longest of the ends, from the shortest one upwards, that share a column for what follows: one long default stands apart.
  private static func limit(ofShared ends: [Int]) -> Int {
    let sorted = ends.sorted()
    var limit = sorted.first ?? 0
    for end in sorted where end - limit <= widestStep { limit = max(limit, end) }
    return limit
  }

  /// Moves the text behind byte `offset` so that `offset` becomes `target`.
  private mutating func pad(_ index: Int, at offset: Int, to target: Int) {
    let missing = target - offset
    guard missing > 0, let param = lines[index].param else { return }
    insert(missing, in: index, at: offset)
    lines[index].param?.equals = target
    if param.help > 0 { lines[index].param?.help = param.help + missing }
  }

  private mutating func insert(_ count: Int, in index: Int, at offset: Int) {
    guard count > 0 else { return }
    let text = lines[index].text
    let place = text.utf8.index(text.utf8.startIndex, offsetBy: offset)
    lines[index].text = String(text[..<place]) + String(repeating: " ", count: count) + String(text[place...])
    lines[index].column += count
  }

  private func part(of text: String, upTo offset: Int) -> String {
    String(text[..<text.utf8.index(text.utf8.startIndex, offsetBy: offset)])
  }

  private mutating func alignComments() {
    var groups: [Range<Int>] = []
    runs({ $0.comment != nil && !$0.text.isEmpty }, { groups.append($0) })
    for group in groups {
      let column = sharedColumn(group.map { lines[$0].column }, author: group.compactMap { lines[$0].commentColumn })
      for index in group { lines[index].text += String(repeating: " ", count: max(1, column - lines[index].column)) }
    }
  }
}
