// The child process that draws. The script goes in through a file without a name, the picture comes out through a pipe; no
// shell has a part in it.

import Dispatch
import Glibc
import Lang
import Runtime

package enum Gnuplot {
  /// What gnuplot writes to its standard output for `script`. Throws `libraryMissing` when there is no gnuplot on the PATH,
  /// `unsupported` with gnuplot's own words when it cannot draw, `interrupted` after Ctrl-C.
  package static func run(_ script: String) throws -> [UInt8] {
    guard let input = tmpfile(), let complaints = tmpfile() else {
      throw Fault.cannotWrite("a temporary file", reason: Fault.systemReason())
    }
    defer {
      fclose(input)
      fclose(complaints)
    }
    var text = script
    let isWritten = try text.withUTF8 { bytes in
      var done = true
      try inBlocks(bytes.count, of: 1 << 20) { block in
        done = done && fwrite(bytes.baseAddress.map { $0 + block.lowerBound }, 1, block.count, input) == block.count
      }
      return done
    }
    guard isWritten, fflush(input) == 0 else {
      throw Fault.cannotWrite("a temporary file", reason: Fault.systemReason())
    }
    rewind(input)
    var pipes: [Int32] = [-1, -1]
    guard pipe(&pipes) == 0 else { throw Fault.cannotWrite("a pipe to gnuplot", reason: Fault.systemReason()) }
    // A child of another thread must not hold our end open.
    _ = fcntl(pipes[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(pipes[1], F_SETFD, FD_CLOEXEC)
    defer { close(pipes[0]) }
    let process: pid_t
    do {
      defer { close(pipes[1]) }
      process = try start(input: fileno(input), output: pipes[1], errors: fileno(complaints))
    }
    let picture: [UInt8]
    do {
      picture = try read(pipes[0])
    } catch {
      kill(process, SIGKILL)
      // What the system does to end it may take longer than Ctrl-C may.
      DispatchQueue.global().async { _ = wait(for: process) }
      throw error
    }
    let status = wait(for: process)
    try checkInterrupt()
    guard status == 0, !picture.isEmpty else { throw Fault.gnuplotFailed(words(complaints)) }
    return picture
  }

  private static func start(input: Int32, output: Int32, errors: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    // `-d`: a person's own settings would change the pictures of others.
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("gnuplot"), strdup("-d"), nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let code = posix_spawnp(&process, "gnuplot", &actions, nil, &arguments, environ)
    if code == ENOENT || code == EACCES { throw Fault.gnuplotMissing() }
    guard code == 0 else { throw Fault.gnuplotFailed(Fault.systemReason(code)) }
    return process
  }

  private static func read(_ descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      try checkInterrupt()
      var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&source, 1, 50) > 0 else { continue }
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: block.prefix(count))
      try checkListFits(bytes.count, bytesEach: 2)
    }
  }

  private static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// The line of gnuplot's complaint that says what is wrong: the last one.
  private static func words(_ file: UnsafeMutablePointer<FILE>) -> String {
    // Warnings may come before it.
    fseek(file, 0, SEEK_END)
    fseek(file, max(ftell(file) - 4096, 0), SEEK_SET)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = fread(&bytes, 1, bytes.count, file)
    let lines = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n")
    let last = lines.last { line in line.contains { $0.isLetter } }
    return last.map { String($0.drop { $0 == " " }) } ?? "it said nothing"
  }
}

extension Fault {
  static let gnuplotInstall = "apt-get install gnuplot-nox"

  /// `kept`: where the data went instead.
  static func gnuplotMissing(kept: String? = nil) -> Fault {
    Fault(
      .libraryMissing,
      "gnuplot, which draws figures, is not installed" + (kept.map { "; the figure's data are in \($0)" } ?? ""),
      help: "install it with: \(gnuplotInstall)")
  }

  static func gnuplotFailed(_ words: String) -> Fault {
    unsupported(
      "gnuplot could not draw the figure: \(words)", help: "it takes gnuplot 5.4 or later with cairo: \(gnuplotInstall)"
    )
  }
}
