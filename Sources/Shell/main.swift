// `tw` begins here: on a large stack, because programs may nest deeply (Lang and Runtime measure what is left of it).

import CPlatform
import Glibc

func runAndExit() -> Never {
  var words = Array(CommandLine.arguments.dropFirst())
  do {
    let budgets = try Budgets(takenFrom: &words)
    exit(Runner.run(Invocation(words: words), budgets))
  } catch {
    exit(Runner.run(.answer(error.text, status: ExitStatus.wrongCommandLine)))
  }
}

let stackBytes = 1 << 30
_ = tw_run_on_big_stack(stackBytes, { _ in runAndExit() }, nil)
// No thread could be made: the stack that we were given must do.
runAndExit()
