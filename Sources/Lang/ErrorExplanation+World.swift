// Explanations of the errors about files, models, limits and permissions, and of those that a program raises (05, 06, 07).

extension ErrorExplanation {
  static var cannotRead: ErrorExplanation {
    ErrorExplanation(
      "a file cannot be read",
      cause: "It does not exist, is a folder, or you may not read it. The message gives the system's reason.",
      .program("read_text(\"missing.txt\")"),
      fix: "Check the path; it starts from the current folder, or from the recipe's for `use`.")
  }

  static var cannotWrite: ErrorExplanation {
    ErrorExplanation(
      "a file cannot be written",
      cause: "A part of its path is not a folder, you may not write there, or the disk is full.",
      .program("save(\"a file, not a folder\", \"a.txt\")\nsave([1], \"a.txt/b.json\")"),
      fix: "Choose another path. The old file, if there was one, is unchanged.")
  }

  static var badFile: ErrorExplanation {
    ErrorExplanation(
      "a file's contents are not what its format allows",
      cause: "A JSON, CSV, npy or npz file is damaged, or is something else.",
      .program("save(\"not json\", \"a.txt\")\nread_json(\"a.txt\")"),
      fix: "The message names the line and what was expected there.")
  }

  static var modelNotFound: ErrorExplanation {
    ErrorExplanation(
      "there is no such model",
      cause: "The name is neither a folder nor a model that is known here.",
      .program("load(\"minni\")"),
      fix: "`models()` lists what is there; a path to a folder in Hugging Face layout works too.")
  }

  static var badWeights: ErrorExplanation {
    ErrorExplanation(
      "a model's weights are wrong",
      cause: "A safetensors file is damaged, a tensor is missing, or has another shape than the configuration says.",
      .program(
        "m = load(\"mini\")\nsave(m.config, \"broken/config.json\")\nsave({a: zeros(2)}, \"broken/model.safetensors\")\nload(\"broken\").wte"
      ),
      fix: "Download the file again, and check that it belongs to this `config.json`.")
  }

  static var badConfig: ErrorExplanation {
    ErrorExplanation(
      "a model's configuration is wrong",
      cause: "`config.json` misses a field, or describes a family of models that is not known here.",
      .program(
        """
        save({model_type: "bert"}, "broken/config.json")
        save({a: zeros(2)}, "broken/model.safetensors")
        load("broken")
        """),
      fix: "The message names the field.")
  }

  static var badTokenizer: ErrorExplanation {
    ErrorExplanation(
      "a tokenizer's files are wrong",
      cause: "`tokenizer.json`, `vocab.json`, `merges.txt` or `vocab.txt` is damaged, or contradicts itself.",
      .program("save({a: 1}, \"broken/tokenizer.json\")\ntokenizer(\"broken\")"),
      fix: "Download the files again.")
  }

  static var unsupported: ErrorExplanation {
    ErrorExplanation(
      "this is not supported",
      cause: "The request makes sense, and there is no way to do it here.",
      .program("save([1], \"a.xlsx\")"),
      fix: "The help line names what works instead.")
  }

  static var libraryMissing: ErrorExplanation {
    ErrorExplanation(
      "a library is missing",
      cause: """
        Matrix products use OpenBLAS, images libpng or libjpeg-turbo, figures gnuplot, and the system does not have it.
        """,
      .situation("`zeros(2, 2) @ zeros(2, 2)` on a machine without OpenBLAS."),
      fix: "Install what the help line names, e.g. `apt install libopenblas0`.")
  }

  static var fileChanged: ErrorExplanation {
    ErrorExplanation(
      "a file has changed while it was in use",
      cause: "Weights are read where they lie on the disk. Somebody wrote to the file or cut it, or its disk is gone.",
      .situation("`cp new.safetensors model.safetensors` while a session computes with the old one."),
      fix: "Load the model again. To replace a file that is in use, write a new one and rename it.")
  }

  static var cannotDownload: ErrorExplanation {
    ErrorExplanation(
      "a model cannot be downloaded",
      cause: "The hub cannot be reached, does not give the file to you, or gave other bytes than it names.",
      .situation("`tw pull ORG/NAME` without a network, or of a model whose licence you have not accepted."),
      fix: "The message says which; `tw pull` goes on where it was when it is called again.")
  }

  static var recursionTooDeep: ErrorExplanation {
    ErrorExplanation(
      "calls are nested too deeply",
      cause: "A function calls itself without an end, or too often.",
      .program("fn f(n) = f(n + 1) + 1\nf(0)"),
      fix: "Check when the recursion stops; a loop has no such limit.")
  }

  static var outOfMemory: ErrorExplanation {
    ErrorExplanation(
      "there is not enough memory",
      cause: "A value would need more than the memory budget: 80 % of the machine's or its container's.",
      .program("zeros(1e6, 1e6)"),
      fix: "Work on slices, or keep products factored (`wqk`, `wvo`) instead of `dense`.")
  }

  static var outOfSteps: ErrorExplanation {
    ErrorExplanation(
      "the program takes too many steps",
      cause: "A budget of steps was set, and calls and loop turns have used it up.",
      .situation("`while true { }` under `--max-steps 1000`."),
      fix: "Raise the budget, or look for a loop that does not end.")
  }

  static var interrupted: ErrorExplanation {
    ErrorExplanation(
      "the program was interrupted",
      cause: "Ctrl-C was pressed. The exit status is 130.",
      .situation("Ctrl-C while `while true { }` runs."),
      fix: "Nothing needs mending. At the prompt all names keep their values.")
  }

  static var notPermitted: ErrorExplanation {
    ErrorExplanation(
      "the program may not touch this file",
      cause: "A recipe reads or writes outside the folders that it was given.",
      .situation("A recipe saves to `../notes.txt` while it may only write below its output folder."),
      fix: "If you trust the recipe, allow the folder with the flag in the help line.")
  }

  static var raised: ErrorExplanation {
    ErrorExplanation(
      "the program raised an error",
      cause:
        "It called `error(…)`; the message is the program's own. With `code=` it gives the error a code of its own, which stands in place of this one.",
      .program("error(\"the list is empty\")"),
      fix: "Ask the program's author, or catch it: `try … else …`.")
  }

  static var assertionFailed: ErrorExplanation {
    ErrorExplanation(
      "an assertion failed",
      cause: "The condition of `assert(…)` is false.",
      .program("assert(1 > 2, \"the sizes differ\")"),
      fix: "The message says what the author took for granted.")
  }
}
