// The file by which Jupyter tells a kernel where to listen, and with which key messages are signed.

import Formats
import Lang
import Runtime

struct ConnectionFile {
  enum Channel: String, CaseIterable {
    case shell
    case iopub
    case stdin
    case control
    case heartbeat = "hb"
  }

  private let transport: String
  private let host: String
  private let ports: [Channel: Int]
  /// Empty: messages are not signed.
  let key: [UInt8]

  private static let scheme = "hmac-sha256"

  /// Throws `cannotRead`, and `badFile` with the name that is missing or has no sense.
  init(_ path: String) throws {
    let json = try JSON.parse(try InputFile.bytes(path, permissions: Permissions()), name: path)
    func wrong(_ reason: String) -> Fault {
      .badFile(
        path, reason: reason,
        help: "Jupyter writes this file when it starts a kernel: `tw kernel install`, then choose tw in a notebook")
    }
    guard json.asObject != nil else { throw wrong("it holds \(json.phrase) in place of an object") }
    func text(_ name: String) throws -> String {
      guard let text = json[name]?.asString else { throw wrong("`\(name)` is missing, or is no string") }
      return text
    }
    transport = try text("transport")
    host = try text("ip")
    key = Array(try text("key").utf8)
    guard ["tcp", "ipc"].contains(transport) else { throw wrong("the transport `\(transport)` is neither tcp nor ipc") }
    let scheme = try text("signature_scheme")
    guard key.isEmpty || scheme == Self.scheme else {
      throw wrong("the signature scheme `\(scheme)` is not \(Self.scheme)")
    }
    ports = try Channel.allCases.reduce(into: [:]) { ports, channel in
      let name = channel.rawValue + "_port"
      guard let port = json[name]?.asWhole, (1...65535).contains(port) else {
        throw wrong("`\(name)` is missing, or is no port from 1 to 65535")
      }
      ports[channel] = port
    }
  }

  /// As libzmq has it.
  func address(_ channel: Channel) -> String {
    "\(transport)://\(host)\(transport == "tcp" ? ":" : "-")\(ports[channel] ?? 0)"
  }
}
