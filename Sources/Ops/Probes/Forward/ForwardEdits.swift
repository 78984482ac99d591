// What rewrites activations on the way: functions of the language, or records that say it in numbers.

import Kernels
import Lang
import Models
import Runtime

/// One edit of one site.
struct ActivationEdit {
  enum Change {
    case function(Value)
    /// The operand repeats to the shape of what it changes.
    case set(Tensor), add(Tensor), scale(Tensor)
  }

  let change: Change
  /// Tokens that it changes, counted in the whole text, from its end where negative; nil for all.
  let positions: [Int]?

  var isFunction: Bool { if case .function = change { true } else { false } }

  /// A function, or a record {set}, {add} or {scale} with `at` or without.
  init(_ value: Value, of name: String, _ call: Call) throws {
    if let record = value.asRecord {
      self = try ActivationEdit(record, of: name)
      return
    }
    guard let kind = value.asObject?.kind, kind == .function || kind == .builtin else {
      throw Fault.badEdit(name, got: value)
    }
    let shape = try call.shape(of: value)
    guard shape.required <= 1, shape.takesRest || !shape.parameters.isEmpty else {
      throw Fault.badEdit(name, takes: shape, at: (value.asObject as? FunctionObject)?.wholePlace)
    }
    (change, positions) = (.function(value), nil)
  }

  private init(_ record: RecordObject, of name: String) throws {
    let kinds: [(name: String, change: (Tensor) -> Change)] = [
      ("set", { .set($0) }), ("add", { .add($0) }), ("scale", { .scale($0) }),
    ]
    let keys = record.entries.keys.map(\.name)
    if let key = keys.first(where: { key in key != "at" && !kinds.contains { $0.name == key } }) {
      throw Fault.badEditRecord(name, "it has no \(Printer.quoted(key))")
    }
    let given = kinds.filter { keys.contains($0.name) }
    guard given.count == 1, let kind = given.first, let value = record[kind.name] else {
      throw Fault.badEditRecord(name, given.isEmpty ? "it says nothing to do" : "it says two things to do")
    }
    guard let operand = try Self.operand(value) else {
      throw Fault.badEditRecord(name, "`\(kind.name)` is \(value.typePhrase), not a number or tensor")
    }
    change = kind.change(operand)
    positions = try record["at"].flatMap { try Self.positions($0, of: name) }
  }

  private static func operand(_ value: Value) throws -> Tensor? {
    if let number = value.asNumber { return try Tensor(scalar: number) }
    return try (value.asTensor ?? Tensor(nested: value))?.renamed([])
  }

  /// Nil where `at` is nil.
  private static func positions(_ value: Value, of name: String) throws -> [Int]? {
    if value.isNil { return nil }
    func position(_ value: Value) throws -> Int {
      guard let number = value.asNumber else {
        throw Fault.badEditRecord(name, "`at` holds positions, got \(value.typePhrase)")
      }
      return try wholeNumber(number, what: "a position of `at`")
    }
    var found: [Int] = []
    if value.asNumber != nil {
      found = [try position(value)]
    } else if value.asList != nil || value.asRange != nil || value.asTensor?.rank == 1, value.asTensor?.isMask != true {
      try iterate(value) { found.append(try position($0)) }
    } else {
      throw Fault.badEditRecord(name, "`at` is a position or a list of them, got \(value.typePhrase)")
    }
    guard Set(found).count == found.count else { throw Fault.badEditRecord(name, "a position comes twice in `at`") }
    return found
  }

  // MARK: What it does

  /// Where an edit acts in the activation of one text.
  struct Place {
    let site: ActivationSite
    /// Tokens that stand before those of the activation.
    let before: Int
  }

  /// The activation with the edit, [..] of the same shape. Not for functions.
  func applied(to activation: Tensor, _ place: Place) throws -> Tensor {
    try changed(activation, place) { part, operand in
      switch change {
      case .add: return try Tensor.combine(.add, part, operand)
      case .scale: return try Tensor.combine(.multiply, part, operand)
      case .set, .function: return operand
      }
    }
  }

  /// What a cotangent of the edited activation is for what the edit was given.
  func pulledBack(_ cotangent: Tensor, _ place: Place) throws -> Tensor {
    switch change {
    case .add, .function: return cotangent
    case .scale: return try changed(cotangent, place) { try Tensor.combine(.multiply, $0, $1) }
    case .set:
      return try changed(cotangent, place) { part, _ in try Tensor(shape: part.shape) { $0.update(repeating: 0) } }
    }
  }

  private var operand: Tensor? {
    switch change {
    case .set(let operand), .add(let operand), .scale(let operand): operand
    case .function: nil
    }
  }

  /// `activation` with `body` of its rows at the positions, and of the operand repeated to their shape, in their place.
  private func changed(
    _ activation: Tensor, _ place: Place, _ body: (_ part: Tensor, _ operand: Tensor) throws -> Tensor
  ) throws -> Tensor {
    guard let operand else { return activation }
    let axis = place.site.tokenAxis
    var shape = activation.shape
    let rows = try rows(place, count: shape[axis])
    if let positions { shape[axis] = positions.count }
    guard let wide = operand.broadcast(to: shape) else {
      throw Fault.badEditOperand(place.site, operand: operand.shape, shape: shape)
    }
    guard let rows else { return try dense(body(activation, wide), like: activation) }
    guard !rows.isEmpty else { return activation }
    let from = try activation.gathered(axis: axis, rows.map(\.row))
    let new = try body(from, wide.gathered(axis: axis, rows.map(\.entry)))
    return try activation.scattering(new, axis: axis, at: rows.map(\.row))
  }

  /// Rows of the activation that are changed, each with the entry of `positions` that says so; nil for all. Positions before the
  /// activation's tokens have been computed and are not computed again.
  private func rows(_ place: Place, count: Int) throws -> [(row: Int, entry: Int)]? {
    guard let positions else { return nil }
    let total = place.before + count
    return try positions.enumerated().compactMap { entry, position in
      let row = (position < 0 ? position + total : position) - place.before
      guard row < count, position >= -total else { throw Fault.noPosition(position, of: place.site, tokens: total) }
      return row < 0 ? nil : (row, entry)
    }
  }

  private func dense(_ tensor: Tensor, like activation: Tensor) throws -> Tensor {
    try tensor.rowMajor().renamed(activation.axisLabels)
  }
}

/// The edits of a call: the same for all texts, or one set a text.
struct ForwardEdits {
  private let texts: [[ActivationSite: ActivationEdit]]
  private let call: Call
  /// Sites that are edited in any text.
  let sites: Set<ActivationSite>
  private let sitesOfHeads: [ActivationSite]

  /// None.
  init(of call: Call) { (self.call, texts, sites, sitesOfHeads) = (call, [[:]], [], []) }

  init(_ call: Call, model: ModelWeights, parameter: Int, texts phrases: PassInputs) throws {
    self.call = call
    if let items = call[parameter].asList?.items {
      guard phrases.isBatch, items.count == phrases.all.count else {
        throw Fault.editsForTexts(items.count, texts: phrases.isBatch ? phrases.all.count : nil)
      }
      texts = try items.enumerated().map { place, item in
        guard item.isNil || item.asRecord != nil else {
          throw call.wrongElement(
            parameter, "a record, or a list of records or nil, one for each text,", at: place, item)
        }
        return try Self.read(item.asRecord, call, model)
      }
    } else {
      texts = [try Self.read(call[parameter].asRecord, call, model)]
    }
    sites = Set(texts.flatMap(\.keys))
    sitesOfHeads = sites.filter { $0.head != nil }.sorted { ($0.head ?? 0) < ($1.head ?? 0) }
  }

  private static func read(_ record: RecordObject?, _ call: Call, _ model: ModelWeights) throws -> [ActivationSite:
    ActivationEdit]
  {
    var edits: [ActivationSite: ActivationEdit] = [:]
    for (key, value) in record?.entries.map({ ($0.key, $0.value) }) ?? [] {
      let site = try ActivationSite(key.name, in: model)
      guard edits[site] == nil else {
        throw Fault.badValue("the activation \(Printer.quoted(site.name)) is edited twice")
      }
      edits[site] = try ActivationEdit(value, of: key.name, call)
    }
    return edits
  }

  /// The first edit that is a function.
  var function: ActivationSite? {
    sites.filter { site in texts.contains { $0[site]?.isFunction == true } }.min { $0.name < $1.name }
  }

  /// The edit of a site in the text of that number.
  func edit(_ site: ActivationSite, text: Int) -> ActivationEdit? {
    sites.isEmpty ? nil : texts[texts.count == 1 ? 0 : text][site]
  }

  /// Heads whose shares of a part are edited by themselves in a text, in order.
  func heads(_ part: ActivationPart, _ block: Int?, text: Int) -> [Int] {
    sitesOfHeads.compactMap { $0.part == part && $0.block == block && edit($0, text: text) != nil ? $0.head : nil }
  }

  /// What an edit makes of an activation of one text: of the same shape, under the same labels; the very same tensor where it changes
  /// no number.
  func applied(_ edit: ActivationEdit, to activation: Tensor, _ place: ActivationEdit.Place) throws -> Tensor {
    guard case .function(let function) = edit.change else {
      let result = try edit.applied(to: activation, place)
      return try result.isIdentical(to: activation) ? activation : result
    }
    let value = try call.apply(function, .tensor(activation))
    guard let given = value.asTensor, given.shape == activation.shape else {
      throw Fault.badEditResult(place.site, shape: activation.shape, got: value)
    }
    let result = try given.rowMajor().renamed(activation.axisLabels)
    return try result.isIdentical(to: activation) ? activation : result
  }
}
