// `tw sweep`: every combination of values once and whole.

import Testing

@Suite struct SweepTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.write(
      "r.tw",
      """
      param n: number
      param text: string = "a"
      param out: folder
      if n == 3 { error("three is bad") }
      save({square: n ^ 2, text: text}, "{out}/result.json")
      print("n is {n}")
      """)
  }

  private let statuses = "cat d/*/status.json | grep -c whole || true"

  // MARK: The grid

  @Test(arguments: [
    ("--n 1,2 --text x,y", ["--n 1 --text x", "--n 1 --text y", "--n 2 --text x", "--n 2 --text y"]),
    ("--n 0..3", ["--n 0", "--n 1", "--n 2"]), ("--n -1..1", ["--n -1", "--n 0"]),
    ("--n 1,2 --text x,y --zip", ["--n 1 --text x", "--n 2 --text y"]),
    ("--n 1,2 --text x --zip", ["--n 1 --text x", "--n 2 --text x"]),
    ("--n=5 --text @texts", ["--n 5 --text 'a, b'", "--n 5 --text 'c '\\''d'\\'''"]),
    ("--n 1,1,1.0", ["--n 1"]),
  ])
  func valuesMakePoints(words: String, points: [String]) throws {
    try scratch.write("texts", "a, b\n\nc 'd'\n")
    let result = try scratch.run("$TW sweep r.tw \(words) --out d --dry-run; ls d 2>/dev/null")
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.dropLast().map { String($0.dropFirst(12)) } == points.map { "  to do  " + $0 })
    #expect(lines.last == "\(points.count) point\(points.count == 1 ? "" : "s"): 0 whole, \(points.count) to do")
  }

  @Test(arguments: [
    ("--m 1", "the recipe has no param --m"), ("--tex 1 --n 1", "did you mean --text?"),
    ("--n 2..2", "--n 2..2 is empty"), ("--n 1..x", "no range of whole numbers"),
    ("--n one", "--n wants a number, got `one`"), ("--text x", "--n is required"),
    ("--n 1,2 --text a,b,c --zip", "--n has 2, --text has 3"), ("--n", "--n needs values"),
    ("--n 0..1000000", "the grid has 1000000 points\n   = help: more than 100000 need --yes"),
    ("--n 1,,2", "has an empty value"), ("--n 1 --n 2", "is there twice"),
    ("--n 0..10000000 --text 0..10", ""), ("x", "`x` is not an option"), ("--n 1 --chunk 0", "--chunk is at least 1"),
  ])
  func whatIsNoGridEndsWith2(words: String, message: String) throws {
    let result = try scratch.run("$TW sweep r.tw \(words) --out d; status=$?; ls d 2>/dev/null; exit $status")
    #expect(result.output == "")
    #expect(result.errors.contains(message))
    #expect(result.status == 2)
  }

  @Test func placesAreNeeded() throws {
    #expect(
      try scratch.run("$TW sweep r.tw --n 1").errors.contains("tw sweep needs a folder for its points: --out DIR"))
    #expect(try scratch.run("$TW sweep").status == 2)
    #expect(try scratch.run("$TW sweep nowhere.tw --n 1 --out d").errors.contains("cannot read nowhere.tw"))
    #expect(try scratch.run("$TW sweep r.tw --n 1 --text @nowhere --out d").errors.contains("cannot read nowhere"))
    #expect(
      try scratch.run("PATH=/bin:/usr/bin; mkdir p; PATH=$PWD/p; $TW sweep r.tw --n 1 --out d --slurm '-p cpu'").errors
        .contains("error[E0509]: Slurm's sbatch cannot be loaded"))
  }

  // MARK: Running

  @Test func pointsAreWholeAndFailuresAreNamed() throws {
    let result = try scratch.run(
      "$TW sweep r.tw --n 0..6 --out d; echo $?; \(statuses); ls d/*/ | sort | uniq -c | sort -n | head -2; cat d/*/log | sort | tail -5"
    )
    #expect(result.output.hasPrefix("1\n5\n"))
    #expect(result.output.hasSuffix("n is 0\nn is 1\nn is 2\nn is 4\nn is 5\n"))
    #expect(result.errors.contains(": error[E0701]: three is bad\n5 of 6 points are whole"))
    let again = try scratch.run(
      "sed -i 's/three is bad/still/' r.tw; $TW sweep r.tw --n 3,4 --out d --dry-run; git -c a=b --version >/dev/null; $TW sweep r.tw --n 4,5 --out d; echo $?"
    )
    // Another recipe has other points.
    #expect(again.output.contains("2 points: 0 whole, 2 to do"))
    #expect(again.output.hasSuffix("0\n"))
  }

  @Test func aSecondRunDoesWhatIsMissing() throws {
    let result = try scratch.run(
      """
      $TW sweep r.tw --n 0..3 --out d; touch -d 2020-01-01 d/*/status.json; rm $(ls d/*/status.json | head -1); $TW sweep r.tw --n 0..3 --out d; echo $?
      find d -name status.json -newermt 2021-01-01 | wc -l; $TW sweep r.tw --n 0..3 --out d
      """)
    #expect(result.output == "0\n1\n")
    #expect(result.errors.contains("3 points: 2 whole, 1 to do"))
    #expect(result.errors.contains("3 points: 3 whole, 0 to do"))
  }

  @Test func pointsDependOnWhatTheyAreMadeOf() throws {
    try scratch.write(
      "m.tw",
      "param model: model = \"mini\"\nparam words: file\nparam out: folder\nuse \"lib.tw\" as lib\nsave([lib.x], \"{out}/a.json\")\n"
    )
    let names = "$TW sweep m.tw --words w --model ./v --out d --dry-run | head -1 | cut -c-12"
    let result = try scratch.run(
      """
      echo 'x = 1' >lib.tw; echo a >w; mkdir v; cp '\(Machine.root)'/Models/mini/* v
      \(names); \(names); echo 'x = 2' >lib.tw; \(names); echo b >w; \(names); echo >>v/merges.txt; \(names); echo '#' >>m.tw; \(names)
      """)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 6)
    #expect(lines.first == lines.dropFirst().first)
    #expect(Set(lines).count == 5)
  }

  @Test(arguments: ["INT", "TERM", "KILL"]) func whatIsStoppedIsDoneAgain(signal: String) throws {
    try scratch.write(
      "slow.tw",
      "param n: number\nparam out: folder\nx = 0\nfor i in 0..3000000 { x += 1 }\nsave({n: n}, \"{out}/result.json\")\n"
    )
    let sweep = "$TW sweep slow.tw --n 0..8 --out d -j 2"
    let result = try scratch.run(
      """
      for _ in 1 2 3; do timeout -s \(signal) 1.5 \(sweep) 2>/dev/null; done
      sleep 0.3; pgrep -f "d.*slow.tw" >&2 && echo alive; cat d/*/status.json 2>/dev/null | grep -c failed
      \(sweep) 2>/dev/null; echo $?; \(statuses); ls d/*/result.json | wc -l
      """)
    #expect(result.output == "0\n0\n8\n8\n")
  }

  @Test func twoSweepsAtOnceShareThePoints() throws {
    let result = try scratch.run(
      """
      sed -i 's/^print/for i in 0..200000 { x = i }\\nprint/' r.tw
      $TW sweep r.tw --n 4..12 --out d -j 1 2>/dev/null & $TW sweep r.tw --n 4..12 --out d -j 1 2>/dev/null; wait; $TW sweep r.tw --n 4..12 --out d 2>/dev/null; echo $?; \(statuses)
      """)
    #expect(result.output == "0\n8\n")
  }

  @Test func aRecipeWithoutAFolderWritesIntoItsPoint() throws {
    try scratch.write("f.tw", "param words: file\nsave([len(read_lines(words))], \"n.json\")\n")
    let result = try scratch.run(
      "printf 'a\\nb\\n' >w.txt; $TW sweep f.tw --words w.txt --out d; cat d/*/n.json; ls n.json")
    #expect(result.output == "[\n2\n]\n" || result.output == "[2]\n" || result.output.contains("2"))
    #expect(result.errors.contains("1 of 1 points are whole"))
  }

  @Test func processorsAreShared() throws {
    try scratch.write(
      "t.tw", "param n: number\nparam out: folder\nsave({t: provenance().threads}, \"{out}/result.json\")\n")
    let result = try scratch.run(
      "taskset -c 0,1 $TW sweep t.tw --n 0..2 --out d -j 2; taskset -c 0,1 $TW sweep t.tw --n 0..2 --out e -j 1; cat d/*/result.json e/*/result.json | grep '\"t\"'"
    )
    #expect(result.output.filter(\.isNumber) == "1122")
  }

  @Test func limitsGoAlong() throws {
    let result = try scratch.run(
      "$TW sweep r.tw --n 1 --out d --max-steps 1; $TW sweep --max-steps 1 r.tw --n 2 --out d; cat d/*/log")
    #expect(result.errors.split(separator: "\n").filter { $0.contains("E0603") }.count == 2)
  }

  // MARK: Elsewhere

  @Test func aCommandLineForEachPoint() throws {
    let result = try scratch.run(
      "$TW sweep r.tw --n 0..4 --out 'a d' --list >list; wc -l <list; bash list 2>/dev/null; echo $?; cat 'a d'/*/status.json | grep -c whole; $TW sweep r.tw --n 0..4 --out 'a d' --list | wc -l"
    )
    #expect(result.output == "4\n0\n3\n1\n" || result.output == "4\n1\n3\n1\n")
  }

  @Test func pointsAreGathered() throws {
    let result = try scratch.run(
      "$TW sweep r.tw --n 2,3 --text 'x y' --out d 2>/dev/null; $TW sweep r.tw --n 2,3,4 --text 'x y' --out d --collect all.csv 2>/dev/null; echo $?; cut -d, -f2- all.csv"
    )
    #expect(
      result.output
        == "1\nn,text,status,error,square,result_text\n2,x y,whole,,4,x y\n3,x y,failed,error[E0701]: three is bad,,\n4,x y,missing,,,\n"
    )
  }

  @Test func theScriptForSlurmIsShown() throws {
    let result = try scratch.run("$TW sweep r.tw --n 0..50 --out d --slurm '-p cpu' --dry-run; ls d 2>/dev/null")
    #expect(result.output.hasPrefix("#!/bin/bash\n"))
    #expect(result.output.contains("#SBATCH --requeue\nexec "))
    #expect(
      result.output.contains("sweep --run \(scratch.path)/d --jobs 1 --task \"$((SLURM_ARRAY_TASK_ID + OFFSET))\"\n"))
  }

  /// What sbatch, squeue and scontrol say is made here; the real ones are asked by `make test-real`.
  @Test func tasksAreSubmittedInArraysThatSlurmTakes() throws {
    for (name, body) in [
      (
        "sbatch",
        "echo \"$@\" >>calls; for word; do case $word in --array=*) range=${word#*=};; esac; done; echo \"7$(wc -l <calls);cluster\""
      ),
      ("scontrol", "echo 'MaxArraySize            = 4'"),
    ] {
      try scratch.write("bin-" + name, "#!/bin/bash\n\(body)\n")
    }
    let result = try scratch.run(
      "mkdir bin; for n in sbatch scontrol; do mv bin-$n bin/$n; chmod +x bin/$n; done; PATH=$PWD/bin:$PATH $TW sweep r.tw --n 10..60 --out d --chunk 5 -j 3 --slurm '-p cpu --comment=\"a b\"'; cat calls; ls d/*/params.json | wc -l"
    )
    #expect(result.output.hasPrefix("job 71,72,73: 10 tasks, 50 points\n--parsable --array=0-3%3 --output="))
    #expect(result.output.contains("--array=0-1%3") && result.output.contains("OFFSET=8 -p cpu --comment=a b "))
    #expect(result.output.hasSuffix("50\n"))
    let quote = try scratch.run("PATH=$PWD/bin:$PATH $TW sweep r.tw --n 1 --out e --slurm \"-p 'cpu\"")
    #expect(quote.errors.contains("a quote in `-p 'cpu` does not end"))
    // A task does its own points, from anywhere.
    let task = try scratch.run(
      "cd / && $TW sweep --run '\(scratch.path)/d' --task 9; cd - >/dev/null; \(statuses); $TW sweep --run d --task 99; echo $?; $TW sweep --run nowhere"
    )
    #expect(task.output == "5\n0\n")
    #expect(task.errors.contains("cannot read nowhere/sweep.json"))
  }
}
