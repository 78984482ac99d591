// Wording of the errors of the forward pass.

import Glibc
import Lang
import Models
import Runtime

extension Fault {
  /// The tokenizer knows more tokens than the embedding has rows.
  static func noRow(_ token: String, id: Int, rows: Int) -> Fault {
    badLabel(
      "the token \(Printer.quoted(token)) (id \(id)) has no row in the embedding of \(rows)",
      help: "it was added to the tokenizer after the model was trained: leave it out of the text")
  }

  static func noActivation(_ name: String, near: String?, _ model: ModelWeights) -> Fault {
    // A key that is a word may have been meant as a variable, which a record does not look up.
    let isWord = !name.isEmpty && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || isalnum(Int32($0)) != 0 }
    let variable = isWord ? "a key is the word itself, and that of a variable is {\"{\(name)}\": …}; " : ""
    return badValue(
      "there is no activation \(Printer.quoted(name))",
      help: (near.map { "did you mean \(Printer.quoted($0))? " } ?? "") + variable
        + "Names: \(ActivationSite.forms(model))")
  }

  static func nothingToKeep(_ name: String, near: String?, _ model: ModelWeights) -> Fault {
    let words = ForwardRequest.words.map { Printer.quoted($0) }.joined(separator: ", ")
    return badValue(
      "`forward` has no keep=\(Printer.quoted(name))",
      help: (near.map { "did you mean \(Printer.quoted($0))? " } ?? "")
        + "`keep` takes \(words), or one activation: \(ActivationSite.forms(model))")
  }

  /// `name`: a part that only a whole pass gives.
  static func needsAllBlocks(_ name: String, upto blocks: Int, _ all: Int) -> Fault {
    badValue(
      "`forward` cannot keep \(Printer.quoted(name)) with upto=\(blocks): it needs all \(all) blocks",
      help: "unembed(m, r.resid[-1]) reads a state as the last one; logit_lens does so for all of them")
  }

  static func pastNeedsAllBlocks(from block: Int) -> Fault {
    badValue(
      "`forward` cannot keep \"past\" from block \(block) on: the keys and values of the blocks before are not computed"
    )
  }

  static func badStart(_ message: String) -> Fault {
    badValue(message, help: "from={block: 3, resid: r.resid[3]} starts with the state before block 3")
  }

  /// `texts`: how many there are; nil where it is one text and no list.
  static func editsForTexts(_ count: Int, texts: Int?) -> Fault {
    badValue(
      "`edit` is a list of \(count)" + (texts.map { " for \(counted($0, "text"))" } ?? ", but there is one text"),
      help: "a list has one record, or nil, for each text of a list; one record serves all of them")
  }

  static func badEditRecord(_ name: String, _ reason: String) -> Fault {
    badValue(
      "the edit of \(Printer.quoted(name)) is no edit: \(reason)",
      help: "a record has one of `set`, `add`, `scale`, and `at` for some positions alone: {scale: 0, at: [2, 3]}")
  }

  static func badEditOperand(_ site: ActivationSite, operand: [Int], shape: [Int]) -> Fault {
    Fault(
      .shapeMismatch,
      "the edit of \(Printer.quoted(site.name)) has a tensor of shape \(Tensor.describe(shape: operand)), which does not repeat to \(Tensor.describe(shape: shape))"
    )
  }

  static func noPosition(_ position: Int, of site: ActivationSite, tokens: Int) -> Fault {
    Fault(
      .indexOutOfRange,
      "the edit of \(Printer.quoted(site.name)) is at position \(position), but the text has \(counted(tokens, "token"))",
      help: "positions run from 0 to \(tokens - 1), or count from the end from -1 on")
  }

  static func noSuchPart(_ name: String, _ reason: String) -> Fault {
    badValue("there is no activation \(Printer.quoted(name)): \(reason)")
  }

  static func badEdit(_ name: String, got: Value) -> Fault {
    Fault(
      .wrongType, "the edit of \(Printer.quoted(name)) is \(got.typePhrase), not a function",
      help:
        "an edit takes the activation and gives what stands in its place: edit={\(Printer.quoted(name)): x => 0 * x}; "
        + "or it is a record of numbers: {scale: 0, at: [2, 3]}")
  }

  /// A function that cannot be called with the activation alone; `place` is where it is written.
  static func badEdit(_ name: String, takes shape: CallShape, at place: Place?) -> Fault {
    let count = shape.required == 0 ? shape.parameters.count : shape.required
    return Fault(
      .wrongArgumentCount,
      "the edit of \(Printer.quoted(name)) gets one argument, the activation; this function takes \(count)",
      help: "edit={\(Printer.quoted(name)): x => 0 * x}", at: place)
  }

  static func badEditResult(_ site: ActivationSite, shape: [Int], got: Value) -> Fault {
    let found = got.asTensor.map { "one of shape \(Tensor.describe(shape: $0.shape))" } ?? got.typePhrase
    return Fault(
      got.asTensor == nil ? .wrongType : .shapeMismatch,
      "the edit of \(Printer.quoted(site.name)) must give a tensor of shape \(Tensor.describe(shape: shape)), got \(found)",
      help: "it has the shape of what it is given: x => 0 * x")
  }

  static func editNotReached(_ site: ActivationSite, _ reason: String) -> Fault {
    badValue("the edit of \(Printer.quoted(site.name)) would change nothing: \(reason)")
  }

  /// The files have no head.
  static func noHead(_ model: ModelWeights) -> Fault {
    let saved = model.config["architectures"]?.asArray?.first?.asString.map { $0.hasSuffix("Model") ? $0 : "" } ?? ""
    return badValue(
      "these weights have no output head\(saved.isEmpty ? "" : " (they were saved by \(saved))"); "
        + "forward keeps resid and attn")
  }

  /// What only a model has that reads from left to right.
  static func notCausal(_ model: ModelWeights) -> Fault {
    badValue(
      model.patches == nil
        ? "\(model.family.name) sees the whole text at once: there is no next token; "
          + "logit_lens and r.logits say what stands at a place"
        : "\(model.family.name) sees the whole image at once: there is no next token; "
          + "logit_lens and r.logits say which class it shows")
  }

  /// A token that takes no position, so that those after it stand elsewhere.
  static func padding(_ id: Int, _ model: ModelWeights) -> Fault {
    badValue(
      "the text holds the token \(id), \(model.tokenizer.map { Printer.quoted($0.text(of: id)) } ?? "the padding"), "
        + "which \(model.family.name) uses for padding alone",
      help: "texts need not be of one length: forward(m, [text, other])")
  }

  /// `index`: which of several texts.
  static func noTokens(at index: Int? = nil) -> Fault {
    badValue("`forward` needs at least one token, the text \(index.map { "at index \($0) " } ?? "")is empty")
  }

  /// `past`: tokens that stand before it; `limit`: the model's positions.
  static func textTooLong(_ count: Int, at index: Int?, past: Int, limit: Int, model: ModelWeights) -> Fault {
    let tokens = counted(count, "token")
    let text =
      past > 0
      ? "\(tokens) after \(past)" : index.map { "the text at index \($0), of \(tokens)," } ?? "a text of \(tokens)"
    return badValue(
      "\(text) is too long for model \(model.name), which has \(counted(limit, "position"))",
      help: past == 0 ? "take the first ones: encode(m, text)[:\(limit)]" : nil)
  }

  /// Keys that were turned by the angles of short texts cannot go on in a long one.
  static func pastTurnsOtherwise(_ limit: Int, model: ModelWeights) -> Fault {
    badValue(
      "`past` cannot go on beyond \(counted(limit, "token")): model \(model.name) turns the keys of longer texts by other angles",
      help: "run the whole text: forward(m, text)")
  }
}
