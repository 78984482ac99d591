// A sweep as array jobs of Slurm: tasks of some points each, that may be killed, put back and submitted again.

import CPlatform
import Formats
import Glibc
import Lang
import Runtime

struct SlurmJob {
  let plan: SweepPlan
  /// Options of sbatch, as the person wrote them.
  let options: String
  /// Points of a task.
  let chunk: Int
  /// Tasks at once, nil for as many as Slurm likes.
  let most: Int?

  /// What a task does; OFFSET counts the tasks of earlier arrays.
  var script: String {
    """
    #!/bin/bash
    # Points of \(plan.recipe), made by tw sweep. A task may run again: it does what is missing.
    #SBATCH --job-name=tw-\(Paths.split(plan.recipe).name)
    #SBATCH --requeue
    exec \(Shell.quoted(SweepCommand.ownPath)) sweep --run \(Shell.quoted(Paths.resolved(plan.folder))) --jobs 1 --task "$((SLURM_ARRAY_TASK_ID + OFFSET))"

    """
  }

  /// Submits tasks for the points that are missing. Throws `libraryMissing` where there is no Slurm, and what sbatch says.
  func submit(_ missing: [SweepPlan.Point], waits: Bool) throws -> Int32 {
    guard let sbatch = Programs.path(of: "sbatch") else {
      throw Fault.libraryMissing(
        "Slurm's sbatch", reason: "there is none on the PATH",
        install: "apt install slurm-client, or go to a login node of the cluster")
    }
    for point in missing { try plan.writeParams(point) }
    try plan.write(chunk: chunk, points: missing)
    let folder = Paths.resolved(plan.folder)
    let path = folder + "/slurm/sweep.sbatch"
    try AtomicFile.write(path, permissions: Permissions()) { try $0.write(script) }
    let tasks = (missing.count + chunk - 1) / chunk
    let largest = try Self.largestArray()
    var ids: [String] = []
    var offset = 0
    while offset < tasks {
      let count = min(largest, tasks - offset)
      let array = "0-\(count - 1)" + (most.map { "%\($0)" } ?? "")
      let words =
        [
          sbatch, "--parsable", "--array=\(array)", "--output=\(folder)/slurm/%A_%a.log",
          "--export=ALL,OFFSET=\(offset)",
        ]
        + (try Shell.words(options)) + [path]
      let (status, output) = try Programs.run(words)
      guard status == 0, let id = output.split(separator: "\n").last?.split(separator: ";").first else {
        let said = ids.isEmpty ? "" : " (submitted before: \(ids.joined(separator: ", ")))"
        throw Fault(
          .badOption, "sbatch refuses: \(output.trimmedLines)\(said)",
          help: "its options are --slurm \(Shell.quoted(options))")
      }
      ids.append(String(id))
      offset += count
    }
    let list = ids.joined(separator: ",")
    try StandardOutput.shared.write("job \(list): \(counted(tasks, "task")), \(counted(missing.count, "point"))\n")
    StandardError.write(
      "look with: squeue -j \(list); logs in \(folder)/slurm; the same tw sweep again says what is whole")
    guard waits else { return ExitStatus.success }
    return try wait(list, missing)
  }

  private func wait(_ list: String, _ missing: [SweepPlan.Point]) throws -> Int32 {
    guard let squeue = Programs.path(of: "squeue") else { return ExitStatus.failure }
    var seconds = 0.5
    while true {
      let (status, output) = try Programs.run([squeue, "-h", "-o", "%i", "-j", list])
      // A job that is over and forgotten is an error to squeue.
      if status != 0 || output.trimmedLines.isEmpty { break }
      var left = seconds
      while left > 0 {
        try checkInterrupt()
        usleep(50_000)
        left -= 0.05
      }
      seconds = min(seconds * 1.5, 10)
    }
    let broken = missing.filter { if case .whole = plan.status($0) { false } else { true } }
    for point in broken.prefix(5) {
      if case .failed(let words) = plan.status(point) { StandardError.write("\(plan.place(point)): \(words)") }
    }
    StandardError.write("\(missing.count - broken.count) of \(missing.count) points are whole")
    return broken.isEmpty ? ExitStatus.success : ExitStatus.failure
  }

  /// Slurm's MaxArraySize: indices are below it.
  private static func largestArray() throws -> Int {
    guard let scontrol = Programs.path(of: "scontrol") else { return 1000 }
    let (_, output) = try Programs.run([scontrol, "show", "config"])
    let line = output.split(separator: "\n").first { $0.hasPrefix("MaxArraySize") }
    let size = line?.split(separator: "=").last.flatMap { Int($0.filter { $0 != " " }) } ?? 1001
    return max(1, size)
  }
}

/// Other programs, whose output we read.
enum Programs {
  static func path(of name: String) -> String? {
    (Paths.environment("PATH") ?? "").split(separator: ":").map { "\($0)/\(name)" }.first { path in
      MappedFile.isFile(path) && Paths.withSystem(path) { access($0, X_OK) } == 0
    }
  }

  /// Runs a program to its end. What it prints, errors too, comes back.
  static func run(_ words: [String]) throws -> (status: Int32, output: String) {
    let folder = try TemporaryFolder()
    let path = folder.path + "/output"
    let output = Paths.withSystem(path) { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    guard output >= 0 else { throw Fault.cannotWrite(path, reason: Fault.systemReason()) }
    defer { close(output) }
    let process = SweepPool.spawn(words, output: output)
    guard process > 0 else { throw Fault.cannotRead(words[0], reason: Fault.systemReason()) }
    var which: Int32 = 0
    var status: Int32 = 0
    while !tw_wait([process], 1, 50, &which, &status) {
      if tw_must_stop() {
        kill(process, SIGTERM)
        waitpid(process, &status, 0)
        try checkInterrupt()
      }
    }
    let bytes = try InputFile.bytes(path, permissions: Permissions())
    return (status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F), String(decoding: bytes, as: UTF8.self))
  }
}

extension Shell {
  /// Words with spaces between them, which may stand in quotes. Throws `badOption` for a quote that does not end.
  static func words(_ text: String) throws -> [String] {
    var words: [String] = []
    var quote: Character?
    var isInside = false
    for character in text {
      if character == quote {
        quote = nil
        continue
      }
      if quote == nil, character == "'" || character == "\"" {
        quote = character
      } else if quote == nil, character == " " {
        isInside = false
        continue
      }
      if !isInside { words.append("") }
      isInside = true
      if character != quote || quote == nil { words[words.count - 1].append(character) }
    }
    guard quote == nil else { throw SweepCommand.wrong("a quote in `\(text)` does not end") }
    return words
  }
}

extension String {
  fileprivate var trimmedLines: String { split(whereSeparator: { $0.isNewline }).joined(separator: "; ") }
}
