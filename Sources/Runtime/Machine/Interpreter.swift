// One running world: the operations, where output goes, what may be read and written. A session at the prompt and a recipe
// have one each.

import CPlatform
import Lang

public final class Interpreter {
  /// Where `print` writes. The Shell replaces it to page or to count lines.
  public var output: (String) throws -> Void = { _ in }

  /// What may be read and written.
  public let permissions = Permissions()

  public init(operations: [Operation]) {}

  /// Calls a function of the language (or an operation) from Swift.
  public func call(_ function: Value, _ arguments: [Value]) throws -> Value { throw Fault.notCallable(function) }

  /// Throws `interrupted` after Ctrl-C. Long kernels call it between blocks, at least every 50 ms.
  public func checkInterrupt() throws {
    if tw_interrupted() { throw Fault.interrupted() }
  }
}

/// Throws `interrupted` after Ctrl-C; for kernels that have no interpreter at hand.
public func checkInterrupt() throws {
  if tw_interrupted() { throw Fault.interrupted() }
}
