// The names of an image's channels. They say of a tensor that it is an image, in 0 … 1, and no pixels that are ready for a model.

import Runtime

package final class ChannelNames: Vocabulary {
  private static let names = ["red", "green", "blue"]
  private static let shared = Labels(ChannelNames())

  package var count: Int { Self.names.count }
  package func text(of id: Int) -> String { Self.names.indices.contains(id) ? Self.names[id] : "" }
  package func ids(of text: String) -> [Int] { Self.names.firstIndex(of: text).map { [$0] } ?? [] }

  /// The tensor [3, height, width] with the channels' names.
  package static func named(_ image: Tensor) -> Tensor { image.labelled(shared, axis: 0) }

  /// Whether the first axis of a tensor has them.
  package static func stand(on tensor: Tensor) -> Bool { tensor.labels?.vocabulary is ChannelNames }
}
