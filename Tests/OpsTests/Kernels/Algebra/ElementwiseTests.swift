import Kernels
import Runtime
import Testing

@Suite struct ElementwiseTests {
  // scipy: 0.5*z*(1+np.tanh(np.sqrt(2/np.pi)*(z+0.044715*z**3))), 0.5*z*(1+erf(z/np.sqrt(2))) for z = -3 -1 0 .5 2
  @Test func geluHasTwoForms() throws {
    let z = try Tensor([-3, -1, 0, 0.5, 2])
    #expect(
      try isClose(z.mapBlocks(Activation.geluTanh.apply), [-0.00363739208, -0.158808009, 0, 0.34571401, 1.95459769]))
    #expect(
      try isClose(z.mapBlocks(Activation.gelu.apply), [-0.00404969409, -0.158655254, 0, 0.345731231, 1.95449974]))
  }

  // scipy.special.softmax(np.array([[1, 2, 3], [2, 2, -1.]]), axis=0)
  @Test func softmaxAlongAnyAxis() throws {
    let z = try Tensor([1, 2, 3, 2, 2, -1]).reshaped([2, 3])
    let expected = [0.26894142, 0.5, 0.98201379, 0.73105858, 0.5, 0.01798621]
    #expect(try isClose(z.softmax(axis: 0), expected))
    #expect(try isClose(z.transposed.softmax(axis: 1).transposed, expected))
    #expect(try isClose(Tensor([1000, 1000]).softmax(axis: -1), [0.5, 0.5]))
    #expect(try Tensor([-.infinity, 0]).softmax(axis: 0).elements() == [0, 1])
  }

  // numpy: np.round([0.5, 1.5, 2.5, -0.5, 1234.5678]), np.round([1234.5678, 0.125, -35], -1); round(2.675, 2), round(0.125, 2), round(1250, -2)
  @Test func halvesRoundToEven() throws {
    #expect(try Tensor([0.5, 1.5, 2.5, -0.5, 1234.5678]).rounded(decimals: 0).elements() == [0, 2, 2, 0, 1235])
    #expect(try Tensor([1234.5678, 0.125, -35]).rounded(decimals: -1).elements() == [1230, 0, -40])
    #expect(Elementwise.rounded(2.675, decimals: 2) == 2.67)
    #expect(Elementwise.rounded(0.125, decimals: 2) == 0.12)
    #expect(Elementwise.rounded(1250, decimals: -2) == 1200)
    #expect(Elementwise.rounded(1.5, decimals: 4000) == 1.5)
  }

  @Test func chosenBroadcasts() throws {
    let a = try Tensor.chosen(by: Tensor([1, 0, 1]), counting(2, 3), Tensor(scalar: -1))
    #expect(try a.elements() == [0, -1, 2, 3, -1, 5])
    #expect(code { _ = try Tensor.chosen(by: counting(2), counting(3), counting(3)) } == .shapeMismatch)
  }

  @Test func runningSums() throws {
    #expect(try counting(2, 3).cumulativeSum(axis: 1).elements() == [0, 1, 3, 3, 7, 12])
    #expect(try counting(2, 3).cumulativeSum(axis: 0).elements() == [0, 1, 2, 3, 5, 7])
  }
}
