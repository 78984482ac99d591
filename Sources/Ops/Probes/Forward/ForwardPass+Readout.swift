// The end of a pass: final norm, and what the model says.

import Glibc
import Kernels
import Lang
import Models
import Runtime

extension ForwardPass {
  /// Final norm and logits: of the last tokens alone where nobody looks at the others.
  mutating func readOut(_ state: Tensor) throws {
    let edits = request.edits
    let isEdited = edits.sites.contains(ActivationSite(.finalNorm)) || edits.sites.contains(ActivationSite(.logits))
    let isPulled = request.gradient?.readsLogits == true && (isEdited || model.readout?.cap != nil)
    let readsLogits = request.keepsLogits || request.keepsNext || isPulled
    trace?.last = LastTrace(state: state)
    guard readsLogits || request.keeps(ActivationSite(.finalNorm)) else { return }
    if model.saysOnce { return try readClasses(state, readsLogits ? model.readout : nil) }
    let needsAll = request.touches(.logits, nil) || request.touches(.finalNorm, nil)
    // The last block may have left the other rows out.
    let seen = needsAll || state.shape[0] < batch.count ? state : try batch.lastOnes(of: state)
    var final = try model.finalNorm?.applied(to: seen) ?? seen
    if needsAll { final = try visited(.finalNorm, nil, final) }
    trace?.last?.isOfLastRows = !needsAll
    trace?.last?.final = final
    guard readsLogits, let readout = model.readout else { return }
    var logits = try readout.logits(ofNormed: final)
    if readout.cap != nil { trace?.last?.logits = logits }
    if needsAll { logits = try visited(.logits, nil, logits) }
    guard request.keepsNext else { return }
    for text in results.indices {
      let row = logits.row(needsAll ? batch.lastRows[text] : text)
      results[text].next = results.count == 1 ? row : try row.copied()
      results[text].next?.labels = readout.words.labels
    }
  }

  /// Final norm and the classes of each image, [classes]: by the first row, or by the mean of all.
  private mutating func readClasses(_ state: Tensor, _ readout: ReadoutWeights?) throws {
    let isMean = if case .mean = readout?.rows { true } else { false }
    // The other rows go nowhere, unless somebody looks at them.
    let needsAll = isMean || readout == nil || request.touches(.finalNorm, nil)
    let seen = needsAll ? state : try state.gathered(axis: 0, batch.firstRows)
    var final = try model.finalNorm?.applied(to: seen) ?? seen
    if needsAll { final = try visited(.finalNorm, nil, final) }
    guard let readout else { return }
    let read =
      isMean
      ? try batch.joined(batch.indices.map { try batch.rows(of: $0, final).reduced(.mean, axis: 0, keep: true) })
      : needsAll ? try final.gathered(axis: 0, batch.firstRows) : final
    let logits = try readout.logits(ofNormed: read.labelled([]))
    for image in results.indices {
      var own = logits.row(image)
      own.labels = readout.words.labels
      _ = try visited(.logits, nil, text: image, own)
    }
  }
}

extension ModelWeights {
  /// Whether its logits are of a whole image: one vector of classes.
  var saysOnce: Bool { if case .each = readout?.rows ?? .each { false } else { true } }
}

extension ReadoutWeights {
  /// Logits of states after the final norm, x [n, d]: [n, vocabulary], with the columns labelled.
  func logits(ofNormed x: Tensor) throws -> Tensor {
    try words.storage.bringIn()
    var seen = try transform?.applied(to: x) ?? x
    if let projection { seen = try linear(seen, projection, nil) }
    let logits = try linear(
      seen, words.transposed, bias,
      then: cap.map { cap in { piece, _ in for i in piece.indices { piece[i] = cap * tanhf(piece[i] / cap) } } })
    return logits.labelled(words.labels, axis: 1)
  }
}
