// Every filter, smaller and larger, against Pillow's Image.resize: tools/goldens/make_images.py.

import Formats
import Kernels
import Lang
import Runtime
import Testing

@Suite struct ResamplingTests {
  private static let photo = ScratchFolder.fixture("images/photo.png")

  @Test func sizesAndFiltersGivePillowsBytes() throws {
    let bytes = try InputFile.bytes(ScratchFolder.fixture("images/resized.npz"), permissions: Permissions())
    let known = try NumpyArchive.record(bytes, path: "resized.npz")
    let image = try ImageFile.bitmap(Self.photo, permissions: Permissions())
    var count = 0
    for filter in Resampling.allCases {
      for (width, height) in [(11, 7), (53, 10), (16, 41), (70, 45), (1, 1)] {
        let name = "\(filter.rawValue)_\(width)x\(height)"
        let wanted = try #require(known[name]?.asTensor, "\(name)").elements()
        let found = try image.resized(width: width, height: height, filter)
        let planes = (0..<3).flatMap { channel in
          (0..<width * height).map { Float(found.pixels[$0 * Bitmap.channels + channel]) }
        }
        #expect(planes == wanted, "\(name)")
        count += 1
      }
    }
    #expect(count == 30)
  }

  @Test func pillowsNumbersNameTheFilters() {
    // PIL.Image.Resampling
    #expect((0..<6).map { Resampling(pillowNumber: $0) } == [.nearest, .lanczos, .bilinear, .bicubic, .box, .hamming])
    #expect(Resampling(pillowNumber: 6) == nil)
  }

  @Test func levelsSurviveTheWayThroughATensor() throws {
    let image = try ImageFile.bitmap(Self.photo, permissions: Permissions())
    #expect(try Bitmap(image.tensor()).pixels == image.pixels)
    let odd = try Tensor([-1, 2, .nan, 0.5, 0.499, 1]).reshaped([3, 1, 2])
    #expect(try Bitmap(odd).pixels == [0, 0, 127, 255, 128, 255])
  }

  @Test func partsBeyondTheEdgeAreBlack() throws {
    let image = Bitmap(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    #expect(try image.cropped(left: 1, top: -1, width: 2, height: 2).pixels == [0, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0])
  }
}
