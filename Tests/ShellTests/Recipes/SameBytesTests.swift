// The same recipe, weights and tw give the same bytes on one thread and on several, and the same numbers on another processor.

import Testing

@Suite struct SameBytesTests {
  /// The recipes, with what makes the long ones short.
  private static let recipes = [
    "ablate", "architectures", "attention", "attribution", "checks", "common_nouns", "composition", "ellipsoid",
    "head_atlas", "induction", "ioi", "journeys", "layer_norm", "neurons", "null_space", "probe", "refinement",
    "sentences", "spheres", "steering", "svd_analysis --top 5", "trajectory --rows 1000", "word_embeddings",
    "sweep/next_word",
  ]

  @Test(arguments: recipes) func threadsChangeNoByte(recipe: String) throws {
    let words = recipe.split(separator: " ", maxSplits: 1)
    let (name, rest) = (words[0], words.count > 1 ? words[1] : "")
    let result = try Scratch().run(
      """
      run() { $TW '\(Machine.root)/examples/\(name).tw' \(rest) --out $1 2>/dev/null | sed "s/$1/out/g" >$1.printed; }
      OMP_NUM_THREADS=1 run one_thread && OMP_NUM_THREADS=2 run two_threads
      cmp one_thread.printed two_threads.printed; rm -f */provenance.json; diff -rq one_thread two_threads && find one_thread -type f | wc -l
      """)
    #expect(Int(result.output.filter { !$0.isWhitespace }) ?? 0 > 0, "\(result.output)\(result.errors)")
  }

  @Test func everyRecipeIsRun() throws {
    let found = try Scratch().run("cd '\(Machine.root)/examples' && find . -name '*.tw'").output.split(separator: "\n")
      .count
    // image.tw wants an image of its user.
    #expect(found == Self.recipes.count + 1)
  }

  /// Kernels of other processors round differently: what is printed stays, up to its last digit.
  @Test(arguments: ["Haswell", "Zen"]) func otherKernelsChangeNoPrintedNumber(kernels: String) throws {
    let flags = Set(
      try Scratch().run("grep -m1 ^flags /proc/cpuinfo || true").output.split(separator: " ").map(String.init))
    guard flags.isSuperset(of: ["avx2", "fma"]) else { return }
    for recipe in ["ablate", "layer_norm", "refinement", "word_embeddings"] {
      let result = try Scratch().run(
        """
        $TW '\(Machine.root)/examples/\(recipe).tw' --out a >a.printed; OPENBLAS_CORETYPE=\(kernels) $TW '\(Machine.root)/examples/\(recipe).tw' --out b >b.printed
        sed -i 's/\\ba\\//b\\//g' a.printed; python3 - <<'end'
        import re
        number = re.compile(r"-?\\d+(?:\\.\\d+)?(?:e-?\\d+)?")
        a, b = open("a.printed").read(), open("b.printed").read()
        assert number.sub("#", a) == number.sub("#", b), "\\n".join(p for p in zip(a.split("\\n"), b.split("\\n")) if p[0] != p[1])
        for x, y in zip(number.findall(a), number.findall(b)):
            digits = len(x.split("e")[0].split(".")[1]) if "." in x else 0
            assert abs(float(x) - float(y)) <= 1.01 * 10 ** -digits, (x, y)
        print("same")
        end
        """)
      #expect(result.output == "same\n", "\(recipe): \(result.errors)")
    }
  }
}
