// A text that is being put together, as UTF-8 in memory that is used again for the next one: strings with values in them are
// built by the million, and a `String` for each piece would cost more than its digits.

import Glibc

final class TextWriter {
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0

  /// More than this is not kept for the next text.
  private static let kept = 1 << 16

  init() {
    capacity = 256
    bytes = .allocate(capacity: capacity)
  }

  deinit { bytes.deallocate() }

  var written: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: count) }

  /// Starts a new text.
  func reset() {
    count = 0
    guard capacity > Self.kept else { return }
    bytes.deallocate()
    capacity = 256
    bytes = .allocate(capacity: capacity)
  }

  /// Makes room for `more` bytes and returns where they go; `advance` says how many were written.
  @inline(__always)
  func room(_ more: Int) -> UnsafeMutablePointer<UInt8> {
    if capacity - count < more { grow(more) }
    return bytes + count
  }

  @inline(__always)
  func advance(_ more: Int) { count += more }

  @inline(never)
  private func grow(_ more: Int) {
    let larger = max(capacity * 2, count + more)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: bytes, count: count)
    bytes.deallocate()
    bytes = moved
    capacity = larger
  }

  @inline(__always)
  package func write(_ source: UnsafeBufferPointer<UInt8>) {
    guard let start = source.baseAddress, !source.isEmpty else { return }
    let target = room(source.count)
    if source.count <= 16 {
      for index in 0..<source.count { target[index] = start[index] }
    } else {
      target.update(from: start, count: source.count)
    }
    count += source.count
  }

  package func write(_ text: String) {
    var text = text
    text.withUTF8(write)
  }

  /// `fill`, one byte, `times` over.
  @inline(__always)
  package func write(_ fill: UInt8, times: Int) {
    guard times > 0 else { return }
    room(times).update(repeating: fill, count: times)
    count += times
  }
}

/// Decimal digits of `number` into `target`, which has room for 20; returns how many.
@inline(__always)
func writeDigits(_ number: UInt64, to target: UnsafeMutablePointer<UInt8>) -> Int {
  var count = 1
  var limit: UInt64 = 10
  while number >= limit {
    count += 1
    let (next, overflow) = limit.multipliedReportingOverflow(by: 10)
    if overflow { break }
    limit = next
  }
  var rest = number
  var at = count
  // Two at a time: dividing is most of the work.
  while rest >= 100 {
    let (hundreds, pair) = rest.quotientAndRemainder(dividingBy: 100)
    at -= 2
    writeTwo(pair, to: target + at)
    rest = hundreds
  }
  if rest >= 10 { writeTwo(rest, to: target) } else { target[0] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest) }
  return count
}

/// The two digits of `pair`, which is below 100: its tenth is pair · 103 / 1024.
@inline(__always)
private func writeTwo(_ pair: UInt64, to target: UnsafeMutablePointer<UInt8>) {
  let tens = (pair &* 103) &>> 10
  target[0] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: tens)
  target[1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: pair &- 10 &* tens)
}
