// How far a pull has come, for a person at a terminal or a notebook.

import CEditline
import Glibc
import Hub
import Lang

/// What a person sees of a pull: a line a file, which is drawn anew while its bytes come; at a terminal on standard error, in a notebook in the
/// output of the cell. Nobody sees anything in a pipe.
final class PullLines {
  /// Takes what is shown in place of a terminal, while it is not nil: text in which a carriage return goes back to the beginning of its line, as
  /// notebooks show it.
  nonisolated(unsafe) static var receiver: ((String) -> Void)?

  private let isShown = receiver != nil || StandardError.isTerminal
  private var files = 0
  private var finishedFiles = 0
  /// Of all files that are to come, as far as the hub says.
  private var totalBytes = 0
  private var finishedBytes = 0
  private let start = PullLines.now()
  /// The file that is coming: its name, when its first byte came, and how many there were then.
  private var current: (name: String, start: Double, bytes: Int)?
  private var drawn = 0.0
  /// Characters of the line that the next one is drawn over; 0: none stands there.
  private var unfinished = 0

  /// Seconds between two drawings. A notebook keeps all of them: they come more seldom, and ever more so, some hundred in an hour.
  private var interval: Double {
    Self.receiver == nil ? 0.1 : min(max(0.25, (Self.now() - start) / 100), 10)
  }

  func begin(_ plan: HubPull.Plan) {
    files = plan.files.filter { !$0.isHere }.count
    totalBytes = plan.missingBytes
  }

  func show(_ event: HubPull.Event) {
    guard isShown else { return }
    switch event {
    case .progress(let file, let done, let total): draw(file.name, done, total)
    case .finished(let file, let size):
      let seconds = Self.now() - (current?.start ?? start)
      let rate = seconds > 0.05 ? "  \(ByteCount.text(Int(Double(size - (current?.bytes ?? 0)) / seconds)))/s" : ""
      put("\(file.name)  \(ByteCount.text(size))\(current?.bytes == size ? "" : rate)", isLast: true)
      finishedFiles += 1
      finishedBytes += size
      current = nil
    case .note(let text): put(text, isLast: true)
    }
  }

  private func draw(_ name: String, _ done: Int, _ total: Int?) {
    let time = Self.now()
    if current?.name != name { current = (name, time, done) }
    guard let current, time - drawn >= interval else { return }
    drawn = time
    let rate = Double(done - current.bytes) / max(time - current.start, 0.001)
    var parts = [name, ByteCount.text(done) + (total.map { " of " + ByteCount.text($0) } ?? "")]
    if let total, total > 0 { parts.insert(ProgressBar.cells(Double(done) / Double(total)), at: 1) }
    if rate > 0 {
      parts.append(ByteCount.text(Int(rate)) + "/s")
      if let total {
        parts.append(ProgressBar.clock(Int(min(Double(total - done) / rate, 359_999).rounded(.up))) + " left")
      }
    }
    if files > 1 {
      let share = totalBytes > 0 ? ", \(min(100, 100 * (finishedBytes + done) / totalBytes)) %" : ""
      parts.append("(\(finishedFiles + 1) of \(files) files\(share))")
    }
    put(parts.joined(separator: "  "), isLast: false)
  }

  /// The whole, once it is here.
  func end() {
    guard isShown, finishedFiles > 0 else { return }
    let seconds = Int((Self.now() - start).rounded(.up))
    put(
      "\(finishedFiles) \(finishedFiles == 1 ? "file" : "files"), \(ByteCount.text(finishedBytes)) in \(ProgressBar.clock(seconds))",
      isLast: true)
  }

  /// A line that stays, or one that the next is drawn over.
  private func put(_ text: String, isLast: Bool) {
    let columns = Self.receiver == nil ? Int(tw_columns(STDERR_FILENO, 80)) : 100
    let line = VisibleText.of(text, oneLine: true)
    let shown = isLast ? line : String(line.prefix(max(columns - 1, 1)))
    write(shown, end: isLast ? "\n" : "")
    unfinished = isLast ? 0 : shown.count
  }

  /// Over the unfinished line, of which nothing stays.
  private func write(_ line: String, end: String) {
    guard let receiver = Self.receiver else {
      fputs("\r" + line + "\u{1B}[K" + end, stderr)
      return
    }
    // A notebook knows no other way to clear a line.
    let blanks = String(repeating: " ", count: max(0, unfinished - line.count))
    receiver((unfinished > 0 ? "\r" : "") + line + blanks + end)
  }

  /// Takes an unfinished line away, so that an error can be written.
  func clear() {
    if unfinished > 0 { write("", end: Self.receiver == nil ? "" : "\r") }
    unfinished = 0
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
