// Wording of the errors of the lexer and the parser (01).

extension Fault {
  static func badEncoding(at place: Place) -> Fault {
    Fault(.badEncoding, "the text is not valid UTF-8", help: "save the file as UTF-8", at: place)
  }

  static func unexpectedCharacter(_ scalar: Unicode.Scalar, at place: Place) -> Fault {
    let isVisible = scalar.value >= 32 && scalar.value != 127
    let shown = isVisible ? "`\(scalar)` (U+\(hex(scalar)))" : "U+\(hex(scalar))"
    return Fault(.unexpectedCharacter, "\(shown) has no meaning here", at: place)
  }

  static func foreignSyntax(_ text: String, help: String, at place: Place) -> Fault {
    Fault(.foreignSyntax, "`\(text)` is not part of the language", help: help, at: place)
  }

  static func foreignSpace(_ scalar: Unicode.Scalar, at place: Place) -> Fault {
    Fault(
      .foreignSyntax, "this space is not part of the language",
      help: "it is not an ordinary space (U+\(hex(scalar))): replace it", at: place)
  }

  static func invisibleCharacter(_ scalar: Unicode.Scalar, at place: Place) -> Fault {
    Fault(
      .foreignSyntax, "an invisible character (U+\(hex(scalar))) is not part of the language",
      help: "it came with copied text and looks like no space at all: delete it; in a string write \\u{\(hex(scalar))}",
      at: place)
  }

  static func unterminatedString(at place: Place) -> Fault {
    Fault(
      .unterminatedString, "the string that starts here does not end",
      help: "close it with `\"`; a text of several lines stands between \"\"\" and \"\"\"", at: place)
  }

  static func badEscape(_ text: String, at place: Place) -> Fault {
    Fault(
      .badEscape, "`\(text)` is no escape",
      help: "escapes are \\n \\t \\r \\\" \\\\ \\{ \\x41 \\u{1F600}; a backslash itself is \\\\, or write r\"…\"",
      at: place)
  }

  static func badNumber(at place: Place) -> Fault {
    let text = place.file.text(place.span)
    return Fault(
      .badNumber, "`\(text)` is not a number",
      help: text.hasSuffix(".")
        ? "a point needs a digit on both sides: \(text)0"
        : "numbers are written 12, 1_000, 0.5, 1e-5 or 0xff; names start with a letter", at: place)
  }

  static func badInterpolation(_ text: String, at place: Place) -> Fault {
    Fault(
      .badInterpolation, "\(text) cannot stand in a string: `{` starts an expression",
      help: "for a brace itself write \\{", at: place)
  }

  static func unclosedInterpolation(at place: Place) -> Fault {
    Fault(
      .badInterpolation, "the `{` in this string is not closed",
      help: "a value stands between braces, \"{x}\"; for a brace itself write \\{", at: place)
  }

  static func emptyInterpolation(at place: Place) -> Fault {
    Fault(
      .badInterpolation, "there is no expression between the braces", help: "for a brace itself write \\{", at: place)
  }

  static func unexpected(_ found: String, wanted: String, help: String? = nil, at place: Place) -> Fault {
    Fault(.unexpectedToken, "expected \(wanted), found \(found)", help: help, at: place)
  }

  static func unclosedBracket(_ bracket: String, closing: String, at place: Place) -> Fault {
    Fault(.unclosedBracket, "this `\(bracket)` is never closed", help: "add the missing `\(closing)`", at: place)
  }

  static func strayBracket(_ bracket: String, at place: Place) -> Fault {
    Fault(
      .unclosedBracket, "this `\(bracket)` closes nothing", help: "remove it, or add what it should close", at: place)
  }

  static func chainedComparison(
    _ first: String, _ middle: String, _ last: String, _ ops: (String, String), at place: Place
  ) -> Fault {
    Fault(
      .chainedComparison, "comparisons do not chain",
      help: "write `\(first) \(ops.0) \(middle) and \(middle) \(ops.1) \(last)`", at: place)
  }

  static func nestedTooDeeply(at place: Place?) -> Fault {
    Fault(.nestedTooDeeply, "this is nested too deeply", help: "give inner parts names of their own", at: place)
  }

  static func notAssignable(_ what: String, help: String?, at place: Place) -> Fault {
    Fault(.notAssignable, "\(what) cannot be assigned to", help: help, at: place)
  }

  static func badParameterList(_ message: String, help: String? = nil, at place: Place) -> Fault {
    Fault(.badParameterList, message, help: help, at: place)
  }

  /// `type` as it was written, `meant` what it is called here.
  static func badParamType(_ type: String, meant: ParamType?, at place: Place) -> Fault {
    Fault(
      .unexpectedToken, "a param has no type `\(type)`",
      help: (meant.map { "write `\($0.rawValue)`: " } ?? "") + "the types are \(ParamType.listed)", at: place)
  }

  /// One line, wherever the file comes from: what follows in it may be no program for this version.
  static func tooOld(for file: String, _ needed: Version) -> Fault {
    Fault(.tooOld, "\(file) needs tw \(needed.text) or later; this is tw \(Version.current.text)")
  }

  static func misplaced(_ what: String, where allowed: String, at place: Place) -> Fault {
    Fault(.misplacedStatement, "`\(what)` only works \(allowed)", at: place)
  }

  package static func tooLarge(_ what: String, limit: Int, at place: Place?) -> Fault {
    Fault(.tooLarge, "there are too many \(what) here: at most \(limit) fit", help: "split it into several", at: place)
  }
}

extension Fault {
  // Names (02), as far as they are known before a program runs.

  /// `own`: names of the program; `builtins`: those that are always there.
  /// `use`: what the name's place in the text says about it.
  package static func unknownName(
    _ name: String, own: some Sequence<String>, builtins: some Sequence<String> = [],
    isFunction: (String) -> Bool = { _ in false }, use: NameUse? = nil, at place: Place?
  ) -> Fault {
    func similar(_ near: String) -> String {
      "there is a \(isFunction(near) ? "function with a similar name" : "similar name"): `\(near)`"
    }
    let foreign = OtherLanguages.help(for: name)
    var help: String?
    if let near = nearestName(to: name, among: own) {
      help = similar(near) + ((use?.help(for: name) ?? foreign).map { "\n" + $0 } ?? "")
    } else if let meant = use?.help(for: name) {
      help = meant
    } else {
      help =
        foreign ?? nearestName(to: name, among: builtins).map(similar) ?? OtherLanguages.help(forSlipOf: name)
    }
    return Fault(.unknownName, "there is no name `\(name)` here", help: help, at: place)
  }

  /// `ans`, or a line that goes on from it, where no entry has shown a value.
  package static func noLastValue() -> Fault {
    Fault(
      .unboundName, "there is no last value yet",
      help: "`ans`, and a line that starts with `|>` or `.`, take what the entry before showed: enter a value first")
  }

  package static func unboundName(_ name: String, isLocal: Bool, at place: Place?) -> Fault {
    let help =
      isLocal
      ? "the function assigns `\(name)` somewhere, so the name is its own; give it a value first, or pass it in"
      : "it is assigned further down, or in a branch that has not run"
    return Fault(.unboundName, "`\(name)` has no value yet", help: help, at: place)
  }
}
