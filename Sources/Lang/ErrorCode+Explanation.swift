// What `docs/errors.md` and `tw doc CODE` say about each error. The switch is exhaustive: a new code needs its words here.

/// The long explanation of an error code.
package struct ErrorExplanation {
  package enum Example {
    /// A program that raises the error when it runs.
    case program(String)
    /// A program in which `tw check` finds the error.
    case check(String)
    /// A command line that raises the error.
    case command(String)
    /// Where the error appears, in words: it depends on the machine.
    case situation(String)
  }

  /// What the error says, as a heading.
  package let meaning: String
  /// Why it happens.
  package let cause: String
  package let example: Example
  /// What to do about it.
  package let fix: String

  init(_ meaning: String, cause: String, _ example: Example, fix: String) {
    self.meaning = meaning
    self.cause = cause
    self.example = example
    self.fix = fix
  }
}

extension ErrorCode {
  /// The title of the code's group: its first two digits.
  package var group: String {
    switch rawValue.dropFirst().prefix(2) {
    case "01": "Syntax"
    case "02": "Names and arguments"
    case "03": "Types and values"
    case "04": "Shapes and indices"
    case "05": "Files and models"
    case "06": "Limits and permissions"
    default: "Raised by the program"
    }
  }

  package var explanation: ErrorExplanation {
    switch self {
    case .unexpectedCharacter: .unexpectedCharacter
    case .unterminatedString: .unterminatedString
    case .badEscape: .badEscape
    case .badNumber: .badNumber
    case .unexpectedToken: .unexpectedToken
    case .unclosedBracket: .unclosedBracket
    case .badInterpolation: .badInterpolation
    case .chainedComparison: .chainedComparison
    case .nestedTooDeeply: .nestedTooDeeply
    case .notAssignable: .notAssignable
    case .badParameterList: .badParameterList
    case .misplacedStatement: .misplacedStatement
    case .badEncoding: .badEncoding
    case .foreignSyntax: .foreignSyntax
    case .tooLarge: .tooLarge
    case .tooOld: .tooOld
    case .unknownName: .unknownName
    case .unboundName: .unboundName
    case .unknownField: .unknownField
    case .unknownArgument: .unknownArgument
    case .wrongArgumentCount: .wrongArgumentCount
    case .unknownKey: .unknownKey
    case .unknownModule: .unknownModule
    case .moduleCycle: .moduleCycle
    case .badOption: .badOption
    case .unusedParam: .unusedParam
    case .unreachableCode: .unreachableCode
    case .emptyBlock: .emptyBlock
    case .shadowedBuiltin: .shadowedBuiltin
    case .hiddenErrors: .hiddenErrors
    case .firstEdition: .firstEdition
    case .badOperands: .badOperands
    case .wrongType: .wrongType
    case .notCallable: .notCallable
    case .notACondition: .notACondition
    case .notIndexable: .notIndexable
    case .badValue: .badValue
    case .badFormat: .badFormat
    case .notWhole: .notWhole
    case .unpackMismatch: .unpackMismatch
    case .indexOutOfRange: .indexOutOfRange
    case .shapeMismatch: .shapeMismatch
    case .innerSizeMismatch: .innerSizeMismatch
    case .badShape: .badShape
    case .badLabel: .badLabel
    case .cannotRead: .cannotRead
    case .cannotWrite: .cannotWrite
    case .badFile: .badFile
    case .modelNotFound: .modelNotFound
    case .badWeights: .badWeights
    case .badConfig: .badConfig
    case .badTokenizer: .badTokenizer
    case .unsupported: .unsupported
    case .libraryMissing: .libraryMissing
    case .fileChanged: .fileChanged
    case .cannotDownload: .cannotDownload
    case .recursionTooDeep: .recursionTooDeep
    case .outOfMemory: .outOfMemory
    case .outOfSteps: .outOfSteps
    case .interrupted: .interrupted
    case .notPermitted: .notPermitted
    case .raised: .raised
    case .assertionFailed: .assertionFailed
    }
  }
}
