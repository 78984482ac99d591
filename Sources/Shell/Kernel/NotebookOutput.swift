// What a kernel publishes: everything that a cell prints and shows, and whether the kernel is busy. Any thread may publish.

import CZeroMQ
import Formats
import Glibc
import Lang
import Runtime

final class NotebookOutput: @unchecked Sendable {
  /// What a cell's output belongs to.
  private struct State {
    /// The header of the request that is being answered.
    var parent: [UInt8] = []
    /// Nothing is shown of the request but whether the kernel is busy.
    var isSilent = false
    /// Text that has been written and not been sent, and where to: "stdout", "stderr".
    var stream = ""
    var text = ""
    var progress = ProgressState()
  }

  /// Long work that is shown as a line of its own.
  private struct ProgressState {
    var start: Double?
    var drawn = 0.0
    /// The display that is updated; nil while nothing is shown.
    var display: String?
    var last: Progress.Report?
  }

  private let wire: KernelWire
  private let socket: KernelSocket
  private let state = Lock(State())
  private let displays = Lock(0)

  /// Bytes of text that are sent in one message.
  private static let block = 1 << 16

  init(wire: KernelWire, socket: KernelSocket) {
    self.wire = wire
    self.socket = socket
  }

  func close() { socket.close() }

  /// What is published from now on answers this request.
  func begin(_ message: KernelMessage, isSilent: Bool) {
    state.withLock { state in
      send(textOf: &state)
      state.parent = message.header
      state.isSilent = isSilent
    }
  }

  // MARK: Messages

  func publish(_ type: String, _ content: JSON, metadata: JSON = .object([])) {
    state.withLock { state in
      send(textOf: &state)
      if !state.isSilent { send(type, content, state.parent) }
    }
  }

  /// Whether the kernel is busy with a request, for whoever asks.
  func publish(status: String, parent: [UInt8]) {
    state.withLock { state in
      send(textOf: &state)
      send("status", .members([("execution_state", .string(status))]), parent)
    }
  }

  private func send(_ type: String, _ content: JSON, _ parent: [UInt8]) {
    let topic = Array("kernel.\(wire.session).\(type)".utf8)
    socket.send(wire.frames(type, content, parent: parent, to: [topic]))
  }

  /// Tells those who have begun to listen that they are heard (JEP 65).
  func welcome() {
    state.withLock { _ in
      while let frames = socket.receive() {
        guard let frame = frames.first, frame.first == 1 else { continue }
        let subscription = Array(frame.dropFirst())
        let content = JSON.members([("subscription", .string(String(decoding: subscription, as: UTF8.self)))])
        socket.send(wire.frames("iopub_welcome", content, parent: [], to: [subscription]))
      }
    }
  }

  // MARK: Text

  func write(_ text: String, to stream: String) {
    state.withLock { state in
      if state.stream != stream { send(textOf: &state) }
      state.stream = stream
      state.text += text
      if state.text.utf8.count >= Self.block { send(textOf: &state) }
    }
  }

  /// Sends what has been written so far.
  func flush() { state.withLock { send(textOf: &$0) } }

  private func send(textOf state: inout State) {
    guard !state.text.isEmpty else { return }
    let content = JSON.members([("name", .string(state.stream)), ("text", .string(state.text))])
    state.text = ""
    if !state.isSilent { send("stream", content, state.parent) }
  }

  // MARK: Progress

  private static let delay = 0.5
  private static let interval = 0.2

  /// A line that is updated while work goes on; it comes when the work has taken half a second.
  func show(_ report: Progress.Report?) {
    state.withLock { state in
      let now = Self.now()
      guard let report else {
        if let display = state.progress.display, let last = state.progress.last, let start = state.progress.start {
          let seconds = formatFixed(now - start, decimals: 1)
          let parts = [VisibleText.of(last.label, oneLine: true), "\(last.total) in all", "\(seconds) s"]
          update(&state, display, parts.filter { !$0.isEmpty }.joined(separator: "  "))
        }
        state.progress = ProgressState()
        return
      }
      state.progress.last = report
      guard let start = state.progress.start, report.done > 0 else {
        state.progress.start = now
        return
      }
      guard now - start >= Self.delay, now - state.progress.drawn >= Self.interval else { return }
      state.progress.drawn = now
      update(&state, state.progress.display, ProgressBar.line(report, seconds: now - start, columns: 100))
    }
  }

  private func update(_ state: inout State, _ display: String?, _ line: String) {
    send(textOf: &state)
    let name = display ?? "\(wire.session)-\(nextDisplay())"
    state.progress.display = name
    let content = JSON.members([
      ("data", .members([("text/plain", .string(line))])), ("metadata", .object([])),
      ("transient", .members([("display_id", .string(name))])),
    ])
    if !state.isSilent { send(display == nil ? "display_data" : "update_display_data", content, state.parent) }
  }

  private func nextDisplay() -> Int {
    displays.withLock { count in
      count += 1
      return count
    }
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
