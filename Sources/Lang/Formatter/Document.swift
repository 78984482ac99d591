// The shape of a program as the formatter sees it: brackets, the elements in them, and where lines break.

enum BracketKind {
  /// The whole file: statements without braces.
  case file
  case block, record, list, index
  /// Arguments of a call and parameters of a function.
  case arguments
  /// `( … )` around an expression.
  case group

  var holdsStatements: Bool { self == .file || self == .block }
  /// Brackets with several elements break where the line is full; others only where the author broke them.
  var breaksWhenFull: Bool { self == .record || self == .list || self == .arguments || self == .block }
  var takesTrailingComma: Bool { self == .record || self == .list || self == .arguments || self == .index }
}

enum Piece {
  case atom(Int)
  /// Index into `Document.brackets`.
  case bracket(Int)
}

/// A statement, or what stands between two commas.
struct Element {
  var pieces: [Piece] = []
}

struct Bracket {
  let kind: BracketKind
  /// Atom of the opening sign; -1 for the file.
  let open: Int
  /// Atom of the closing sign, or the end of the text.
  var close = -1
  var elements: [Element] = []
  /// Each element on a line of its own.
  var isBroken = false
  /// A line breaks somewhere inside.
  var containsBreak = false
  /// Columns in one line, or up to the first line break inside.
  var width = 0
  /// `if … else …`: the first block of the chain decides for all.
  var leader = -1
  /// Columns of the chain that this block leads.
  var chainWidth = 0
}

struct Document {
  var brackets: [Bracket] = []
  /// Atoms that start a new line inside their statement or element.
  var breaks: Set<Int> = []
  /// Atoms between which no space stands: `=` in calls, `:` in slices.
  var tight: Set<Int> = []
  var unary: Set<Int> = []
  var calls: Set<Int> = []
}
