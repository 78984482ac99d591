// Image files: PNG and JPEG, as 8 bits of red, green and blue. What the file says is not believed: its size is held against the memory
// before any is taken.

import CImages
import Kernels
import Lang
import Runtime

package enum ImageFile {
  /// An image [3, height, width] in 0 … 1 with the names of its channels, turned upright as its EXIF orientation says. Alpha is left out, grey is the same in all three, of
  /// 16 bits the upper 8 are taken. Throws `cannotRead` and `notPermitted` as `InputFile`, `badFile` that says what is wrong, `libraryMissing`,
  /// `outOfMemory`, `interrupted`.
  package static func tensor(_ path: String, permissions: Permissions) throws -> Tensor {
    ChannelNames.named(try bitmap(path, permissions: permissions).tensor())
  }

  /// The same before it becomes a tensor.
  package static func bitmap(_ path: String, permissions: Permissions) throws -> Bitmap {
    let bytes = try InputFile.bytes(path, permissions: permissions)
    let kind = try kind(of: bytes, path: path)
    if let reason = tw_image_load(kind.format) {
      throw Fault.libraryMissing(kind.library, reason: String(cString: reason), install: "apt install \(kind.package)")
    }
    let upright = Orientation(of: bytes, kind)
    return try bytes.withUnsafeBufferPointer { try decoded($0, kind, path: path) }.turned(upright)
  }

  enum Kind {
    case png, jpeg

    var name: String { self == .png ? "PNG" : "JPEG" }
    var format: tw_image_format { self == .png ? TW_IMAGE_PNG : TW_IMAGE_JPEG }
    var library: String { self == .png ? "libpng" : "libjpeg-turbo" }
    /// Debian's package of the library.
    var package: String { self == .png ? "libpng16-16" : "libjpeg62-turbo" }
  }

  private static func decoded(_ bytes: UnsafeBufferPointer<UInt8>, _ kind: Kind, path: String) throws -> Bitmap {
    guard let start = bytes.baseAddress, let image = tw_image_open(kind.format, start, bytes.count) else {
      throw Fault.outOfMemory(bytes: 65536)
    }
    defer { tw_image_close(image) }
    func check() throws {
      guard let reason = tw_image_reason(image) else { return }
      throw tw_image_is_cut_off(image) != 0
        ? Fault.badFile(
          path, reason: "the \(kind.name) image is cut off: the file ends too early",
          help: "was it copied or downloaded to its end?")
        : Fault.badFile(path, reason: "the \(kind.name) image cannot be read: \(String(cString: reason))")
    }
    try check()
    let (width, height) = (Int(clamping: tw_image_width(image)), Int(clamping: tw_image_height(image)))
    try MemoryBudget.shared.check(Int(clamping: tw_image_working_bytes(image)))
    return try Bitmap(width: width, height: height) { pixels in
      guard let target = pixels.baseAddress else { return }
      var status = Int32(TW_IMAGE_MORE)
      while status == TW_IMAGE_MORE {
        try checkInterrupt()
        status = tw_image_step(image, target)
      }
      // Ctrl-C leaves no reason.
      if status == TW_IMAGE_BAD { try checkInterrupt() }
      try check()
    }
  }

  // MARK: What a file is

  private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF]

  private static func kind(of bytes: [UInt8], path: String) throws -> Kind {
    if bytes.starts(with: png) { return .png }
    if bytes.starts(with: jpeg) { return .jpeg }
    guard !bytes.isEmpty else { throw Fault.badFile(path, reason: "the file is empty") }
    let tried = "PNG and JPEG images can be read"
    if isPNGAsText(bytes) {
      throw Fault.badFile(
        path, reason: "it is a PNG image whose bytes were changed as if they were text",
        help: "copy it again in binary mode; git leaves it alone where .gitattributes says `*.png binary`")
    }
    guard let name = foreignName(bytes) else {
      throw Fault.badFile(path, reason: "it is neither a PNG nor a JPEG image", help: tried)
    }
    throw Fault.badFile(path, reason: "it is \(name)", help: "\(tried): convert it first")
  }

  /// The signature of PNG is made to show what has happened to line ends, and to the highest bit.
  private static func isPNGAsText(_ bytes: [UInt8]) -> Bool {
    let changed: [[UInt8]] = [
      [0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0D, 0x0A, 0x1A, 0x0D, 0x0A],
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0D, 0x0A], [0x09, 0x50, 0x4E, 0x47],
      [0xEF, 0xBF, 0xBD, 0x50, 0x4E, 0x47],
    ]
    return changed.contains { bytes.starts(with: $0) }
  }

  private static func foreignName(_ bytes: [UInt8]) -> String? {
    func has(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
    if has("GIF8") { return "a GIF image" }
    if has("BM") { return "a BMP image" }
    if has("RIFF"), has("WEBP", at: 8) { return "a WebP image" }
    if has("II*\0") || has("MM\0*") { return "a TIFF image" }
    if has("ftyp", at: 4) {
      return has("avi", at: 8) ? "an AVIF image" : has("he", at: 8) ? "an HEIC image" : "a video"
    }
    if has("\0\0\0\u{0C}jP  ") { return "a JPEG 2000 image" }
    if has("<svg") || has("<?xml") { return "a drawing (SVG), not pixels" }
    if has("%PDF") { return "a PDF document" }
    return nil
  }
}
