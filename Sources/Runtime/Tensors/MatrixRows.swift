// The rows of a matrix as float32, some at a time: where they lie, or, of weights of another type, in room that the reader has.

import COpenBLAS
import Lang

package struct MatrixRows {
  /// [n, d], the entries of a row next to each other.
  private let matrix: Tensor
  private let numbers: tw_numbers
  /// Entries from one row to the next, where rows are read in place.
  private let step: Int
  package let count: Int
  package let width: Int

  /// Copies the matrix only if the entries of a row lie apart. Throws `fileChanged` and `outOfMemory`.
  package init(_ matrix: Tensor) throws {
    let (count, width) = (matrix.shape[0], matrix.shape[1])
    let isReady = width < 2 || (matrix.strides[1] == 1 && (count < 2 || matrix.strides[0] >= width))
    self.matrix = isReady ? matrix : try matrix.rowMajor()
    (self.count, self.width) = (count, width)
    step = count > 1 ? self.matrix.strides[0] : max(width, 1)
    numbers = try self.matrix.storage.numbers()
  }

  /// Elements of the room that reading so many rows at a time needs.
  package func room(forRows rows: Int) -> Int { numbers.type == TW_F32 ? 0 : rows * width }

  /// Rows `range`: the start of the first, and the distance to the next. Uses `room`, whose size `room(forRows:)` says.
  package func read(
    _ range: Range<Int>, _ room: UnsafeMutablePointer<Float>
  ) -> (start: UnsafePointer<Float>, step: Int) {
    let first = matrix.offset + range.lowerBound * step
    guard numbers.type != TW_F32 else {
      return (numbers.bytes.assumingMemoryBound(to: Float.self) + first, step)
    }
    if step == width {
      tw_widen(numbers.type, numbers.bytes, first, range.count * width, room)
    } else {
      for row in 0..<range.count {
        tw_widen(numbers.type, numbers.bytes, first + row * step, width, room + row * width)
      }
    }
    return (UnsafePointer(room), width)
  }

  /// Rows from `first` on as the kernels take them on the right, and the distance of two; nil where they must be read first.
  package func numbers(from first: Int) -> (numbers: tw_numbers, step: Int)? {
    let start = matrix.offset + first * step
    guard tw_block_elements(numbers.type) == 1 || (start % 16 == 0 && step % 16 == 0) else { return nil }
    return (tw_numbers(bytes: numbers.bytes, type: numbers.type, first: start), step)
  }

  /// Row `index`, while `body` runs.
  package func with<R>(_ index: Int, _ body: (UnsafePointer<Float>) -> R) -> R {
    // Room for one element at least has an address.
    let room = UnsafeMutablePointer<Float>.allocate(capacity: room(forRows: 1) + 1)
    defer { room.deallocate() }
    return body(read(index..<index + 1, room).start)
  }
}
