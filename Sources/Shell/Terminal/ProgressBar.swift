// The bar of long work, on standard error, for a person at a terminal:
//
//     heads  ████████░░░░░░░░░░░░  57/144  12.3/s  0:07 left
//
// It comes when the work has taken half a second, and leaves no trace.

import CEditline
import Glibc
import Lang
import Runtime

final class ProgressBar: Sendable {
  static let shared = ProgressBar()

  private struct State {
    /// When the work began; nil between works.
    var start: Double?
    /// When the bar was last drawn.
    var drawn = 0.0
    var isVisible = false
  }

  private let state = Lock(State())
  private static let delay = 0.5
  private static let interval = 0.1

  /// Shows what is reported from now on, if there is a terminal to show it on.
  static func install() {
    guard isatty(STDERR_FILENO) == 1 else { return }
    Progress.sink = { shared.show($0) }
  }

  private func show(_ report: Progress.Report?) {
    state.withLock { state in
      guard let report else {
        erase(&state)
        state.start = nil
        return
      }
      let now = Self.now()
      guard let start = state.start, report.done > 0 else {
        state.start = now
        return
      }
      guard now - start >= Self.delay, now - state.drawn >= Self.interval else { return }
      fputs("\r" + Self.line(report, seconds: now - start) + "\u{1B}[K", stderr)
      state.drawn = now
      state.isVisible = true
    }
  }

  /// Takes the bar away, so that something else can be written; the next report brings it back.
  func hide() { state.withLock { erase(&$0) } }

  private func erase(_ state: inout State) {
    guard state.isVisible else { return }
    fputs("\r\u{1B}[K", stderr)
    state.isVisible = false
  }

  /// The text of the bar, cut to the terminal.
  static func line(_ report: Progress.Report, seconds: Double, columns: Int = Int(tw_columns(STDERR_FILENO, 80)))
    -> String
  {
    let share = min(Double(report.done) / Double(max(report.total, 1)), 1)
    let rate = Double(report.done) / seconds
    let speed =
      rate >= 1
      ? formatFixed(rate, decimals: rate < 100 ? 1 : 0) + "/s" : formatFixed(1 / rate, decimals: 1) + " s each"
    let left = Int(min(Double(max(report.total - report.done, 0)) / rate, 359_999).rounded(.up))
    let parts = [
      VisibleText.of(report.label, oneLine: true), cells(share), "\(report.done)/\(report.total)", speed,
      clock(left) + " left",
    ]
    return String(parts.filter { !$0.isEmpty }.joined(separator: "  ").prefix(max(columns - 1, 1)))
  }

  /// The bar itself: how much of the work is done, from 0 to 1.
  static func cells(_ share: Double) -> String {
    let count = 20
    let full = Int(min(max(share, 0), 1) * Double(count))
    return String(repeating: "█", count: full) + String(repeating: "░", count: count - full)
  }

  /// "0:07", "12:30", "1:02:03".
  static func clock(_ seconds: Int) -> String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":" + two(seconds % 60)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
