// Everything that can go wrong, as one closed set of codes. A `Fault` is made by the factories in `Fault+….swift`, so that
// each wording has one home; the Shell renders it (`Diagnostic.swift`).

/// Stable codes of all errors. The first two digits group them: 01 syntax, 02 names, 03 types and values, 04 shapes and
/// indices, 05 files and models, 06 limits and permissions, 07 raised by the program.
package enum ErrorCode: String, CaseIterable {
  case unexpectedCharacter = "E0101"
  case unterminatedString = "E0102"
  case badEscape = "E0103"
  case badNumber = "E0104"
  case unexpectedToken = "E0105"
  case unclosedBracket = "E0106"
  case badInterpolation = "E0107"
  case chainedComparison = "E0108"
  case nestedTooDeeply = "E0109"
  case notAssignable = "E0110"
  case badParameterList = "E0111"
  case misplacedStatement = "E0112"
  case badEncoding = "E0113"
  case foreignSyntax = "E0114"
  case tooLarge = "E0115"
  case tooOld = "E0116"

  case unknownName = "E0201"
  case unboundName = "E0202"
  case unknownField = "E0203"
  case unknownArgument = "E0204"
  case wrongArgumentCount = "E0205"
  case unknownKey = "E0206"
  case unknownModule = "E0207"
  case moduleCycle = "E0208"
  case badOption = "E0209"
  case unusedParam = "E0210"
  case unreachableCode = "E0211"
  case emptyBlock = "E0212"
  case shadowedBuiltin = "E0213"
  case hiddenErrors = "E0214"
  case firstEdition = "E0215"

  case badOperands = "E0301"
  case wrongType = "E0302"
  case notCallable = "E0303"
  case notACondition = "E0304"
  case notIndexable = "E0305"
  case badValue = "E0306"
  case badFormat = "E0307"
  case notWhole = "E0308"
  case unpackMismatch = "E0309"

  case indexOutOfRange = "E0401"
  case shapeMismatch = "E0402"
  case innerSizeMismatch = "E0403"
  case badShape = "E0404"
  case badLabel = "E0405"

  case cannotRead = "E0501"
  case cannotWrite = "E0502"
  case badFile = "E0503"
  case modelNotFound = "E0504"
  case badWeights = "E0505"
  case badConfig = "E0506"
  case badTokenizer = "E0507"
  case unsupported = "E0508"
  case libraryMissing = "E0509"
  case fileChanged = "E0510"
  case cannotDownload = "E0511"

  case recursionTooDeep = "E0601"
  case outOfMemory = "E0602"
  case outOfSteps = "E0603"
  case interrupted = "E0604"
  case notPermitted = "E0605"

  case raised = "E0701"
  case assertionFailed = "E0702"
}

extension ErrorCode {
  /// Whether `try` catches it: a program that is to end ends.
  package var canBeCaught: Bool { self != .interrupted && self != .outOfSteps }

  /// Whether the words are a program's own.
  var isOfProgram: Bool { self == .raised || self == .assertionFailed }

  /// What `tw check` says of a program that runs: it does not count as a failure.
  package var isWarning: Bool {
    switch self {
    case .shadowedBuiltin, .hiddenErrors, .emptyBlock, .firstEdition: true
    default: false
    }
  }
}

/// One error: what happened, where, and how to fix it.
package struct Fault: Error {
  /// A call that was under way when a run-time error happened.
  package struct ActiveCall {
    package let function: String
    package let place: Place

    package init(function: String, place: Place) {
      self.function = function
      self.place = place
    }
  }

  package let code: ErrorCode
  /// The word that a program gave an error it raised, for its kind.
  package var ownCode: String?
  /// The cause in plain words, one line, no full stop. A text that stands in it is abridged, but for what a program raised: that is its own.
  package let message: String
  /// How to fix it, where that is known.
  package var help: String?
  /// Words under the caret.
  package var label: String?
  package var place: Place?
  /// Innermost call first.
  package var calls: [ActiveCall] = []
  /// A function that was called from an operation (`map(xs, f)`): its call site is known only further out.
  package var openCall: String?
  /// True when more text could complete the program: the prompt then asks for another line.
  package var needsMoreInput = false

  package init(_ code: ErrorCode, _ message: String, help: String? = nil, at place: Place? = nil) {
    self.code = code
    self.message = code.isOfProgram ? message : message.abridged(to: Self.longestPart)
    self.help = help?.abridged(to: Self.longestPart)
    self.place = place
  }

  /// Code points of a message or a help line that are shown from its beginning: a file's whole text may stand in either.
  static let longestPart = 1500

  /// The code as it is shown, and as `e.code` gives it.
  package var codeText: String { ownCode ?? code.rawValue }

  /// The same fault at `place`, unless it already has one.
  package func at(_ place: Place?) -> Fault {
    guard self.place == nil, let place else { return self }
    var fault = self
    fault.place = place
    return fault
  }
}
