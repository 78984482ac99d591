import CPlatform
import Runtime
import Testing

@Suite struct MemoryAlarmTests {
  /// The flag goes up for memory that is given back at once: whichever thread looks first takes the flag down, and another that has seen it
  /// does not take it for Ctrl-C.
  @Test func anAlarmThatHasPassedEndsNothing() throws {
    try parallel(20_000) { _ in
      tw_request_memory_interrupt()
      try checkInterrupt()
    }
  }
}
