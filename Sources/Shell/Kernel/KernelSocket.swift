// A socket of ZeroMQ. Each belongs to one thread at a time.

import CZeroMQ
import Lang
import Runtime

final class KernelSocket: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer

  /// Throws `libraryMissing` with the package to install, `badFile` when nothing can listen at the address.
  init(_ kind: tw_zmq_kind, at address: String) throws {
    if let reason = tw_zmq_load() {
      throw Fault.libraryMissing(
        "ZeroMQ, which Jupyter speaks over,", reason: String(cString: reason), install: "apt install libzmq5")
    }
    var reason: UnsafePointer<CChar>?
    guard let handle = tw_zmq_open(kind, address, &reason) else {
      throw Fault(.cannotRead, "cannot listen at \(address): \(reason.map { String(cString: $0) } ?? "")")
    }
    self.handle = handle
  }

  func close() { tw_zmq_close(handle) }

  private final class Parts {
    var frames: [[UInt8]] = []
    var hasMore = false
  }

  /// The next message, if one has come.
  func receive() -> [[UInt8]]? {
    let parts = Parts()
    repeat {
      let isThere = tw_zmq_receive(handle, Unmanaged.passUnretained(parts).toOpaque()) {
        context, bytes, size, hasMore in
        guard let context else { return }
        let parts = Unmanaged<Parts>.fromOpaque(context).takeUnretainedValue()
        parts.frames.append(Array(UnsafeBufferPointer(start: bytes, count: size)))
        parts.hasMore = hasMore
      }
      guard isThere else { return nil }
    } while parts.hasMore
    return parts.frames
  }

  func send(_ frames: [[UInt8]]) {
    for (index, frame) in frames.enumerated() {
      guard tw_zmq_send(handle, frame, frame.count, index < frames.count - 1) else { return }
    }
  }

  /// Waits until one of the sockets can be read, or the descriptor can: bit i stands for socket i, the next bit for the descriptor.
  static func wait(_ sockets: [KernelSocket], descriptor: Int32 = -1, milliseconds: Int) -> UInt32 {
    let handles = sockets.map { Optional($0.handle) }
    return tw_zmq_wait(handles, Int32(handles.count), descriptor, Int32(milliseconds))
  }
}
