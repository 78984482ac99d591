// The prelude is run at the first look at one of its names.

import Lang
import Operations
import Runtime
import Testing

@Suite struct PreludeTests {
  @Test func aPreludeThatEndedHalfWayIsRunAgain() throws {
    let interpreter = Interpreter(operations: Registrations.all, standardModule: Registrations.standardModule)
    let session = Session(interpreter: interpreter, isInteractive: true)
    func run(_ code: String) throws -> Value {
      try session.run(SourceFile(name: "test", text: code), options: nil).value
    }
    try interpreter.setStepBudget(1)
    #expect(throws: Fault.self) { try run("coverage(svd(eye(3)))") }
    try interpreter.setStepBudget(nil)
    #expect(try run("coverage(svd(eye(3)))").asNumber == 1)
  }
}
