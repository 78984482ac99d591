// help(x)

import Lang
import Runtime

extension Operations {
  static let help: [Operation] = [
    Operation(
      "help", "(x: any) -> nil",
      """
      Prints what a function does: its signature, documentation and an example.
      `x` is a function or its name as a string. At the prompt `?name` does the same.
      """, example: "help(nearest)"
    ) { call in
      var value = call[0]
      var name = value.typeName
      if let text = value.asString {
        guard call.interpreter.hasBuiltin(text) else {
          throw Fault.unknownName(text, candidates: call.interpreter.builtinNames, at: nil)
        }
        value = try call.interpreter.builtin(text)
        name = text
      }
      try call.interpreter.output(HelpText.text(of: value, named: name) + "\n")
      return .nil
    }
  ]
}
