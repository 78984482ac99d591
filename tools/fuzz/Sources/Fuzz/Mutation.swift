// Changes that respect the grammar, beside libFuzzer's own changes of bytes: pieces of the syntax tree are exchanged, doubled,
// dropped and nested, numbers and names replaced, so that most texts still run.

import CFuzzer
import Lang
import Operations
import Runtime

@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
  var random = Random(seed: seed)
  // Files have no syntax of ours.
  if Target.chosen == .files || random.below(4) == 0 { return LLVMFuzzerMutate(data, size, maximum) }
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  var program = Pieces(bytes)
  for _ in 0..<(1 + random.below(3)) { program = Pieces(program.changed(&random)) }
  return put(program.bytes, into: data, maximum)
}

@_cdecl("LLVMFuzzerCustomCrossOver")
public func cross(
  _ first: UnsafePointer<UInt8>, _ firstSize: Int, _ second: UnsafePointer<UInt8>, _ secondSize: Int,
  _ output: UnsafeMutablePointer<UInt8>, _ maximum: Int, _ seed: UInt32
) -> Int {
  var random = Random(seed: seed)
  if Target.chosen == .files {
    let head = UnsafeBufferPointer(start: first, count: random.below(firstSize + 1))
    let tail = UnsafeBufferPointer(start: second, count: secondSize).suffix(random.below(secondSize + 1))
    return put(Array(head) + tail, into: output, maximum)
  }
  let target = Pieces(Array(UnsafeBufferPointer(start: first, count: firstSize)))
  let donor = Pieces(Array(UnsafeBufferPointer(start: second, count: secondSize)))
  // Names of the donor's pieces are often unbound in the target, so sometimes the whole donor comes first.
  if random.below(3) == 0 { return put(donor.bytes + [10] + target.bytes, into: output, maximum) }
  return put(target.replacing(target.piece(&random), with: donor.text(donor.piece(&random))), into: output, maximum)
}

private func put(_ bytes: [UInt8], into output: UnsafeMutablePointer<UInt8>, _ maximum: Int) -> Int {
  let count = min(bytes.count, maximum)
  for index in 0..<count { output[index] = bytes[index] }
  return count
}

/// splitmix64 (Steele, Lea, Flood 2014).
struct Random {
  private var state: UInt64

  init(seed: UInt32) { state = UInt64(seed) }

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((word ^ (word >> 31)) % UInt64(max(bound, 1)))
  }

  mutating func of<T>(_ choices: [T]) -> T { choices[below(choices.count)] }
}

/// A text and the places of its syntax.
struct Pieces {
  let bytes: [UInt8]
  private let spans: [Range<Int>]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let tree = Parser.parse(SourceFile(name: "fuzz.tw", bytes: bytes))
    spans = tree.spans.map { Int($0.start)..<Int($0.end) }.filter { !$0.isEmpty && $0.upperBound <= bytes.count }
  }

  func piece(_ random: inout Random) -> Range<Int> { spans.isEmpty ? 0..<bytes.count : random.of(spans) }

  func text(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }

  func replacing(_ range: Range<Int>, with text: [UInt8]) -> [UInt8] {
    Array(bytes[..<range.lowerBound]) + text + Array(bytes[range.upperBound...])
  }

  func changed(_ random: inout Random) -> [UInt8] {
    let place = piece(&random)
    let here = String(decoding: text(place), as: UTF8.self)
    switch random.below(9) {
    case 0: return replacing(place, with: text(piece(&random)))
    case 1: return replacing(place, with: Array(random.of(Self.values).utf8))
    case 2: return replacing(place, with: Array("\(random.of(Self.names))(\(here))".utf8))
    case 3:
      let other = String(decoding: text(piece(&random)), as: UTF8.self)
      return replacing(place, with: Array("\(random.of(Self.names))(\(here), \(other))".utf8))
    case 4:
      return replacing(place, with: Array(random.of(Self.frames).map { $0 == "@" ? here : String($0) }.joined().utf8))
    case 5:
      let other = String(decoding: text(piece(&random)), as: UTF8.self)
      return replacing(place, with: Array("(\(here) \(random.of(Self.operators)) \(other))".utf8))
    case 6: return replacing(place, with: text(place) + [10] + text(place))
    case 7: return replacing(place, with: [])
    default: return replacing(place, with: Array(random.of(Self.names).utf8))
    }
  }

  private static let names = Registrations.all.map(\.name).sorted() + ["coverage", "composition", "x", "xs", "m", "f"]
  private static let values = [
    "0", "-1", "1e308", "-0.0", "1/0", "0/0", "9007199254740993", "1e18", "-1e18", "0.5", "3", "100000", "nil", "true",
    "\"\"",
    "\"a\"", "\"naïve 👩‍👩‍👧\"", "\"\\u{301}\"", "[]", "{}", "[1, 2, 3]", "{a: 1}", "0..5", "5..0", "0..1e15", "zeros(0)",
    "zeros(3, 0)",
    "ones(2, 3)", "tensor(5)", "tensor([nil])", "tensor([[1, 2], [3, 4]])", "table({a: [1, 2], b: [\"x\", nil]})",
    "table({})",
    "load(\"mini\")", "load(\"mini\").wte", "load(\"mini\").blocks[0].heads[1]",
    "wqk(load(\"mini\").blocks[0].heads[1])",
    "x => x", "(a, b=2, rest...) => rest", "() => error(\"e\")", "print", "1:2", "::-1", "\"{1:>5}\"", "\" time\"",
  ]
  private static let frames = [
    "[@]", "{a: @}", "(@)", "if true { @ }", "while false { @ }", "for i in @ { }", "for i in 0..3 { @ }",
    "try { @ } catch e { e }",
    "try @ else 1", "x => @", "fn f(n) { @ }", "\"{@}\"", "\"{@:>9.3f}\"", "-@", "not @", "@[0]", "@[-1]", "@[0:2]",
    "@[::-1]", "@[[0, 0]]",
    "@.T", "@.a", "x = @", "x += @", "x[0] = @", "x.a.b = @", "a, b = @", "@ |> len", "f(@...)", "map(0..3, x => @)",
    "{ @ }", "return @",
  ]
  private static let operators = [
    "+", "-", "*", "/", "//", "%", "@", "^", "==", "!=", "<", ">=", "in", "not in", "and", "or", "..", "|>", ",", ":",
  ]
}
