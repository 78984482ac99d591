// A tokenizer as a value of the language.

import Lang
import Runtime

final class TokenizerObject: Object {
  package let tokenizer: Tokenizer

  package init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    super.init()
  }

  package override var typeName: String { "tokenizer" }
  package override var fieldNames: [String] { ["size", "special", "mask"] }
  package override var count: Int? { tokenizer.count }

  package override func field(_ name: String) throws -> Value? {
    switch name {
    case "size": return .number(tokenizer.count)
    case "special": return .strings(tokenizer.specialTokens.map { tokenizer.text(of: $0) })
    case "mask": return tokenizer.maskToken.map { .string(tokenizer.text(of: $0)) } ?? .nil
    default: return nil
    }
  }

  /// Texts of the tokens, in order.
  package override func iterated(_ index: Int) throws -> Value { .string(tokenizer.text(of: index)) }

  /// A model gives a new object each time; they are one tokenizer.
  package override func isEqual(to other: Object) -> Bool { (other as? TokenizerObject)?.tokenizer === tokenizer }

  package override var description: String { "tokenizer of \(tokenizer.path): \(tokenizer.count) tokens" }
}
