// A notebook as the place where a session's answers go: values in all the forms that it may choose from, in one message.

import Figures
import Formats
import Lang
import Operations
import Runtime

final class NotebookFront: EntryFront {
  private let output: NotebookOutput
  private var figureCount = 0
  /// The cell whose output holds Plotly.js for the pages of the notebook.
  private var libraryCell: String?
  /// The execution that brought it last.
  private var libraryCount: Int?
  private var hasToldOfGnuplot = false

  // MARK: The cell that runs

  /// What names the cell: the client's own name for it, else its text.
  private var cell = ""
  private(set) var executionCount = 0
  /// What the reply carries beside the result: answers to `?name`.
  private(set) var payload: [JSON] = []
  /// The result's text, for the history.
  private(set) var resultText: String?

  init(output: NotebookOutput) { self.output = output }

  func begin(cell: String, executionCount: Int) {
    self.cell = cell
    self.executionCount = executionCount
    payload = []
    resultText = nil
  }

  // MARK: EntryFront

  let entryWord = "cell"
  let width = 100
  let hasTerminal = false

  func show(_ value: Value, isLast: Bool) throws {
    let (data, text) = try bundle(value)
    var members: [(String, JSON?)] = [("data", data), ("metadata", .object([]))]
    if isLast {
      resultText = text
      members.append(("execution_count", .number(Double(executionCount))))
    }
    output.publish(isLast ? "execute_result" : "display_data", .members(members))
  }

  /// A figure that the program shows.
  func display(_ value: Value) throws {
    if StandardOutput.shared.isCapturing {
      return try StandardOutput.shared.write(.words(value.asObject?.description ?? ""))
    }
    output.publish("display_data", .members([("data", try bundle(value).data), ("metadata", .object([]))]))
  }

  func show(help: Display) throws {
    let text: String
    switch help {
    case .words(let words): text = VisibleText.of(words)
    case .picture(let picture): text = picture
    }
    payload.append(
      .members([
        ("source", .string("page")), ("data", .members([("text/plain", .string(text))])), ("start", .number(0)),
      ]))
  }

  func clear() { output.publish("clear_output", .members([("wait", .bool(false))])) }

  func report(_ error: any Error) {
    for line in NotebookError(error).traceback { StandardError.write(line) }
  }

  // MARK: Values

  /// A value as text, and as what a notebook shows in its place: tables as HTML, figures as pictures, figures to turn as pages.
  func bundle(_ value: Value) throws -> (data: JSON, text: String) {
    var text = ""
    var richer: [(String, JSON?)] = []
    if let figure = value.asObject as? FigureObject {
      text = figure.description
      do { richer += try pictures(figure) } catch let fault as Fault where fault.code == .libraryMissing {
        if !hasToldOfGnuplot { Notices.warn(fault.message + (fault.help.map { "; " + $0 } ?? "")) }
        hasToldOfGnuplot = true
        text = try FigureText.text(of: figure, columns: width, rows: 24, colours: .none)
      }
      if figure.isForReading { richer.append(("text/html", .string(try page(figure)))) }
    } else {
      if case .words(let words) = try Echo.display(of: value, width: width) { text = VisibleText.of(words) }
      if let table = value.asTable { richer.append(("text/html", .string(try TextTables.html(table)))) }
    }
    return (.members([("text/plain", .string(text))] + richer), text)
  }

  private func pictures(_ figure: FigureObject) throws -> [(String, JSON?)] {
    let svg = try FigureFormats.picture(of: figure, .svg, named: "the figure")
    let png = try FigureFormats.picture(of: figure, .png, named: "the figure")
    figureCount += 1
    // The count tells equal figures of one notebook apart, the checksum those of a notebook that ran in pieces.
    let name = "tw\(figureCount)-\(try Digest.sha256(svg).prefix(8))-"
    let named = SVGNames.prefixed(svg, by: name)
    return [
      ("image/svg+xml", .string(String(decoding: named, as: UTF8.self))), ("image/png", .string(Base64.text(png))),
    ]
  }

  /// The page, and before the first one of a notebook the library that all of them draw with. A cell that brought it brings it again.
  private func page(_ figure: FigureObject) throws -> String {
    let frame = try FigurePage.frame(figure)
    guard libraryCell == nil || libraryCell == cell, libraryCount != executionCount else { return frame }
    guard let library = FigurePage.notebookLibrary() else { return frame }
    libraryCell = cell
    libraryCount = executionCount
    return library + "\n" + frame
  }
}

/// An error as a notebook shows it.
struct NotebookError {
  let name: String
  let message: String
  let traceback: [String]

  init(_ error: any Error) {
    let faults = (error as? FaultList)?.faults ?? (error as? Fault).map { [$0] } ?? []
    name = faults.first?.codeText ?? "error"
    message = faults.first.map { VisibleText.of($0.message) } ?? "\(error)"
    if faults.first?.code == .interrupted {
      traceback = ["interrupted"]
    } else {
      traceback = faults.isEmpty ? ["error: \(error)"] : Array(faults.map(Self.lines).joined(separator: [""]))
    }
  }

  private static func lines(_ fault: Fault) -> [String] {
    VisibleText.of(fault.rendered(width: 100)).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  var content: [(String, JSON?)] {
    // The head in red, as on a terminal.
    let lines = traceback.enumerated().map { index, line in
      guard index == 0, let end = line.firstIndex(of: ":") else { return JSON.string(line) }
      return .string(Colour.alarm(line[...end]) + line[line.index(after: end)...])
    }
    return [("ename", .string(name)), ("evalue", .string(message)), ("traceback", .array(lines))]
  }
}
