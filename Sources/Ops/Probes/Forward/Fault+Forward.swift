// Wording of the errors of the forward pass.

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

  static func noActivation(_ name: String, near: String?) -> Fault {
    badValue(
      "there is no activation \(Printer.quoted(name))",
      help: (near.map { "did you mean \(Printer.quoted($0))? " } ?? "") + "Names: \(ActivationSite.forms)")
  }

  static func noSuchPart(_ name: String, _ reason: String) -> Fault {
    badValue("there is no activation \(Printer.quoted(name)): \(reason)")
  }

  static func badEdit(_ name: String, got: Value) -> Fault {
    Fault(
      .wrongType, "the edit of \(Printer.quoted(name)) is \(got.typePhrase), not a function",
      help:
        "an edit takes the activation and gives what stands in its place: edit={\(Printer.quoted(name)): x => 0 * x}")
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
