// `tw` begins here: on a large stack, because programs may nest deeply (Lang and Runtime measure what is left of it).

import CPlatform
import Glibc
import Runtime

/// The words of the command line. `CommandLine.arguments` would repair what is not UTF-8, and so name other files.
func programArguments() -> [String] {
  (1..<max(Int(CommandLine.argc), 1)).compactMap { CommandLine.unsafeArgv[$0].map { Paths.text($0) } }
}

func runAndExit() -> Never {
  let status = Runner.run(Invocation(words: programArguments()))
  // What libraries do at the end of a process waits for their threads.
  if Abandoned.isRunning { _exit(status) }
  exit(status)
}

tw_tune_allocator()
_ = tw_run_on_big_stack(tw_address_share(1 << 30, 8), { _ in runAndExit() }, nil)
// No thread could be made: the stack that we were given must do.
runAndExit()
