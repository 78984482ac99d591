// A tokenizer as a value of the language.

import Lang
import Runtime

public final class TokenizerObject: Object {
  public let tokenizer: Tokenizer

  public init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    super.init()
  }

  public override var typeName: String { "tokenizer" }
  public override var fieldNames: [String] { ["size", "special"] }
  public override var count: Int? { tokenizer.count }

  public override func field(_ name: String) throws -> Value? {
    switch name {
    case "size": return .number(tokenizer.count)
    case "special": return .strings(tokenizer.specialTokens.map { tokenizer.text(of: $0) })
    default: return nil
    }
  }

  /// Texts of the tokens, in order.
  public override func iterated(_ index: Int) throws -> Value { .string(tokenizer.text(of: index)) }

  /// A model gives a new object each time; they are one tokenizer.
  public override func isEqual(to other: Object) -> Bool { (other as? TokenizerObject)?.tokenizer === tokenizer }

  public override var description: String { "tokenizer of \(tokenizer.path): \(tokenizer.count) tokens" }
}
