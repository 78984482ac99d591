// Programs that make figures, and what comes of them.

import Figures
import Lang
import Operations
import Runtime
import Testing

struct PlotFixture {
  /// The value of a program.
  static func value(_ code: String, readRoots: [String]? = nil) throws -> Value {
    let interpreter = Interpreter(operations: Registrations.all, standardModule: Registrations.standardModule)
    let session = Session(interpreter: interpreter, isInteractive: false)
    return try session.run(SourceFile(name: "test", text: code), options: nil).value
  }

  static func figure(_ code: String) throws -> FigureObject {
    try #require(try value(code).asObject as? FigureObject)
  }

  static func script(_ code: String) throws -> String { try GnuplotScript(try figure(code), target: .svg).text }

  /// What is warned about while `body` runs.
  static func warnings(_ body: () throws -> Void) rethrows -> [String] {
    var heard: [String] = []
    Notices.listener = { heard.append($0) }
    defer { Notices.listener = nil }
    try body()
    return heard
  }
}
