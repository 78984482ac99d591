import Lang
import Runtime
import Testing

@Suite struct IndexingTests {
  @Test func numbersCountFromBothEndsAndGiveNumbers() throws {
    let a = try counting(3, 4)
    #expect(try a[.number(1), .number(-1)].asNumber == 7)
    #expect(try a[.number(-1)].asTensor?.elements() == [8, 9, 10, 11])
    #expect(try counting(3)[.number(-3)].asNumber == 0)
  }

  // numpy: a = np.arange(12).reshape(3, 4); a[::-2, 1::2]; a[:, -1:0:-2]
  @Test func slicesWithStepsAreViewsOfTheSameStorage() throws {
    let a = try counting(3, 4)
    let view = try #require(try a[slice(nil, nil, -2), slice(1, nil, 2)].asTensor)
    #expect(try view.elements() == [9, 11, 1, 3])
    #expect(view.storage === a.storage)
    #expect(try a[slice(nil, nil), slice(-1, 0, -2)].asTensor?.elements() == [3, 1, 7, 5, 11, 9])
    #expect(try a[slice(2, 100), slice(0, 0)].asTensor?.shape == [1, 0])
    #expect(try a[slice(0, 2, Int.max)].asTensor?.elements() == [0, 1, 2, 3])
  }

  // numpy: a[[2, 0]]; a[:, [3, 1]]; a[::2].T[[1, -1]]
  @Test func listsGatherPlacesInTheirOrder() throws {
    let a = try counting(3, 4)
    #expect(try a[.numbers([2, 0])].asTensor?.elements() == [8, 9, 10, 11, 0, 1, 2, 3])
    #expect(try a[slice(nil, nil), .numbers([3, 1])].asTensor?.elements() == [3, 1, 7, 5, 11, 9])
    let view = try #require(try a[slice(nil, nil, 2)].asTensor).transposed
    #expect(try view[.numbers([1, -1])].asTensor?.elements() == [1, 9, 3, 11])
    #expect(try a[.list([])].asTensor?.shape == [0, 4])
    #expect(try a[.object(RangeObject(1, 3)), .number(0)].asTensor?.elements() == [4, 8])
  }

  // numpy: a[np.array([1, 0, 1], bool)]; a[a % 2 == 1]
  @Test func masksSelectRowsOrElements() throws {
    let a = try counting(3, 4)
    #expect(try a[.list([.bool(true), .bool(false), .bool(true)])].asTensor?.elements() == [0, 1, 2, 3, 8, 9, 10, 11])
    #expect(try a[.tensor(Tensor([0, 0, 1]).asMask)].asTensor?.elements() == [8, 9, 10, 11])
    let odd = try Tensor.combine(.modulo, a, Tensor(scalar: 2)).asMask
    #expect(try a[.tensor(odd)].asTensor?.elements() == [1, 3, 5, 7, 9, 11])
    #expect(try a.transposed[.tensor(odd.transposed)].asTensor?.elements() == [1, 5, 9, 3, 7, 11])
    #expect(try a[.tensor(Tensor([0, 0, 1]))].asTensor?.elements() == [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7])
    #expect(
      message { _ = try a[.tensor(Tensor([1, 0]).asMask)] }?.message
        == "a mask of 2 elements does not fit axis 0 of 3x4")
  }

  @Test func labelsNameRowsAndFollowThem() throws {
    let e = try labelled()
    #expect(try e[.string(" queen")].asTensor?.elements() == [4, 40])
    #expect(try e[.string(" queen"), .number(1)].asNumber == 40)
    let rows = try #require(try e[.strings([" queen", " king"])].asTensor)
    #expect(rows.labels?.text(ofRow: 0) == " queen")
    #expect(try rows[.string(" king")].asTensor?.elements() == [0, 0])
    let odd = try #require(try e[slice(nil, nil, -2)].asTensor)
    #expect(odd.labels?.ids == [5, 3, 1])
    #expect(try odd[.string(" man")].asTensor?.elements() == [1, 10])
    #expect(try #require(try e[slice(0, 3)].asTensor).labels?.ids == nil)
    #expect(e.transposed.labels == nil)
  }

  @Test func labelErrorsSuggestTheMend() throws {
    let e = try labelled()
    let unknown = message { _ = try e[.string("King")] }
    #expect(unknown?.message == "no token reads \"King\"")
    #expect(unknown?.help == "there is \" king\"; capitals and a leading space count")
    let helps = ["king", " King", " kinng", "  queen", "xyz"].map { text in
      message { _ = try e[.string(text)] }?.help
    }
    #expect(
      helps == [
        "there is \" king\"; a leading space counts", "there is \" king\"; capitals count",
        "did you mean \" king\"? encode(m, text) shows the tokens of a text",
        "there is \" queen\"; a leading space counts", "encode(m, text) shows the tokens of a text",
      ])
    let rows = try #require(try e[.strings([" king", " man"])].asTensor)
    #expect(message { _ = try rows[.string(" queen")] }?.help == nil)
    #expect(
      message { _ = try e[.string(" king"), .string(" man")] }?.help
        == "several rows are a list of texts: x[[\" king\", \" man\"]]")
    let shared = message { _ = try e[.string("\u{FFFD}")] }
    #expect(shared?.message == "3 tokens read \"\u{FFFD}\"")
    #expect(shared?.help == "pick one by its id: 2, 3, 5")
    #expect(message { _ = try e.sliced(axis: 0, first: 0, count: 2)[.string(" queen")] }?.code == .badLabel)
    #expect(message { _ = try counting(3, 4)[.string(" king")] }?.code == .badLabel)
    #expect(message { _ = try e[.number(0), .string(" king")] }?.code == .badLabel)
    let twice = try #require(try e[.numbers([4, 4])].asTensor)
    #expect(message { _ = try twice[.string(" queen")] }?.help == "pick one by its row: 0, 1")
  }

  @Test func errorsNameAxisSizeAndIndex() throws {
    let a = try counting(3, 4)
    let range = message { _ = try a[.number(0), .number(4)] }
    #expect(range?.code == .indexOutOfRange)
    #expect(range?.message == "index 4 is out of range for axis 1 of a tensor of shape 3x4, of size 4")
    #expect(message { _ = try a[.number(0.5)] }?.code == .notWhole)
    #expect(message { _ = try a[.number(0), .number(0), .number(0)] }?.code == .indexOutOfRange)
    #expect(message { _ = try a[.list([.number(0), .string("a")])] }?.code == .wrongType)
    #expect(message { _ = try a[.numbers([0, 1]), .numbers([0, 1, 2])] }?.code == .shapeMismatch)
    #expect(message { _ = try a[.number(1e300)] }?.code == .notWhole)
    #expect(message { _ = try a[.number(9e15)] }?.code == .indexOutOfRange)
  }

  @Test func fieldsAndLoops() throws {
    let object = TensorObject(try counting(3, 4))
    #expect(try object.field("shape")?.asList?.items.compactMap(\.asNumber) == [3, 4])
    #expect(try object.field("T")?.asTensor?.elements() == [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
    #expect(try object.iterated(2).asTensor?.elements() == [8, 9, 10, 11])
    #expect(try TensorObject(counting(3)).iterated(1).asNumber == 1)
  }
}
