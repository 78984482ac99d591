import Runtime
import Testing

@Suite struct PrintingTests {
  @Test func smallTensorsPrintInFull() throws {
    #expect(TensorObject(try Tensor([1, -2.5, 0.1, .nan])).description == "[1, -2.5, 0.1, nan]")
    #expect(TensorObject(try counting(2, 2)).description == "[[0, 1], [2, 3]]")
    #expect(TensorObject(try Tensor([1e-7, 1e20])).description == "[1e-07, 1e+20]")
    #expect(TensorObject(try counting(0)).description == "[]")
    #expect(TensorObject(try Tensor(scalar: 2)).description == "2")
  }

  @Test func largeTensorsShowACorner() throws {
    let text = TensorObject(try counting(20, 20)).description
    #expect(
      text == """
        tensor 20x20
            0    1    2    3    4  …   18   19
           20   21   22   23   24  …   38   39
           40   41   42   43   44  …   58   59
           60   61   62   63   64  …   78   79
           80   81   82   83   84  …   98   99
        …
          360  361  362  363  364  …  378  379
          380  381  382  383  384  …  398  399
        """)
  }

  @Test func labelsStandAtTheLeft() throws {
    let e = try #require(try labelled()[.numbers([0, 4])].asTensor)
    #expect(
      TensorObject(e).description == """
        tensor 2x2, labelled
        " king"   0   0
        " queen"  4  40
        """)
  }

  @Test func labelsOfColumnsStandAbove() throws {
    let e = try #require(try labelled()[.numbers([0, 4])].asTensor)
    #expect(
      TensorObject(e.transposed).description == """
        tensor 2x2, labelled
          " king"  " queen"
                0         4
                0        40
        """)
    let both = try counting(2, 2).labelled(e.labels, axis: 0).labelled(e.labels, axis: 1)
    #expect(
      TensorObject(both).description == """
        tensor 2x2, labelled
                  " king"  " queen"
        " king"         0         1
        " queen"        2         3
        """)
  }

  @Test func tokensWithStrayBytesAreToldApart() throws {
    var tensor = try counting(3)
    tensor.labels = Labels(StrayWords())
    let lines = TensorObject(tensor).description.split(separator: "\n")
    #expect(
      lines.dropFirst().map { $0.split(separator: "  ")[0] } == ["\"\\xF0\\x9F\"", "\" a\\n\\xFF\"", "\"\u{FFFD}\""])
  }

  // numpy: -np.zeros(2) prints [-0. -0.]
  @Test func negativeZeroKeepsItsSign() throws {
    let zeros = try Tensor([-0.0, 0])
    #expect(TensorObject(zeros).description == "[-0, 0]")
    #expect(TensorObject(zeros).display(width: 80) == "tensor 2\n  -0   0")
  }

  @Test func theEchoHasFourDigitsInOneFormat() throws {
    let text = TensorObject(try Tensor([1.23456, -0.5, 10])).display(width: 80)
    #expect(text == "tensor 3\n   1.23  -0.50  10.00")
    #expect(TensorObject(try Tensor([0.5, 0.25])).display(width: 80) == "tensor 2\n  0.50  0.25")
    #expect(TensorObject(try Tensor([1e-9, 2e-9])).display(width: 80) == "tensor 2\n  1.000e-09  2.000e-09")
  }

  @Test func stacksShowTheirFirstAndLastMatrix() throws {
    #expect(
      TensorObject(try counting(2, 1, 2)).description == """
        tensor 2x1x2
        [0, :, :]
          0  1
        [1, :, :]
          2  3
        """)
  }

  @Test func narrowTerminalsShowFewerColumns() throws {
    let text = TensorObject(try counting(2, 8)).display(width: 24)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 24 })
  }
}
