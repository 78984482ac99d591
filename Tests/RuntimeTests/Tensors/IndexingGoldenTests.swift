// Indices of all kinds against NumPy. Cases: python3 tools/goldens/make_indexing.py > Tests/Fixtures/indexing.tsv

import Lang
import Runtime
import Testing

@Suite struct IndexingGoldenTests {
  private struct Case {
    let line: String
    let tensor: Tensor
    let indices: [Value]
    let shape: [Int]
    let elements: [Float]

    init(_ line: Substring) throws {
      self.line = String(line)
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      try #require(fields.count == 5)
      let stored = try numbers(fields[0])
      let dense = try Tensor((0..<stored.reduce(1, *)).map { Float($0) }).reshaped(stored)
      tensor = fields[1] == "T" ? dense.transposed : dense
      indices = try fields[2].split(separator: ";").map { try index(String($0.drop { $0 == " " })) }
      shape = try numbers(fields[3])
      elements = fields[4].split(separator: ",").compactMap { Float($0) }
    }
  }

  @Test func selectsWhatNumPySelects() throws {
    var (count, apart) = (0, 0)
    for line in try FormatSpecTests.lines(ofFixture: "indexing.tsv") where !line.isEmpty {
      let item = try Case(line)
      count += 1
      let found: Value
      do {
        found = try TensorObject(item.tensor).element(at: item.indices)
      } catch let fault as Fault where fault.message.contains("between the number and the list") {
        apart += 1
        continue
      }
      let tensor = try found.asNumber.map { try Tensor(scalar: $0) } ?? #require(found.asTensor)
      #expect(tensor.shape == item.shape, "\(line)")
      #expect(try tensor.elements() == item.elements, "\(line)")
    }
    #expect(count == 500)
    // Where NumPy would turn the axes there is an error; it must not become the rule.
    #expect(apart < 20)
  }

  // Elements are numbered, so what is selected says where an assignment must go.
  @Test func assignsWhereItSelects() throws {
    for line in try FormatSpecTests.lines(ofFixture: "indexing.tsv") where !line.isEmpty {
      let item = try Case(line)
      guard (try? TensorObject(item.tensor).element(at: item.indices)) != nil else { continue }
      let before = try item.tensor.elements()
      let one = TensorObject(item.tensor)
      try one.setElement(at: item.indices, to: .number(-1))
      let chosen = Set(item.elements)
      #expect(try one.tensor.elements() == before.map { chosen.contains($0) ? -1 : $0 }, "\(line)")
      let each = TensorObject(item.tensor)
      let values = try Tensor(item.elements.indices.map { Float(1000 + $0) }).reshaped(item.shape)
      try each.setElement(at: item.indices, to: .tensor(values))
      // The later of two that go to one place stays.
      let last = Dictionary(zip(item.elements, 0...)) { $1 }
      #expect(try each.tensor.elements() == before.map { x in last[x].map { Float(1000 + $0) } ?? x }, "\(line)")
      #expect(try item.tensor.elements() == before)
    }
  }
}

/// The numbers of "[2, 3]".
private func numbers(_ text: String) throws -> [Int] {
  try text.split { "[], ".contains($0) }.map { try #require(Int($0)) }
}

/// An index as the generator writes it.
private func index(_ text: String) throws -> Value {
  if text.hasPrefix("m") {
    let values = try #require(try Tensor(nested: nested(String(text.dropFirst()))))
    return .tensor(try values.mask { $0 == 1 })
  }
  if text.hasPrefix("[") { return try nested(text) }
  if let number = Int(text) { return .number(number) }
  if text.contains("..") {
    let ends = try text.split(separator: ".").map { try #require(Int($0)) }
    return .object(RangeObject(ends[0], ends[1]))
  }
  let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
  return slice(parts[0], parts[1], parts.count > 2 ? parts[2] ?? 1 : 1)
}

/// "[1, 2]" or "[[1, 2], [3, 4]]" as lists.
private func nested(_ text: String) throws -> Value {
  guard text.hasPrefix("[[") else { return .numbers(try numbers(text)) }
  return .list(try text.dropFirst().dropLast().split(separator: "]").map { .numbers(try numbers(String($0))) })
}
