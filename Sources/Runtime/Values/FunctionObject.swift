// A function written in the language, with the values that it keeps from the function that made it.

import Lang

package final class FunctionObject: Object {
  let code: Code
  var captures: ContiguousArray<Value>

  init(_ code: Code, captures: ContiguousArray<Value>) {
    self.code = code
    self.captures = captures
    super.init(kind: .function)
  }

  deinit { DeferredRelease.take(&captures) }

  package override var typeName: String { "function" }

  /// Empty for a lambda.
  package var name: String { code.name }
  /// "f(a, b=2)".
  package var signature: String { code.signature }
  /// The `##` lines above its definition.
  package var documentation: String { code.documentation }
  /// Where it is defined.
  package var place: Place { code.place(ofInstruction: 0) }

  /// Its whole definition as it is written, with the documentation above it.
  package var source: String {
    guard let function = definition else { return signature }
    let comments = function.documentation.split(separator: "\n", omittingEmptySubsequences: false).map { "## \($0)\n" }
    return (function.documentation.isEmpty ? "" : comments.joined()) + place.file.text(function.span)
  }

  /// All of its text, the documentation aside.
  package var wholePlace: Place { definition.map { Place(place.file, $0.span) } ?? place }

  private var definition: FunctionNode? {
    let place = place
    let around = Parser.parse(place.file, isInteractive: true).functions.dropFirst().filter {
      $0.span.start <= place.span.start && place.span.end <= $0.span.end
    }
    // Of those that enclose the place, the innermost starts last.
    return around.max { $0.span.start < $1.span.start }
  }

  package override var description: String { "<function \(code.signature)>" }
}
