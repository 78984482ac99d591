// Which kernels OpenBLAS runs: those that the processor's features ask for, or the user's.

import Testing

@Suite struct KernelChoiceTests {
  private let scratch: Scratch
  private let solution = "$TW -e 'round(solve(3 * eye(100), ones(100))[7], 3)'"

  init() throws { scratch = try Scratch() }

  @Test func theProcessorsFeaturesChooseTheKernels() throws {
    let flags = Set(
      try scratch.run("grep -m1 ^flags /proc/cpuinfo || true").output.split(separator: " ").map(String.init))
    let wanted: String? =
      if flags.isSuperset(of: ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"]) {
        "SkylakeX"
      } else if flags.isSuperset(of: ["avx2", "fma"]) {
        "Haswell"
      } else {
        nil
      }
    guard let wanted else { return }
    let result = try scratch.run("env -u OPENBLAS_CORETYPE OPENBLAS_VERBOSE=2 \(solution)")
    #expect(result.output == "0.333\n")
    #expect(result.errors == "Core: \(wanted)\n")
  }

  @Test func aChoiceOfTheUserCounts() throws {
    let result = try scratch.run("OPENBLAS_CORETYPE=Nehalem OPENBLAS_VERBOSE=2 \(solution)")
    #expect(result.output == "0.333\n")
    #expect(result.errors == "Core: Nehalem\n")
  }
}
