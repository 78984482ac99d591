// `Fuzz syntax|program|files [libFuzzer's arguments]`: see tools/fuzz/run.sh.

import CFuzzer
import CPlatform
import Glibc

private func driven() -> Int32 {
  var words = CommandLine.arguments
  guard words.count > 1, let target = Target(rawValue: words.remove(at: 1)) else {
    fputs("usage: Fuzz syntax|program|files [libFuzzer's arguments]\n", stderr)
    return 2
  }
  Target.chosen = target
  var count = Int32(words.count)
  var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
  return arguments.withUnsafeMutableBufferPointer { buffer in
    var start = buffer.baseAddress
    return LLVMFuzzerRunDriver(&count, &start) { data, size in
      Target.chosen.run(Array(UnsafeBufferPointer(start: data, count: size)))
      return 0
    }
  }
}

// As in `tw` itself: programs nest deeply, and what is left of the stack is measured.
_ = tw_run_on_big_stack(1 << 30, { _ in exit(driven()) }, nil)
