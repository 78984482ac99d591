// What the kernel answers on its shell channel.

import CPlatform
import Formats
import Glibc
import Lang
import Operations
import Runtime

extension KernelServer {
  /// Answers a request. What came behind a cell that failed is given back: it is to be aborted.
  func answer(_ message: KernelMessage) -> [KernelMessage] {
    output.publish(status: "busy", parent: message.header)
    defer { output.publish(status: "idle", parent: message.header) }
    let content = message.content
    let code = content["code"]?.asString ?? ""
    let cursor = content["cursor_pos"]?.asWhole
    let answers = CursorAnswers(session: entries.session, width: front.width)
    // Looking a name up may take long, too: from here on an interrupt is meant for this request.
    tw_clear_interrupt()
    switch message.type {
    case "execute_request": return execute(message)
    case "kernel_info_request": reply("kernel_info_reply", Self.kernelInfo, to: message)
    case "complete_request": reply("complete_reply", answers.completion(code, cursor: cursor), to: message)
    case "inspect_request":
      let wantsSource = content["detail_level"]?.asWhole == 1
      reply("inspect_reply", answers.inspection(code, cursor: cursor, wantsSource: wantsSource), to: message)
    case "is_complete_request": reply("is_complete_reply", CursorAnswers.completeness(code), to: message)
    case "history_request": reply("history_reply", history.reply(to: content), to: message)
    case "comm_info_request":
      reply("comm_info_reply", .members([("status", .string("ok")), ("comms", .object([]))]), to: message)
    case "comm_open":
      // There is nothing here that a comm could talk to.
      output.begin(message, isSilent: false)
      output.publish("comm_close", .members([("comm_id", content["comm_id"]), ("data", .object([]))]))
    case "shutdown_request": end(message)
    default: break
    }
    return []
  }

  static let kernelInfo = JSON.members([
    ("status", .string("ok")), ("protocol_version", .string(KernelWire.protocolVersion)),
    ("implementation", .string("tw")), ("implementation_version", .string(Version.current.text)),
    (
      "language_info",
      .members([
        ("name", .string("tw")), ("version", .string(Version.current.text)), ("mimetype", .string("text/x-tw")),
        ("file_extension", .string(".tw")),
        // The nearest languages that highlighters know: comments, strings, numbers and the words of control are the same.
        ("pygments_lexer", .string("python3")), ("codemirror_mode", .string("python")),
        ("nbconvert_exporter", .string("script")),
      ])
    ),
    (
      "banner",
      .string("tw \(Version.current.text), a scripting shell that takes transformer weights apart. ? is a short tour.")
    ),
    ("help_links", .array([])), ("debugger", .bool(false)), ("supported_features", .array([])),
  ])

  // MARK: Cells

  private func execute(_ message: KernelMessage) -> [KernelMessage] {
    let content = message.content
    let code = content["code"]?.asString ?? ""
    let isSilent = content["silent"]?.asBool ?? false
    let isKept = !isSilent && (content["store_history"]?.asBool ?? true) && !code.allSatisfy(\.isWhitespace)
    if isKept { executionCount += 1 }
    output.begin(message, isSilent: isSilent)
    output.publish(
      "execute_input", .members([("code", .string(code)), ("execution_count", .number(Double(executionCount)))]))
    front.begin(cell: message.metadata["cellId"]?.asString ?? code, executionCount: executionCount)
    var failure: NotebookError?
    if !code.allSatisfy(\.isWhitespace) {
      if isKept { entries.history.append(code) }
      do { try entries.answer(code, number: executionCount) } catch { failure = NotebookError(error) }
    }
    if isKept { history.append(code, line: executionCount, output: front.resultText) }
    output.flush()
    var members: [(String, JSON?)] = [
      ("status", .string(failure == nil ? "ok" : "error")), ("execution_count", .number(Double(executionCount))),
    ]
    // A client that hears of the error may send the next cell, which is not to be aborted with the others.
    let queued = failure != nil && content["stop_on_error"]?.asBool ?? true ? self.queued() : []
    if let failure {
      output.publish("error", .members(failure.content))
      members += failure.content
    } else {
      members.append(("user_expressions", expressions(content["user_expressions"]?.asObject ?? [])))
      members.append(("payload", .array(front.payload + farewell)))
    }
    reply("execute_reply", .members(members), to: message)
    return queued
  }

  private var farewell: [JSON] {
    entries.isLeaving ? [.members([("source", .string("ask_exit")), ("keepkernel", .bool(false))])] : []
  }

  /// Values of expressions that a client asks for beside a cell.
  private func expressions(_ wanted: [(key: String, value: JSON)]) -> JSON {
    .object(
      wanted.map { name, text in
        do {
          let source = SourceFile(name: "<\(name)>", text: text.asString ?? "")
          let data = try front.bundle(try entries.session.run(source, options: nil).value).data
          return (name, .members([("status", .string("ok")), ("data", data), ("metadata", .object([]))]))
        } catch {
          return (name, .members([("status", .string("error"))] + NotebookError(error).content))
        }
      })
  }

  /// A cell that waited behind one that failed.
  func abort(_ message: KernelMessage) {
    output.publish(status: "busy", parent: message.header)
    reply(
      "execute_reply",
      .members([("status", .string("aborted")), ("execution_count", .number(Double(executionCount)))]), to: message)
    output.publish(status: "idle", parent: message.header)
  }
}
