// How long a test computes. A time limit would count what it waits for, too: suites run side by side, and under sanitizers.

import Glibc

/// Seconds that the calling thread spends on the processor in `body`.
func processorSeconds(_ body: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  let start = now()
  try body()
  return now() - start
}
