// What the lexer makes of the text. A string with interpolation becomes several tokens:
// stringStart, then stringText or interpolationStart … (formatText) interpolationEnd, then stringEnd.

package enum TokenKind: UInt8 {
  case name, number
  case stringStart, stringText, interpolationStart, formatText, interpolationEnd, stringEnd

  case and, `break`, `catch`, `continue`, `else`, `false`, fn, `for`, `if`, `in`, `nil`, not, or, param, `return`,
    `true`
  case `try`, use, `while`

  case leftParen, rightParen, leftBracket, rightBracket, leftBrace, rightBrace
  case comma, semicolon, colon, dot, dotDot, ellipsis, arrow, pipe
  case assign, plusAssign, minusAssign, starAssign, slashAssign, floorAssign, percentAssign, caretAssign, atAssign
  case plus, minus, star, slash, floorSlash, percent, caret, at, bar, ampersand, tilde
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  case end

  /// Keywords by spelling.
  package static let keywords = Dictionary(
    uniqueKeysWithValues: Keyword.all.filter { !$0.isContextual }.map { ($0.word, $0.kind) })

  /// May stand after `.`, as a record key and as an argument's name.
  package var isWord: Bool {
    self == .name || (rawValue >= TokenKind.and.rawValue && rawValue <= TokenKind.while.rawValue)
  }

  /// The operator of `x += v` and its kin.
  package var augmentedOperator: BinaryOperator? {
    switch self {
    case .plusAssign: .add
    case .minusAssign: .subtract
    case .starAssign: .multiply
    case .slashAssign: .divide
    case .floorAssign: .floorDivide
    case .percentAssign: .modulo
    case .caretAssign: .power
    case .atAssign: .matmul
    default: nil
    }
  }
}

package struct Token {
  package let kind: TokenKind
  package var span: Span
  /// A line break lies between the previous token and this one.
  package let newlineBefore: Bool
  /// Index into `TokenList.texts` or `.numbers`, where the kind has one.
  package var payload: Int32 = -1
}

/// A comment, for documentation and the formatter.
package struct Comment {
  package let span: Span
  /// Nothing but white space stands before it on its line.
  package let ownsLine: Bool
  /// It starts with `##`.
  package let isDocumentation: Bool
}

package struct TokenList {
  package var tokens: [Token] = []
  /// Cooked text of stringText and formatText tokens.
  package var texts: [String] = []
  package var numbers: [Double] = []
  package var comments: [Comment] = []
  package var faults: [Fault] = []
  /// The text ends inside a string or an interpolation that more lines could close.
  package var endsInsideString = false
  /// Where the innermost string starts that is still open at the end of the text.
  package var openString: Int?
}
