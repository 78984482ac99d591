// Waiting and trying again, for what may pass: a hub that is busy, a connection that broke.

import CCurl
import Glibc
import Lang
import Runtime

struct Retries {
  /// In all, the first one included.
  static let most = 5
  /// Seconds before the second try; each later one waits twice as long.
  private static let firstWait = 0.5
  /// Seconds that we wait when the hub asks for it.
  private static let longestWait = 300.0

  private var failed = 0
  /// Hears why there is another try.
  let note: (String) -> Void

  init(note: @escaping (String) -> Void) { self.note = note }

  /// Something came: tries count anew.
  mutating func progressed() { failed = 0 }

  /// Whether an answer may be another one later.
  static func mayPass(_ status: Int) -> Bool { status == 429 || status >= 500 }

  /// Waits before the next try. Throws `fault` after the last one, or when the hub wants us to wait for too long.
  mutating func wait(_ fault: Fault, retryAfter: String? = nil) throws {
    failed += 1
    guard failed < Self.most else { throw fault }
    var seconds = Self.firstWait * Double(1 << (failed - 1))
    if let asked = retryAfter.flatMap(Self.seconds) {
      guard asked <= Self.longestWait else {
        var fault = fault
        fault.help = "the hub asks to come back in \(Int(asked)) s"
        throw fault
      }
      seconds = max(seconds, asked)
    }
    // What it was about is known to who looks on; the reason stands behind it.
    let reason = fault.message.firstRange(of: ": ").map { String(fault.message[$0.upperBound...]) } ?? fault.message
    note("\(reason); trying again in \(Int(seconds.rounded(.up))) s")
    try Self.sleep(seconds)
  }

  /// `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3).
  private static func seconds(_ text: String) -> Double? {
    if let number = Double(text), number >= 0 { return number }
    let date = tw_curl_date(text)
    return date < 0 ? nil : max(0, Double(date - Int64(time(nil))))
  }

  private static func sleep(_ seconds: Double) throws {
    var left = seconds
    while left > 0 {
      try checkInterrupt()
      usleep(UInt32(min(left, 0.05) * 1e6))
      left -= 0.05
    }
  }
}
