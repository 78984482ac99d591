// An operation as a value of the language.

import Lang

/// One parameter of a signature.
public struct Parameter {
  public let name: String
  /// "any", or the type names that are allowed.
  public let types: [String]
  public let defaultValue: Value?
  public let takesRest: Bool
}

public final class BuiltinObject: Object {
  public let operation: Operation
  public private(set) lazy var parameters: [Parameter] = []

  public init(_ operation: Operation) {
    self.operation = operation
    super.init(kind: .builtin)
  }

  public var name: String { operation.name }
  public override var typeName: String { "function" }
}
