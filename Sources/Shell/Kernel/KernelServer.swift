// The kernel: requests come in by sockets, answers and output go out. The program's own thread, whose stack is large, takes what comes to the
// shell; a second thread answers what may not wait for a cell: the heartbeat, interrupts and the end.

import CPlatform
import CZeroMQ
import Formats
import Glibc
import Lang
import Runtime

final class KernelServer: @unchecked Sendable {
  let wire: KernelWire
  let output: NotebookOutput
  let front: NotebookFront
  let entries: EntrySession
  var history: KernelHistory
  /// Entries that have run and counted.
  var executionCount = 0
  private let shell: KernelSocket
  private let control: KernelSocket
  private let heartbeat: KernelSocket
  /// Nothing here asks the person for a line; clients connect to it all the same.
  private let input: KernelSocket
  private let isStopping = Lock(false)
  /// Wakes the program's thread when it waits.
  private var wake: (read: Int32, write: Int32) = (-1, -1)
  private let shellIsDone = tw_latch_make()
  private let controlIsDone = tw_latch_make()
  private let log: (String) -> Void = { fputs("tw kernel: \(VisibleText.of($0))\n", stderr) }

  /// Throws what is wrong with the connection, `libraryMissing`, and what a session throws.
  init(_ connection: ConnectionFile, limits: RunLimits) throws {
    wire = KernelWire(key: connection.key)
    // A message is signed before one can be needed.
    _ = try Digest.hmac(key: connection.key, [])
    shell = try KernelSocket(TW_ZMQ_ROUTER, at: connection.address(.shell))
    control = try KernelSocket(TW_ZMQ_ROUTER, at: connection.address(.control))
    input = try KernelSocket(TW_ZMQ_ROUTER, at: connection.address(.stdin))
    heartbeat = try KernelSocket(TW_ZMQ_REP, at: connection.address(.heartbeat))
    let output = NotebookOutput(wire: wire, socket: try KernelSocket(TW_ZMQ_XPUB, at: connection.address(.iopub)))
    let front = NotebookFront(output: output)
    self.output = output
    self.front = front
    entries = try EntrySession(
      front: front,
      makeSession: {
        let session = try Runner.session(isInteractive: true, limits: limits)
        session.interpreter.columns = { front.width }
        session.interpreter.showFigure = { try front.display(.object($0)) }
        return session
      },
      makeRecipeSession: { try Runner.session(isInteractive: false, limits: limits, folder: $0) })
    history = KernelHistory(earlier: entries.history.load())
  }

  // MARK: Two threads

  /// Answers until a client ends it.
  func run() throws -> Int32 {
    var pipes: [Int32] = [-1, -1]
    guard pipe(&pipes) == 0 else {
      throw Fault.cannotRead("a pipe", reason: Fault.systemReason())
    }
    // Not for children.
    for end in pipes { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wake = (pipes[0], pipes[1])
    entries.runInitialFile()
    let output = output
    StandardOutput.shared.receiver = { text in
      try checkInterrupt()
      output.write(text, to: "stdout")
    }
    StandardError.receiver = { output.write($0, to: "stderr") }
    Progress.sink = { output.show($0) }
    PullLines.receiver = { output.write($0, to: "stdout") }
    let code = tw_start_thread(
      1 << 20,
      { context in
        if let context { Unmanaged<KernelServer>.fromOpaque(context).takeUnretainedValue().serveControl() }
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
    guard code == 0 else { throw Fault.cannotRead("a thread", reason: Fault.systemReason(code)) }
    output.publish(status: "starting", parent: [])
    serveShell()
    output.flush()
    tw_latch_open(shellIsDone)
    _ = tw_latch_wait(controlIsDone, 5000)
    // The session ends as the person wants it: nothing is left to recover.
    entries.journal.end()
    for socket in [shell, control, input, heartbeat] { socket.close() }
    output.close()
    tw_zmq_end()
    return ExitStatus.success
  }

  private func stop() {
    isStopping.withLock { $0 = true }
    var byte: UInt8 = 1
    _ = Glibc.write(wake.write, &byte, 1)
  }

  private var mustStop: Bool { isStopping.withLock { $0 } }

  private func serveShell() {
    while !mustStop {
      _ = KernelSocket.wait([shell], descriptor: wake.read, milliseconds: -1)
      while !mustStop, let message = next(shell) {
        let queued = answer(message)
        for message in queued { if message.type == "execute_request" { abort(message) } else { _ = answer(message) } }
        if entries.isLeaving { stop() }
      }
    }
  }

  private static let tick = 100
  /// Milliseconds that a cell has to end in, once the kernel is to end.
  private static let patience: Int32 = 3000

  private func serveControl() {
    let isChild = Paths.environment("JPY_PARENT_PID") != nil
    let parent = getppid()
    while !mustStop {
      let ready = KernelSocket.wait([control, heartbeat], milliseconds: Self.tick)
      if ready & 2 != 0, let beat = heartbeat.receive() { heartbeat.send(beat) }
      if ready & 1 != 0 { while !mustStop, let message = next(control) { answer(control: message) } }
      output.flush()
      output.welcome()
      // Who started us is gone, and nobody will tell us to end.
      if isChild, getppid() != parent {
        stop()
        tw_request_interrupt()
      }
    }
    if !tw_latch_wait(shellIsDone, Self.patience) { _exit(ExitStatus.success) }
    tw_latch_open(controlIsDone)
  }

  /// The next message; what cannot be believed or read is dropped.
  private func next(_ socket: KernelSocket) -> KernelMessage? {
    while let frames = socket.receive() {
      do { return try wire.message(frames) } catch {
        log("a message is dropped: \((error as? KernelWire.Dropped)?.reason ?? "\(error)")")
      }
    }
    return nil
  }

  /// What has come while a cell failed, or was on its way then.
  func queued() -> [KernelMessage] {
    var messages: [KernelMessage] = []
    while true {
      while let message = next(shell) { messages.append(message) }
      if KernelSocket.wait([shell], milliseconds: Self.grace) == 0 { return messages }
    }
  }

  /// Milliseconds between messages that were sent together.
  private static let grace = 20

  func reply(_ type: String, _ content: JSON, to message: KernelMessage, on socket: KernelSocket? = nil) {
    (socket ?? shell).send(wire.frames(type, content, parent: message.header, to: message.identities))
  }

  // MARK: Control

  /// What must not wait for the cell that runs.
  private func answer(control message: KernelMessage) {
    output.publish(status: "busy", parent: message.header)
    switch message.type {
    case "interrupt_request":
      tw_request_interrupt()
      // A call that waits in the program's thread returns only for a signal.
      kill(getpid(), SIGINT)
      reply("interrupt_reply", Self.ok, to: message, on: control)
    case "shutdown_request":
      end(message, on: control)
      tw_request_interrupt()
      kill(getpid(), SIGINT)
    case "kernel_info_request": reply("kernel_info_reply", Self.kernelInfo, to: message, on: control)
    default: log("nothing answers \(message.type) on the control channel")
    }
    output.publish(status: "idle", parent: message.header)
  }

  static let ok = JSON.members([("status", .string("ok"))])

  /// Says that the kernel ends, and begins to.
  func end(_ message: KernelMessage, on socket: KernelSocket? = nil) {
    let content = JSON.members([
      ("status", .string("ok")), ("restart", .bool(message.content["restart"]?.asBool ?? false)),
    ])
    reply("shutdown_reply", content, to: message, on: socket)
    stop()
  }
}
