// `tw` begins here: on a large stack, because programs may nest deeply (Lang and Runtime measure what is left of it).

import CPlatform
import Glibc

func runAndExit() -> Never {
  exit(Runner.run(Invocation(words: Array(CommandLine.arguments.dropFirst()))))
}

let stackBytes = 1 << 30
tw_tune_allocator()
_ = tw_run_on_big_stack(stackBytes, { _ in runAndExit() }, nil)
// No thread could be made: the stack that we were given must do.
runAndExit()
