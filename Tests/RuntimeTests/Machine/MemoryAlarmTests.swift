import CPlatform
import Runtime
import Testing

@Suite struct MemoryAlarmTests {
  /// The flag goes up for memory that is there: the first look takes it down, and a thread that has seen it up, but comes to ask why when
  /// it is down again, does not take it for Ctrl-C.
  @Test func anAlarmThatHasPassedEndsNothing() throws {
    tw_request_memory_interrupt()
    try checkInterrupt()
    #expect(!tw_interrupted())
    try answerInterrupt()
  }
}
