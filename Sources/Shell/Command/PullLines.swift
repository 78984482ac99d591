// How far a pull has come, for a person at a terminal.

import CEditline
import Glibc
import Hub
import Lang

/// What a person at a terminal sees of a pull, on standard error: a line a file, which is drawn anew while its bytes come. Nobody sees
/// anything in a pipe.
final class PullLines {
  private let isShown = StandardError.isTerminal
  private var files = 0
  private var finishedFiles = 0
  /// Of all files that are to come, as far as the hub says.
  private var totalBytes = 0
  private var finishedBytes = 0
  private let start = PullLines.now()
  /// The file that is coming: its name, when its first byte came, and how many there were then.
  private var current: (name: String, start: Double, bytes: Int)?
  private var drawn = 0.0
  private var isDirty = false

  private static let interval = 0.1

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
    guard let current, time - drawn >= Self.interval else { return }
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
    let columns = Int(tw_columns(STDERR_FILENO, 80))
    let line = VisibleText.of(text, oneLine: true)
    fputs("\r" + (isLast ? line : String(line.prefix(max(columns - 1, 1)))) + "\u{1B}[K" + (isLast ? "\n" : ""), stderr)
    isDirty = !isLast
  }

  /// Takes an unfinished line away, so that an error can be written.
  func clear() {
    if isDirty { fputs("\r\u{1B}[K", stderr) }
    isDirty = false
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
