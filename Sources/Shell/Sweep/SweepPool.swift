// Points side by side, each a process of its own: what one takes or breaks is no other's, and one that is killed is simply not whole.

import CEditline
import CPlatform
import Formats
import Glibc
import Lang
import Runtime

struct SweepPool {
  /// Processes at once.
  let jobs: Int
  private var running: [Child] = []
  private var environment: [String] = []
  private var done = 0
  private var failed = 0
  private var total = 0
  private let start = Self.now()
  private var drawn = 0.0
  private let isShown = isatty(STDERR_FILENO) == 1

  private struct Child {
    let process: Int32
    let place: String
    let lock: Int32
    let start: Double
  }

  init(jobs: Int) { self.jobs = min(max(jobs, 1), 64) }

  /// Runs the points that no other process is running. Throws `interrupted`: what was under way then is not whole.
  mutating func run(_ places: [String]) throws {
    total = places.count
    environment = Self.environment(threads: max(1, Parallel.threadCount / jobs))
    var waiting = places.makeIterator()
    defer { stop() }
    while true {
      while running.count < jobs, let place = waiting.next() {
        if let child = try begin(place) { running.append(child) }
      }
      if running.isEmpty { break }
      try checkInterrupt()
      show()
      var which: Int32 = 0
      var status: Int32 = 0
      let children = running.map(\.process)
      guard tw_wait(children, Int32(children.count), 50, &which, &status) else { continue }
      let child = running.remove(at: Int(which))
      defer { close(child.lock) }
      try finish(child, status)
    }
    if isShown { fputs("\r\u{1B}[K", stderr) }
  }

  // MARK: One point

  /// Nil where another process has it, or it is whole meanwhile.
  private func begin(_ place: String) throws -> Child? {
    let lock = try retrying { Paths.withSystem(place + "/.lock") { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) } }
    guard lock >= 0 else { throw Fault.cannotWrite(place, reason: Fault.systemReason()) }
    // Where the file system has no locks, two processes may run one point: each file is whole, and the same.
    if flock(lock, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(lock)
      return nil
    }
    if case .whole = SweepPlan.status(place) {
      close(lock)
      return nil
    }
    do {
      let process = try spawn(place)
      return Child(process: process, place: place, lock: lock, start: Self.now())
    } catch {
      close(lock)
      throw error
    }
  }

  private func spawn(_ place: String) throws -> Int32 {
    let path = place + "/params.json"
    let json = try JSON.parse(InputFile.bytes(path, permissions: Permissions()), name: path)
    guard let recipe = json["recipe"]?.asString, let params = json["params"]?.asObject else {
      throw Fault.badFile(path, reason: "it holds no recipe and its params", help: "tw sweep writes it")
    }
    let source = try SourceReader.file(recipe)
    let folders = RecipeInfo(of: Parser.parse(source)).params.filter { $0.type == .folder }.map(\.name)
    let real = Paths.resolved(place)
    var words = [SweepCommand.ownPath] + (json["limits"]?.asArray ?? []).compactMap(\.asString)
    if !words.contains(where: { $0.hasPrefix("--max-memory") }), jobs > 1 {
      words.append("--max-memory=\(max(MemoryBudget.shared.limit / jobs, 64_000_000))")
    }
    words.append(recipe)
    words += params.map { "--\($0.key)=\($0.value.asString ?? $0.value.text())" }
    words += folders.map { "--\($0)=" + (folders.count > 1 ? real + "/" + $0 : real) }
    if Paths.withSystem(place + "/status.json", { unlink($0) }) != 0, errno != ENOENT {
      throw Fault.cannotWrite(place + "/status.json", reason: Fault.systemReason())
    }
    let log = try retrying {
      Paths.withSystem(place + "/log") { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
    }
    guard log >= 0 else { throw Fault.cannotWrite(place + "/log", reason: Fault.systemReason()) }
    defer { close(log) }
    // A recipe that names no folder writes to the current one.
    let process = Self.spawn(words, environment: environment, folder: folders.isEmpty ? real : nil, output: log)
    guard process > 0 else { throw Fault.cannotRead(SweepCommand.ownPath, reason: Fault.systemReason()) }
    return process
  }

  /// Starts a program. Gives its process, or a negative number with `errno`.
  static func spawn(_ words: [String], environment: [String] = environment(), folder: String? = nil, output: Int32)
    -> Int32
  {
    withCStrings(words) { words in
      withCStrings(environment) { environment in
        guard let folder else { return tw_spawn(words, environment, nil, output) }
        return Paths.withSystem(folder) { tw_spawn(words, environment, $0, output) }
      }
    }
  }

  private mutating func finish(_ child: Child, _ status: Int32) throws {
    let exit = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    // What was told to stop did not fail.
    if exit == ExitStatus.interrupted { try checkInterrupt() }
    let error: String? = exit == 0 ? nil : Self.reason(child.place, exit)
    done += 1
    if exit != 0 { failed += 1 }
    let json = JSON.members([
      ("status", .string(exit == 0 ? "whole" : "failed")), ("exit", .number(Double(exit))),
      ("error", error.map(JSON.string)),
      ("seconds", .number(((Self.now() - child.start) * 1000).rounded() / 1000)), ("tw", .string(Version.current.text)),
    ])
    try AtomicFile.write(child.place + "/status.json", permissions: Permissions()) {
      try $0.write(json.indented() + "\n")
    }
  }

  /// The error that the recipe ended with, as its log has it.
  private static func reason(_ place: String, _ exit: Int32) -> String {
    let lines = (try? InputFile.lines(place + "/log", permissions: Permissions())) ?? []
    if let line = lines.last(where: { $0.hasPrefix("error[") || $0.hasPrefix("error:") }) { return line }
    return exit > 128
      ? "it was ended by signal \(exit - 128)" + (exit == 137 ? ": there may have been too little memory" : "")
      : "exit status \(exit)"
  }

  /// Ends what is under way.
  private mutating func stop() {
    for child in running { kill(child.process, SIGKILL) }
    for child in running {
      var status: Int32 = 0
      waitpid(child.process, &status, 0)
      close(child.lock)
    }
    running = []
    if isShown { fputs("\r\u{1B}[K", stderr) }
  }

  // MARK: Around them

  /// Ours, with the processors divided among the processes.
  private static func environment(threads: Int? = nil) -> [String] {
    var all: [String] = []
    var entry = environ
    while let text = entry.pointee {
      let line = String(cString: text)
      if threads == nil || !line.hasPrefix("OMP_NUM_THREADS=") { all.append(line) }
      entry += 1
    }
    return all + (threads.map { ["OMP_NUM_THREADS=\($0)"] } ?? [])
  }

  private mutating func show() {
    guard isShown, Self.now() - drawn >= 0.1, Self.now() - start > 0.5 else { return }
    drawn = Self.now()
    let seconds = Self.now() - start
    let left =
      done > 0 ? "  \(ProgressBar.clock(Int((seconds / Double(done) * Double(total - done)).rounded(.up)))) left" : ""
    let line =
      "points  \(ProgressBar.cells(Double(done) / Double(max(total, 1))))  \(done)/\(total)"
      + (failed > 0 ? "  \(failed) failed" : "") + left
    fputs("\r" + String(line.prefix(max(Int(tw_columns(STDERR_FILENO, 80)) - 1, 1))) + "\u{1B}[K", stderr)
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Texts as C's, with a NULL at the end.
private func withCStrings<R>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
  let copies: [UnsafeMutablePointer<CChar>?] = texts.map { Paths.withSystem($0) { strdup($0) } } + [nil]
  defer { for copy in copies { free(copy) } }
  return copies.map { $0.map { UnsafePointer($0) } }.withUnsafeBufferPointer { body($0.baseAddress) }
}
