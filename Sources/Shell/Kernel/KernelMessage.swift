// Messages of Jupyter's protocol (jupyter-client.readthedocs.io, "Messaging in Jupyter", version 5): parts of JSON behind a signature.

import Formats
import Glibc
import Lang
import Runtime

struct KernelMessage {
  /// Who sent it, for the answer.
  let identities: [[UInt8]]
  /// The header as it came: the answer's `parent_header`.
  let header: [UInt8]
  let type: String
  let metadata: JSON
  let content: JSON
}

/// Reads and writes messages of one kernel.
final class KernelWire: Sendable {
  static let protocolVersion = "5.4"
  private static let delimiter = Array("<IDS|MSG>".utf8)

  private let key: [UInt8]
  /// Names this run of the kernel in its messages.
  let session = hexadecimal((0..<16).map { _ in UInt8.random(in: .min ... .max) })
  private let count = Lock(0)

  init(key: [UInt8]) { self.key = key }

  /// Why a message is dropped.
  struct Dropped: Error { let reason: String }

  func message(_ frames: [[UInt8]]) throws -> KernelMessage {
    guard let mark = frames.firstIndex(of: Self.delimiter), frames.count >= mark + 6 else {
      throw Dropped(reason: "it is no message of Jupyter's protocol")
    }
    let parts = Array(frames[(mark + 2)..<(mark + 6)])
    guard try isSigned(parts, by: frames[mark + 1]) else { throw Dropped(reason: "its signature is wrong") }
    func json(_ index: Int, _ name: String) throws -> JSON {
      do { return try JSON.parse(parts[index], name: name) } catch {
        throw Dropped(reason: (error as? Fault)?.message ?? "\(name) cannot be read")
      }
    }
    guard let type = try json(0, "header")["msg_type"]?.asString else {
      throw Dropped(reason: "its header has no msg_type")
    }
    return KernelMessage(
      identities: Array(frames[..<mark]), header: parts[0], type: type, metadata: try json(2, "metadata"),
      content: try json(3, "content"))
  }

  /// Compares all bytes, so that the time says nothing of them.
  private func isSigned(_ parts: [[UInt8]], by signature: [UInt8]) throws -> Bool {
    let wanted = Array(try digits(of: parts).utf8)
    guard wanted.count == signature.count else { return false }
    return zip(wanted, signature).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private func digits(of parts: [[UInt8]]) throws -> String { key.isEmpty ? "" : try Digest.hmac(key: key, parts) }

  /// A message to `identities`, or about a topic. `parent` is the header of what it answers, empty where it answers nothing.
  func frames(
    _ type: String, _ content: JSON, metadata: JSON = .object([]), parent: [UInt8], to identities: [[UInt8]]
  ) -> [[UInt8]] {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let header = JSON.members([
      ("msg_id", .string("\(session)_\(number)")), ("msg_type", .string(type)), ("username", .string("kernel")),
      ("session", .string(session)), ("date", .string(Self.now())), ("version", .string(Self.protocolVersion)),
    ])
    let parts = [
      Array(header.text().utf8), parent.isEmpty ? Array("{}".utf8) : parent, Array(metadata.text().utf8),
      Array(content.text(isASCII: false).utf8),
    ]
    // The library was there when the kernel started.
    let signature = (try? digits(of: parts)) ?? ""
    return identities + [Self.delimiter, Array(signature.utf8)] + parts
  }

  /// ISO 8601 in UTC, with microseconds.
  private static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
    let microseconds = String(time.tv_nsec / 1000)
    let seconds = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    return seconds + "." + String(repeating: "0", count: max(0, 6 - microseconds.utf8.count)) + microseconds + "Z"
  }
}
