// Frequencies and factors of rotary positions under every scaling.
//
// Golden numbers: transformers 5.24, ROPE_INIT_FUNCTIONS[type](config, "cpu"), in float32; those of dynamic are its numbers up to
// max_position_embeddings. tools/goldens/make_rotary.py prints them.

import Formats
import Lang
import Models
import Runtime
import Testing

@Suite struct RotaryTests {
  private func rotary(_ config: String, width: Int, positions: Int) throws -> Rotary {
    let folder = try ScratchFolder()
    try folder.write("config.json", config)
    let reader = try ConfigReader(MappedFile(path: folder.file("config.json")))
    return try reader.rotary(RotaryRule(partKey: "partial_rotary_factor"), width: width, positions: positions)
  }

  @Test(arguments: [
    (
      #"{"rope_theta": 5e5, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}}"#,
      128, 131072, [28: 3.211446e-3, 30: 1.371894e-3, 34: 1.785078e-4, 63: 3.068926e-7], 1.0
    ),
    (
      #"{"rope_parameters": {"rope_theta": 5e5, "rope_type": "llama3", "factor": 32, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}}"#,
      64, 131072, [14: 3.211446e-3, 16: 4.295568e-4, 18: 1.946164e-5], 1.0
    ),
    (
      #"{"rope_theta": 1e6, "rope_scaling": {"type": "yarn", "factor": 4, "original_max_position_embeddings": 32768}}"#,
      128, 131072, [20: 1.333521e-2, 28: 1.848277e-3, 34: 3.342405e-4, 63: 3.102344e-7], 1.1386294
    ),
    (#"{"rope_scaling": {"type": "linear", "factor": 4}}"#, 8, 64, [0: 0.25, 1: 0.025, 2: 0.0025, 3: 0.00025], 1),
    (#"{"rope_scaling": {"type": "dynamic", "factor": 4}}"#, 8, 64, [0: 1, 1: 0.1, 2: 0.01, 3: 0.001], 1),
    (
      #"{"original_max_position_embeddings": 16, "rope_scaling": {"type": "longrope", "short_factor": [1, 2, 4, 8], "long_factor": [2, 4, 8, 16]}}"#,
      8, 64, [0: 1, 1: 0.05, 2: 0.0025, 3: 0.000125], 1.2247449
    ),
    (#"{"partial_rotary_factor": 0.5}"#, 8, 64, [0: 1, 1: 0.01], 1),
  ])
  func frequencies(_ config: String, _ width: Int, _ positions: Int, _ golden: [Int: Double], _ factor: Double) throws {
    let made = try rotary(config, width: width, positions: positions)
    for (place, value) in golden { #expect(abs(made.frequencies[place] / value - 1) < 1e-6, "\(place)") }
    #expect(abs(made.factor - factor) < 1e-6)
  }

  @Test func longTextsTurnOtherwise() throws {
    let made = try rotary(
      #"{"original_max_position_embeddings": 16, "rope_scaling": {"type": "su", "short_factor": [1, 1], "long_factor": [2, 4]}}"#,
      width: 4, positions: 64)
    #expect(made.frequencies(forLength: 16) == [1, 0.01])
    #expect(made.frequencies(forLength: 17) == [0.5, 0.0025])
  }
}
