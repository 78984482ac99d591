// SHA-256 and SHA-1 of bytes and files, as hexadecimal digits.

import CPlatform
import Glibc
import Lang
import Runtime

package final class Digest {
  package enum Kind {
    case sha256
    case sha1
  }

  private let state: OpaquePointer
  private var isOpen = true

  /// Throws `libraryMissing` where OpenSSL is not installed.
  package init(_ kind: Kind) throws {
    try Self.load()
    guard let state = tw_digest_begin(kind == .sha256 ? TW_SHA256 : TW_SHA1) else {
      throw Fault.libraryMissing("OpenSSL", reason: "it makes no checksum", install: Self.install)
    }
    self.state = state
  }

  private static let install = "apt install libssl3"

  private static func load() throws {
    if let reason = tw_digest_load() {
      throw Fault.libraryMissing(
        "OpenSSL, which makes checksums,", reason: String(cString: reason), install: install)
    }
  }

  package func add(_ bytes: UnsafeRawBufferPointer) { _ = tw_digest_add(state, bytes.baseAddress, bytes.count) }

  package func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

  /// The checksum of all bytes so far, in lower case. To be called once.
  package func finish() -> String {
    var result = [UInt8](repeating: 0, count: Int(TW_DIGEST_SIZE))
    let size = Int(tw_digest_end(state, &result))
    isOpen = false
    return hexadecimal(result.prefix(size))
  }

  deinit { if isOpen { _ = tw_digest_end(state, nil) } }

  // MARK: Whole things

  package static func sha256(_ bytes: [UInt8]) throws -> String {
    let digest = try Digest(.sha256)
    digest.add(bytes)
    return digest.finish()
  }

  package static func sha256(_ text: String) throws -> String { try sha256(Array(text.utf8)) }

  /// Of a mapped file, in blocks, so that Ctrl-C is seen.
  package static func sha256(_ bytes: UnsafeRawBufferPointer) throws -> String {
    let digest = try Digest(.sha256)
    try inBlocks(bytes.count, of: 1 << 22) { digest.add(UnsafeRawBufferPointer(rebasing: bytes[$0])) }
    return digest.finish()
  }

  /// HMAC-SHA256, as hexadecimal digits.
  package static func hmac(key: [UInt8], _ parts: [[UInt8]]) throws -> String {
    try load()
    var result = [UInt8](repeating: 0, count: Int(TW_DIGEST_SIZE))
    let all = Array(parts.joined())
    guard tw_hmac_sha256(key, key.count, all, all.count, &result) else {
      throw Fault.libraryMissing("OpenSSL", reason: "it makes no signature", install: install)
    }
    return hexadecimal(result.prefix(32))
  }
}

/// Two lower-case digits a byte.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
