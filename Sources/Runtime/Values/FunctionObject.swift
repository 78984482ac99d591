// A function written in the language, with the values that it keeps from the function that made it.

import Lang

public final class FunctionObject: Object {
  let code: Code
  var captures: ContiguousArray<Value>

  init(_ code: Code, captures: ContiguousArray<Value>) {
    self.code = code
    self.captures = captures
    super.init(kind: .function)
  }

  deinit { DeferredRelease.take(&captures) }

  public override var typeName: String { "function" }

  /// Empty for a lambda.
  public var name: String { code.name }
  /// "f(a, b=2)".
  public var signature: String { code.signature }
  /// The `##` lines above its definition.
  public var documentation: String { code.documentation }
  /// Where it is defined.
  public var place: Place { code.place(ofInstruction: 0) }

  public override var description: String { "<function \(code.signature)>" }
}
