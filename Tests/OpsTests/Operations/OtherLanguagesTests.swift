// What the hints for words of other languages name is there.

import Lang
import Models
import Operations
import Runtime
import Testing

@Suite struct OtherLanguagesTests {
  private let interpreter = Interpreter(operations: Registrations.all, standardModule: Registrations.standardModule)

  private struct Call {
    let name: String
    /// Those of its arguments that are named.
    let named: [String]
  }

  /// The calls in a text: `sum(…, axis=0)`. Those inside the brackets of another one are found as well.
  private func calls(in text: String) -> [Call] {
    let signs = Array(text)
    func isWord(_ sign: Character) -> Bool { sign.isLetter || sign.isNumber || sign == "_" }
    return signs.indices.filter { signs[$0] == "(" && $0 > 0 && isWord(signs[$0 - 1]) }.map { open in
      let name = String(signs[..<open].reversed().prefix(while: isWord).reversed())
      var depth = 0
      var word = ""
      var named: [String] = []
      for index in open..<signs.count {
        let sign = signs[index]
        depth += "([{".contains(sign) ? 1 : ")]}".contains(sign) ? -1 : 0
        if depth == 0 { break }
        let next = index + 1 < signs.count ? signs[index + 1] : " "
        let isSingle = sign == "=" && next != "=" && next != ">" && isWord(signs[index - 1])
        if depth == 1, isSingle { named.append(word) }
        word = isWord(sign) ? word + String(sign) : ""
      }
      return Call(name: name, named: named)
    }
  }

  @Test func callsAreRead() {
    let found = calls(in: "write a(b, k=c(2), x == 1), or a (bracket) and d(x => 1, by=\"e\")")
    #expect(found.map(\.name) == ["a", "c", "d"])
    #expect(found.map(\.named) == [["k"], [], ["by"]])
  }

  /// Every operation that a hint calls exists, and takes the arguments that it names.
  @Test func everyHintNamesWhatIsThere() {
    let all = OtherLanguages.allHelp + OtherLanguages.allFieldHelp
    #expect(all.count > 300)
    #expect(all.reduce(0) { $0 + calls(in: $1.help).count } > 200)
    for (word, help) in all {
      for call in calls(in: help) {
        guard interpreter.hasBuiltin(call.name) else {
          Issue.record("`\(word)`: \(help): there is no `\(call.name)`")
          continue
        }
        let parameters = interpreter.callShape(of: call.name)?.parameters ?? []
        for name in call.named where name != "…" {
          #expect(parameters.contains(name), "`\(word)`: \(help): `\(call.name)` takes no `\(name)`")
        }
      }
    }
  }

  /// A word that is an operation has no hint: the hint would never be read, or say what is no longer true.
  @Test func noWordIsAnOperation() {
    for word in OtherLanguages.words { #expect(!interpreter.hasBuiltin(word), "`\(word)`") }
  }
}
