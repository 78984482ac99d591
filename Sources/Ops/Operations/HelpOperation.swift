// help(x)

import Lang
import Runtime

extension Registrations {
  static let help: [Operation] = [
    Operation(
      "help", "(x: any) -> nil",
      """
      Prints what a function does: its signature, documentation and an example.
      `x` is a function or its name as a string, or a keyword. Any other string, such as a question, is looked for in the names and the \
      documentation of all operations and library functions. At the prompt `?name` and `?how do I …` do the same.
      """, example: "help(nearest)\nhelp(\"how do I plot a heat map\")"
    ) { call in
      let width = call.interpreter.columns()
      var value = call[0]
      var name = value.typeName
      if let text = value.asString {
        if let keyword = Keyword.named(text) {
          try call.interpreter.say(HelpText.text(of: keyword, width: width) + "\n")
          return .nil
        }
        guard call.interpreter.hasBuiltin(text) else {
          try call.interpreter.say(try HelpSearch.text(for: text, in: call.interpreter, width: width) + "\n")
          return .nil
        }
        if let operation = call.interpreter.operation(named: text), operation.constant != nil {
          try call.interpreter.output(HelpText.text(of: operation, width: width) + "\n")
          return .nil
        }
        value = try call.interpreter.builtin(text)
        name = text
      }
      try call.interpreter.say(HelpText.text(of: value, named: name, width: width) + "\n")
      return .nil
    }
  ]
}
