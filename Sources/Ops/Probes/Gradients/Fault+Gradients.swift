// Wording of the errors of gradients.

import Lang
import Models
import Runtime

extension Fault {
  static func badGradient(_ message: String) -> Fault {
    badValue(
      message,
      help:
        "`grad` is a vector of V for the last position, a tensor n x V, a metric such as logit_difference(m, a, b), "
        + "or {\"blocks.3.resid\": tensor} for a cotangent elsewhere")
  }

  static func badCotangent(_ name: String, _ shape: [Int], wanted: [Int], isOfLogits: Bool) -> Fault {
    let other = isOfLogits && wanted.count == 2 ? " or a vector of \(wanted[1]) for the last position" : ""
    return Fault(
      .shapeMismatch,
      "the cotangent of \(Printer.quoted(name)) is \(Tensor.describe(shape: wanted))\(other), got \(Tensor.phrase(shape: shape))"
    )
  }

  /// A metric without the gradient of its number.
  static func plainFunctionHasNoGradient() -> Fault {
    badGradient("a function alone has no gradient: a metric is a record {value: r => …, cotangent: r => …}")
  }

  static func functionEditHasNoGradient(_ site: ActivationSite) -> Fault {
    badValue(
      "the edit of \(Printer.quoted(site.name)) is a function, whose derivative is not known: `grad` needs another",
      help: "{set: t}, {add: t} and {scale: s} have one, with `at` for some positions: {scale: 0, at: [2, 3]}")
  }

  static func gradientNeedsLogits(upto blocks: Int, _ all: Int) -> Fault {
    badValue(
      "`grad` of logits needs all \(all) blocks, got upto=\(blocks)",
      help: "a cotangent elsewhere needs those before it: grad={\"blocks.3.resid\": tensor}")
  }
}
