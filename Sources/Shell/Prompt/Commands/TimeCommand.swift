// `:time EXPR`: runs an expression until its median is known, and says where the time went.

import Glibc
import Lang
import Runtime

enum TimeCommand {
  /// Seconds that all runs together should take.
  private static let patience = 1.0
  private static let mostRuns = 1000
  /// Shorter runs are measured several at a time: the clock and the call would count for too much.
  private static let shortest = 50e-6

  static func run(_ text: String, at prompt: EntrySession) throws {
    guard !text.isEmpty else { throw Fault.badValue("`:time` needs an expression", help: ":time svd(m.wte)") }
    let source = SourceFile(name: "<:time>", text: "() => {\n\(text)\n}")
    let function = try prompt.session.run(source, options: nil).value
    let interpreter = prompt.session.interpreter
    // What the expression prints is shown once.
    let first = try measured(1) { _ = try interpreter.call(function, []) }
    let batch = first.wall < shortest ? Int((shortest / max(first.wall, 1e-7)).rounded(.up)) : 1
    let wanted = first.wall > patience ? 0 : Int(patience / max(first.wall * Double(batch), 1e-6))
    var runs: [Run] = []
    _ = try StandardOutput.shared.capturing {
      for _ in 0..<min(max(wanted, first.wall > patience ? 0 : 3), mostRuns) {
        try checkInterrupt()
        runs.append(try measured(batch) { _ = try interpreter.call(function, []) })
      }
    }
    // The first run loads what the others find loaded; it counts only where there is no other.
    try prompt.show(summary(runs.isEmpty ? [first] : runs, batch: batch))
  }

  /// One measurement, by run of the expression.
  private struct Run {
    /// Seconds.
    let wall: Double
    /// Seconds of all cores together.
    let processor: Double
    let work: ProductWork
  }

  private static func measured(_ count: Int, _ body: () throws -> Void) rethrows -> Run {
    let work = ProductWork.soFar
    let (start, startProcessor) = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
    for _ in 0..<count { try body() }
    let (end, endProcessor) = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
    return Run(
      wall: (end - start) / Double(count), processor: (endProcessor - startProcessor) / Double(count),
      work: ProductWork.soFar - work)
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func summary(_ runs: [Run], batch: Int) -> String {
    let walls = runs.map(\.wall).sorted()
    func quantile(_ share: Double) -> Double { walls[Int((Double(walls.count - 1) * share).rounded())] }
    let median = quantile(0.5)
    let total = runs.count * batch
    var text = duration(median)
    if runs.count > 1 {
      text += " (half of \(total) runs between \(duration(quantile(0.25))) and \(duration(quantile(0.75))))"
    }
    let cores = runs.reduce(0) { $0 + $1.processor } / max(walls.reduce(0, +), 1e-9)
    if cores > 1.2 { text += ", \(formatFixed(cores, decimals: 1)) cores" }
    return text + "\n" + products(runs[0].work, batch: batch, seconds: median)
  }

  /// What BLAS did in one run.
  private static func products(_ work: ProductWork, batch: Int, seconds: Double) -> String {
    let (products, systems) = (work.products / batch, work.decompositions / batch)
    if products == 0, systems == 0 { return "no matrix products" }
    let operations = work.operations / Double(batch)
    var parts: [String] = []
    if products > 0 {
      parts.append(
        "\(products) product\(products == 1 ? "" : "s"), \(scaled(operations))flop, "
          + "\(scaled(operations / max(seconds, 1e-9)))flop/s")
    }
    if systems > 0 { parts.append("\(systems) LAPACK call\(systems == 1 ? "" : "s")") }
    return "BLAS: " + parts.joined(separator: "; ")
  }

  private static func duration(_ seconds: Double) -> String { scaled(seconds) + "s" }

  /// Three digits and an SI prefix with a space before it: "1.23 m".
  private static func scaled(_ value: Double) -> String {
    let steps: [(Double, String)] = [
      (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"),
    ]
    let step = steps.first { value >= $0.0 * 0.9995 } ?? (1e-9, "n")
    let number = value / step.0
    return formatFixed(number, decimals: number < 9.995 ? 2 : number < 99.95 ? 1 : 0) + " " + step.1
  }
}
