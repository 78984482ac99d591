// Words that people bring from Python, NumPy, PyTorch, Julia or a shell, and what says the same here. An exact word of this table
// is worth more than any name that is spelt alike.

package enum OtherLanguages {
  /// Help for a word that is no name here; nil for words that nobody brings.
  package static func help(for word: String) -> String? { syntax[word] ?? names[word] }

  /// Help for a long word that is nearly one of the table. A word with letters more is another one: `ablated` is no slip of `ablate`.
  static func help(forSlipOf word: String) -> String? {
    guard word.count > 4, let near = nearestName(to: word, among: words), word.count <= near.count else { return nil }
    return help(for: near).map { "if `\(near)` is meant: \($0)" }
  }

  /// Help for words of a statement, which do not parse: `def f(x):`.
  static func help(forSyntax word: String) -> String? { syntax[word] }

  /// Help for `x.word` where `x` has no such field: what to write instead. A record's fields are its own: few methods are looked for.
  package static func help(forMethod word: String, ofRecord isRecord: Bool = false) -> String? {
    isRecord ? recordMethods[word] : methods[word]
  }

  /// Help for `r.word` where the record `r` has a field that holds what is called so elsewhere.
  package static func help(forRecordField word: String, among fields: [String]) -> String? {
    activations[word].flatMap { fields.contains($0.field) ? $0.help : nil }
  }

  /// Help for `np.word`: what the function of a library is called here. `isBuiltin`: it is called the same, as an operation or a
  /// value that never changes.
  static func help(for word: String, ofLibrary library: String, isBuiltin: Bool, isConstant: Bool) -> String? {
    guard libraries.contains(library) else { return nil }
    if isBuiltin { return "leave `\(library).` out: \(word)\(isConstant ? "" : "(…)")" }
    return help(for: word).map { "for `\(library).\(word)`: \($0)" }
  }

  /// What an argument of other languages is called here: `dim` is `axis`.
  static func argument(for word: String) -> String? { arguments[word] }

  /// The type of a param that has another name elsewhere.
  static func paramType(for word: String) -> ParamType? { paramTypes[word].flatMap(ParamType.init) }

  /// All words that are no names here.
  package static var words: [String] { names.keys.sorted() }

  /// Every help of every table, with the word it answers.
  package static var allHelp: [(word: String, help: String)] {
    let tables = [syntax, names, methods, recordMethods, activations.mapValues(\.help)]
    return tables.flatMap { $0.map { (word: $0.key, help: $0.value) } }
  }

  private static let syntax: [String: String] = [
    "None": "the empty value is `nil`", "null": "the empty value is `nil`", "True": "write `true`",
    "False": "write `false`",
    "elif": "write `else if`", "elseif": "write `else if`", "def": "a function starts with `fn`",
    "function": "a function starts with `fn`", "func": "a function starts with `fn`",
    "lambda": "a lambda is `x => x + 1`",
    "let": "just assign: x = 1", "var": "just assign: x = 1", "const": "just assign: x = 1",
    "import": "tensors and their functions are built in; a file of your own comes in with `use`: use \"mine.tw\"",
    "from": "tensors and their functions are built in; a file of your own comes in with `use`: use \"mine.tw\"",
    "str": "write string(x), or put the value into a text: \"{x}\"",
    "int": "numbers have one type: round(x) rounds, x // y divides to whole numbers, number(\"3\") reads a text",
    "float": "numbers have one type; number(\"1.5\") reads a text", "dict": "a record is written {name: 1}",
    "self": "there are no methods: functions take what they work on first", "println": "the function is `print`",
    "switch": "write `if … else if …`", "raise": "raise with error(\"…\")", "throw": "raise with error(\"…\")",
    "except": "write `try { … } catch e { … }`", "pass": "an empty block is `{ }`",
    "np": "tensors and their functions are built in",
    "append": "add a list: xs += [x]", "push": "add a list: xs += [x]", "is": "equality is `==`: x == nil",
    "xor": "write `a != b`",
    "del": "names are never deleted",
    "foreach": "write `for x in xs { }`", "end": "a block ends with `}`", "then": "a block starts with `{`",
    "do": "a block starts with `{`",
    "class": "there are no classes: a record holds values, {name: 1}",
    "struct": "there are no types of one's own: a record holds values, {name: 1}",
    "global": "names of the file change only at the top level: let the function give the new value back",
    "nonlocal": "a function changes only its own names: let it give the new value back",
    "loop": "write `while true { }`, or `for x in xs { }`", "until": "write `while not c { }`",
    "unless": "write `if not c { }`",
  ]

  private static let names: [String: String] = table([
    // Values
    ("object Dict map_of hash", "a record is written {name: 1}"),
    ("list tuple vector Vector", "a list is written [1, 2]; a vector of numbers is tensor([1, 2])"),
    ("set Set", "unique(x) leaves out what is there twice"),
    (
      "array Array ndarray asarray matrix Matrix as_tensor from_numpy Tensor",
      "a tensor is made by tensor([[1, 2], [3, 4]])"
    ),
    ("isinstance typeof class_of", "ask for the type: type(x) == \"number\""),
    ("bool boolean", "a comparison gives true or false: x != 0"),
    ("Inf Infinity infinity INFINITY", "infinity is `inf`"), ("NaN NAN", "not a number is `nan`; isnan(x) finds it"),
    ("PI Pi π", "π is `pi`"),
    ("deepcopy copy", "b = a is a copy"),
    ("ans", "only the prompt keeps the last value as `ans`: give it a name, x = …"),
    ("item", "write number(x)"),
    ("tolist to_list", "write map(x, v => v); most functions of lists take tensors as they are"),
    // Shapes
    ("shape", "the shape is a field: x.shape"), ("ndim", "the number of axes is len(x.shape)"),
    ("length size numel nrow count", "write len(x); a tensor's sizes are x.shape"),
    ("dtype astype", "tensors are float32"),
    ("transpose permute swapaxes moveaxis", "write x.T: it turns the order of the axes round"),
    ("flatten ravel", "write reshape(x, -1)"),
    ("view squeeze", "write reshape(x, 3, -1): the sizes it should have, -1 for what is left over"),
    ("unsqueeze expand_dims", "write reshape(x, 1, -1)"),
    (
      "cat concatenate hstack vstack hcat vcat",
      "write concat([a, b]), with axis=1 side by side; stack([a, b]) adds an axis"
    ),
    ("tile repeat repmat", "write concat(map(0..3, i => x)), three times x along the first axis"),
    ("expand expand_as broadcast_to", "sizes of 1 stretch by themselves: x + zeros(3, 4)"),
    ("gather take index_select", "a list of positions is an index: x[[2, 0]], x[:, [2, 0]]"),
    ("flip", "write x[::-1], or x[:, ::-1]"),
    ("full", "write c * ones(3, 4)"), ("identity", "write eye(3)"),
    ("normal rnorm", "random numbers are randn(3, 4, seed=1), normal with deviation 1"),
    ("rand random runif", "random numbers are uniform(3, 4, seed=1), from 0 to 1"),
    ("shuffle sample", "write permutation(xs, seed=1)"),
    ("arange seq", "write 0..5, or range(0, 10, 2)"), ("linspace", "write tensor(0..n) / (n - 1)"),
    // Numbers
    ("pow power", "power is `^`: x ^ 2"), ("mod fmod", "write x % y"), ("divmod", "write x // y and x % y"),
    ("trunc fix", "write sign(x) * floor(abs(x))"), ("ceiling", "write ceil(x)"),
    ("expit logistic", "write sigmoid(x)"), ("percentile", "write quantile(x, 0.95)"),
    ("arctan", "write atan(x)"), ("arctan2", "write atan2(y, x)"), ("arcsin", "write asin(x)"),
    ("arccos", "write acos(x)"),
    ("average", "write mean(x)"),
    ("prod product", "write fold(xs, 1, (a, b) => a * b)"), ("square", "write x ^ 2"),
    // Matrices
    ("matmul mm bmm inner", "the product of matrices is a @ b"),
    ("einsum", "write a @ b, outer(a, b), or a * b and sum(…, axis=…)"),
    (
      "det slogdet",
      "write fold(svd(x).s, 1, (a, b) => a * b) for its absolute value, the product of the singular values"
    ),
    ("argpartition", "write argsort(x)[0:5] for the smallest, topk(x, 5) for the largest"),
    ("amin", "write min(x, axis=0)"),
    ("amax", "write max(x, axis=0)"),
    ("cov", "for the columns of x: c = x - mean(x, axis=0), then c.T @ c / (len(x) - 1)"),
    ("corrcoef corr pearsonr", "write cosine(x - mean(x), y - mean(y))"),
    ("allclose isclose", "write all(abs(a - b) < 1e-5)"), ("inv inverse pinv", "write solve(a, b) for a⁻¹ b"),
    ("linalg", "write norm(x), svd(x), qr(x), eig(x) or solve(a, b)"), ("eigvals eigen", "write eig(x)"),
    ("cosine_similarity", "write cosine(a, b), or similarity(A, B) for all pairs"),
    ("most_similar knn neighbors neighbours", "write nearest(x, space, k=5)"),
    ("tsne TSNE", "write umap(x), or pca(x, 2)"),
    // Lists and texts
    ("head", "write first(xs, 5); a head of a model is m.heads[0]"), ("tail", "write last(xs, 5)"),
    ("sorted", "write sort(xs)"), ("reversed reverse", "write xs[::-1]"),
    ("reduce foldl", "write fold(xs, start, (acc, x) => …)"),
    ("rstrip lstrip", "write strip(s)"), ("ljust rjust zfill", "write \"{s:<12}\", \"{s:>12}\" or \"{n:03}\""),
    ("contains includes has haskey", "write `x in xs`"),
    ("index indexOf find", "write `x in xs`, or loop over enumerate(xs)"),
    ("extend", "add a list: xs += ys"), ("collect", "a list from another is map(xs, x => …)"),
    ("printf sprintf echo puts disp display cout", "write print(\"{x:.3f}\")"),
    ("substr substring slice", "write s[0:5]"), ("trim", "write strip(s)"),
    ("startswith", "write starts_with(s, \"…\")"), ("endswith", "write ends_with(s, \"…\")"),
    ("toupper uppercase", "write upper(s)"), ("tolower lowercase", "write lower(s)"),
    ("fromCharCode", "write chr(code)"),
    // Tables and files
    ("DataFrame data_frame dataframe", "write table({x: [1, 2], y: [3, 4]})"),
    ("iterrows itertuples", "write `for row in t { … row.name … }`"),
    ("groupby", "write group_by(t, \"name\"), or aggregate(t, {name: mean}, by=\"group\")"),
    ("value_counts Counter", "write aggregate(t, {n: len}, by=\"name\")"),
    ("apply applymap vectorize", "write map(xs, x => …); arithmetic works on whole tensors and columns"),
    ("loc iloc", "rows are t[0:5], columns t.name, both t[0:5, \"name\"]"),
    ("dropna isna isnull notna", "write t[t.name != nil]"),
    ("write_csv to_csv save_csv", "write save(t, \"x.csv\")"), ("write_json to_json dump", "write save(x, \"x.json\")"),
    ("write write_text write_lines savetxt", "write save(x, \"x.txt\")"),
    ("write_npy save_npy", "write save(x, \"x.npy\")"),
    ("read open read_file readlines", "files are read by read_text, read_lines, read_csv, read_json and read_npy"),
    ("loadtxt", "write read_csv(\"x.csv\")"),
    ("input readline argv argparse", "a recipe gets its values from the command line: param k: number = 5"),
    // Figures
    (
      "plot draw figure chart graph plt subplots pyplot",
      "figures are made by line, scatter, bars, hist, heatmap, scatter3, arrows3 and surface: line(ys)"
    ),
    ("subplot facet", "grid([a, b]) puts figures side by side"), ("matshow", "write heatmap(x)"),
    ("histogram", "write hist(x)"), ("bar barplot", "write bars(labels, values)"),
    ("scatterplot", "write scatter(x, y)"),
    ("savefig", "write save(fig, \"x.svg\")"),
    // Models
    ("torch jax numpy jnp math scipy sklearn pandas pd", "tensors, tables and their functions are built in"),
    (
      "model AutoModel GPT2Model GPT2LMHeadModel HookedTransformer from_pretrained transformers",
      "a model comes from load: m = load(\"mini\"), or a folder in Hugging Face layout"
    ),
    ("tokenize", "encode(m, text) gives ids, and map(ids, id => decode(m, [id])) their texts"),
    ("embed embedding embeddings", "the token embeddings are m.wte; m.wte[\" king\"] is one of them"),
    ("unembedding", "the unembedding is m.lm_head; unembed(m, x) puts states through it"),
    ("attn", "forward(m, text).attn holds the attention of every head"),
    ("logits predict", "forward(m, text).logits scores what follows each token; topk(…) lists the best"),
    (
      "loss cross_entropy nll_loss perplexity",
      "the loss of a text, from its ids = encode(m, text): p = log_softmax(forward(m, ids).logits), then -mean(p[0..len(ids) - 1, ids[1:]])"
    ),
    (
      "run_with_cache hook hooks activations",
      "forward(m, text) keeps the activations, edit={\"blocks.0.head.1\": x => 0 * x} changes them"
    ),
    ("W_E W_U W_pos", "the weights are fields of a model: m.wte, m.lm_head, m.wpe"),
    ("W_Q W_K W_V W_O", "the weights are fields of a head: m.heads[0].wq, .wk, .wv, .wo"),
    ("hidden_states residual resid", "forward(m, text).resid holds the state after each block"),
    ("mlp", "forward(m, text).mlp holds what each MLP adds; its weights are m.blocks[0].mlp"),
    ("to_tokens", "write encode(m, \"hi\")"), ("to_str_tokens", "write forward(m, text).tokens"),
    ("steering", "write steer(m, text, \"blocks.0.resid\", v)"), ("ablation", "write ablate(m, texts, metric)"),
    ("patching activation_patching", "write patch(m, clean, corrupt, metric)"),
    ("layernorm layer_norm LayerNorm", "write ln(x), or ln(x, norm) with a gain and a bias"),
    // The session
    (
      "dir ls who whos vars locals globals",
      "`:vars` at the prompt lists the session's names; ?x shows the fields of a value"
    ),
    ("clear reset", "`:reset` at the prompt forgets all names"),
    ("cd pwd", "paths start from the folder where tw was started"),
    ("exit quit", "a program ends at its last line; error(\"…\") stops it"),
    ("run source include require", "`:load FILE` at the prompt runs a file; `use \"FILE.tw\"` brings in its names"),
    ("man doc info", "help(\"word\") looks in all descriptions; ?name explains one"),
  ])

  private static let methods: [String: String] = table([
    ("append push add", "add a list, xs += [x]"), ("extend", "add a list, xs += ys"),
    ("pop", "take a slice, xs[:-1]"), ("insert", "join slices, xs[:i] + [x] + xs[i:]"),
    ("length size count numel", "write len(x)"), ("reverse", "write xs[::-1]"),
    ("contains includes has has_key", "write `x in xs`"),
    ("index indexOf find", "write `x in xs`, or loop over enumerate(xs)"),
    ("trim", "write strip(s)"), ("toUpperCase", "write upper(s)"), ("toLowerCase", "write lower(s)"),
    ("startswith startsWith", "write starts_with(s, \"…\")"), ("endswith endsWith", "write ends_with(s, \"…\")"),
    ("forEach", "write `for x in xs { … }`"), ("reduce", "write fold(xs, start, (acc, x) => …)"),
    ("copy clone", "b = a is a copy"),
    ("transpose permute swapaxes", "write x.T"), ("ndim dim", "write len(x.shape)"), ("dtype", "tensors are float32"),
    ("shape", "write len(x), or tensor(x).shape"),
    ("item", "write number(x)"), ("tolist to_list", "write map(x, v => v)"),
    ("flatten ravel", "write reshape(x, -1)"),
    ("squeeze view", "write reshape(x, 3, -1), the sizes it should have, -1 for what is left over"),
    ("unsqueeze", "write reshape(x, 1, -1)"), ("repeat tile", "write concat(map(0..3, i => x))"),
    ("expand expand_as", "sizes of 1 stretch by themselves: x + zeros(3, 4)"),
    ("gather index_select", "write x[[2, 0]], or x[:, [2, 0]]"),
    ("numpy detach cpu cuda to float astype", "leave it out: tensors are float32 numbers and nothing else"),
    ("matmul mm bmm", "write a @ b"), ("average", "write mean(x)"), ("prod", "write fold(x, 1, (a, b) => a * b)"),
    ("head", "write first(x, 5)"), ("tail", "write last(x, 5)"), ("isna isnull", "write t.name == nil"),
    ("dropna", "write t[t.name != nil]"), ("iterrows itertuples", "write `for row in t { … row.name … }`"),
    ("value_counts", "write aggregate(t, {n: len}, by=\"name\")"), ("merge", "write join(t, u, on=\"name\")"),
    ("pivot_table crosstab", "write pivot(t, rows=…, columns=…, values=…, with=mean)"),
    ("agg summarize summarise", "write aggregate(t, {name: mean}, by=\"name\")"),
    ("loc iloc", "rows are t[0:5], columns t.name, both t[0:5, \"name\"]"), ("columns", "write keys(t)"),
    ("to_csv write_csv", "write save(t, \"x.csv\")"), ("to_json", "write save(t, \"x.json\")"),
    ("savefig", "write save(fig, \"x.svg\")"), ("plot", "write line(ys), scatter(x, y), hist(x) or heatmap(x)"),
    ("groupby", "write group_by(t, \"name\"), or aggregate(t, {name: mean}, by=\"group\")"),
    ("sort_values", "write sort_by(t, …)"), ("apply", "write map(xs, x => …)"),
  ])

  private static let recordMethods: [String: String] = table([
    ("items", "write items(r), or `for key, value in r { }`"), ("get setdefault", "write get(r, \"key\", 0)"),
    ("update", "write merge(r, s), or assign the keys: r.a = 1"), ("pop", "write remove(r, \"key\")"),
    ("contains includes has has_key", "write `\"key\" in r`"), ("length size count", "write len(r)"),
    ("copy clone", "b = a is a copy"), ("to_json", "write save(r, \"x.json\")"),
  ])

  /// What the fields of a forward record are called elsewhere, each with the field that is meant.
  private static let activations: [String: (field: String, help: String)] = [
    (
      "head heads pattern attention attentions", "attn",
      "the attention of head 1 in block 0 is r.attn[0][1]; the head's weights are m.blocks[0].heads[1]"
    ),
    (
      "hidden_states residual stream", "resid",
      "the state before block 0 is r.resid[0], that after the last r.resid[-1]"
    ),
    ("cache", "resid", "what is kept are its fields: r.resid, r.attn, r.mlp and r.logits"),
  ].reduce(into: [:]) { table, row in
    let (words, field, help) = row
    for word in words.split(separator: " ") { table[String(word)] = (field, help) }
  }

  private static let libraries: Set<String> = [
    "np", "numpy", "torch", "jax", "jnp", "nn", "F", "math", "scipy", "sklearn", "pandas", "pd",
  ]

  private static let arguments: [String: String] = [
    "dim": "axis", "dims": "axis", "keepdim": "keep", "keepdims": "keep", "n_neighbors": "neighbors", "topk": "k",
  ]

  private static let paramTypes: [String: String] = table([
    ("int integer float double num Number numeric", "number"), ("str String text", "string"), ("boolean Bool", "bool"),
    ("List array tuple vector", "list"), ("Model network", "model"), ("File path Path", "file"),
    ("Folder dir directory", "folder"),
  ])

  /// "a b" → help as a → help, b → help.
  package static func table(_ rows: [(words: String, help: String)]) -> [String: String] {
    var table: [String: String] = [:]
    for (words, help) in rows {
      for word in words.split(separator: " ") { table[String(word)] = help }
    }
    return table
  }
}
