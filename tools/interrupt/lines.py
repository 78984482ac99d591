"""The lines that tools/interrupt/run.py types: inputs that are large, and what is done with each of them."""

# What is large, by type. Each is computed once a session and held by a name. The sizes make most operations take a second or more.
SETUP = """
m = load("mini")
T = randn({n}, seed=1)
BIG = concat([T, T, T, T, T, T, T, T])
WIDE = reshape(BIG, -1, 1000)
M = randn({side}, {side}, seed=2)
P = randn({points}, 32, seed=3)
L = map(0..{items}, i => i * 7919 % 1000003)
W = map(0..{items}, i => "word {{i * 7919 % 1000003}}")
LL = map(0..{items} // 4, i => [i, "a", [i]])
TEXT = "to be or not to be, "; for i in 0..{doublings} {{ TEXT += TEXT }}
TB = table({{a: L, b: W}})
PAIRS = map(0..{items}, i => ["k{{i}}", i])
R = record(PAIRS)
CELLS = table({{r: map(0..{items}, i => i // 10), c: map(0..{items}, i => i % 10), v: L}})
RS = map(0..{items} // 8, i => {{a: i, b: "x{{i}}"}})
FIG = scatter(randn({points}, 2, seed=4))
FIG3 = scatter3(randn({points}, 3, seed=5))
H = heatmap(randn(1000, 1000, seed=6))
IDS = map(0..4 * {items}, i => i % 90)
LONG = map(0..200, i => i * 37 % 8000)
OTHER = map(0..200, i => if i == 20 {{ 9 }} else {{ i * 37 % 8000 }})
SAYS = logit_difference(m, " at", " for")
"""
SIZES = {
    "full": dict(n=30_000_000, side=4000, points=200_000, items=3_000_000, doublings=22),
    "quick": dict(n=6_000_000, side=1500, points=30_000, items=1_000_000, doublings=21),
}

VALUES = {
    "tensor": ["BIG", "M"], "list": ["L", "W"], "string": ["TEXT"], "record": ["R"], "table": ["TB"], "range": ["0..30_000_000"],
    "any": ["L", "LL", "TEXT", "TB", "R", "T"], "model": ["m"], "tokenizer": ["m.tokenizer"], "function": ["x => x"],
    "factored": ["wqk(m.blocks[0].heads[0])"], "figure": ["FIG"], "head": ["m.blocks[0].heads[0]"], "mask": ["(T > 0)"],
    "number": ["3"], "bool": ["true"], "nil": [],
}

# What a signature does not tell. None: it takes nothing that can be large, or does the same little work however large it is.
CALLS = {
    # A path or nothing; a model's header is read, its weights are mapped.
    "load": None, "models": None, "tokenizer": None, "time": None,
    # One token, one head, one code point.
    "token_bytes": None, "wqk": None, "wvo": None, "chr": None,
    # The tokens of a model, which are as many as its file says.
    "tokens": None,
    # One look at the value; of a text its bytes are counted, a hundred megabytes in some milliseconds.
    "type": None, "len": None,
    # References to the columns of a table.
    "rename": None,
    # A number for each row; the two small factors of a head, as large as the model says.
    "trace": None, "dense": None,
    "first": ["first(TEXT, len(TEXT) // 2)"], "last": ["last(TEXT, len(TEXT) // 2)"],
    "values": ["values(R)"], "keys": ["keys(R)"],
    "error": ["error(TEXT)"], "assert": ["assert(false, TEXT)"],
    # What is large in them is a name that does not exist, or a text that is none of one code point.
    "drop": ["drop(TB, TEXT)"], "get": ["get(R, TEXT)"], "ord": ["ord(TEXT)"],
    "remove": ['remove(R, "k1")', "remove(R, TEXT)"],
    "record": ["record(PAIRS)"], "items": ["items(R)", "items(TB)"], "merge": ["merge(R, R)"],
    "aggregate": ['aggregate(CELLS, {n: len}, by="r")', 'aggregate(TB, {n: len}, by="b")'],
    "pivot": ['pivot(CELLS, "r", "c", "v")', "pivot(TB, TEXT, TEXT, TEXT)"],
    "same": ["same(L, map(L, x => x))", "same(BIG, BIG + 0)"], "from_bytes": ["from_bytes(bytes(TEXT))"],
    "kmeans": ["kmeans(P, 8)", "kmeans(P, 300)"], "linkage": ["linkage(P[0:6000])"], "similarity": ["similarity(P)"],
    "kron": ["kron(M, ones(8, 8))"], "label": ["label(T[0:len(W)], rows=W)"],
    "quantile": ["quantile(T, 0.5)", "quantile(T, [0.1, 0.9])", "quantile(M, 0.5, axis=0)"], "median": ["median(T)", "median(M, axis=1)"],
    "permutation": ["permutation(30_000_000)", "permutation(0..30_000_000)", "permutation(L)"],
    "randint": ["randint(0, 9, 100_000_000)"], "uniform": ["uniform(100_000_000)"],
    "logsumexp": ["logsumexp(BIG)", "logsumexp(M, axis=0)", "logsumexp(0..30_000_000)", "logsumexp(L)"],
    "encode": ["encode(m, TEXT)"], "decode": ["decode(m, IDS)"],
    "forward": ["forward(m, IDS)", "forward(m, map(0..20000, i => IDS[0:60]))"],
    "copying_score": ["map(0..100, i => copying_score(m.blocks[0].heads))"], "composition_scores": ["composition_scores(m)"],
    "nearest": ["nearest(P, P)", "nearest(P[0], P, k=1000)"],
    "distance": ["distance(P, P)", "distance(BIG, BIG)"], "cosine": ["cosine(WIDE, WIDE)", "cosine(BIG, BIG)"],
    "project": ["project(M, M[0:100])"], "zeros": ["zeros(30000, 30000)"], "ones": ["ones(30000, 30000)"], "eye": ["eye(30000)"],
    "randn": ["randn(30000, 30000)"], "concat": ["concat([BIG, BIG])", "concat([L, L])"], "stack": ["stack([BIG, BIG])"],
    "reshape": ["reshape(WIDE.T, -1)"], "tril": ["tril(WIDE)"], "triu": ["triu(WIDE)"], "diag": ["diag(T[0:30000])"],
    "where": ["where(BIG > 0, BIG, 0)", "where(TB.a > 3, TB.a, 0)"],
    "sum": ["sum(BIG)", "sum(M, axis=0)", "sum(reshape(BIG, 1, -1), axis=1)", "sum(L)", "sum(TB.a)"],
    "exp": ["exp(BIG)", "exp(M)", "exp(L)", "exp(W)", "exp(TB.a)"], "maximum": ["maximum(BIG, 0)", "maximum(TB.a, 3)"],
    "outer": ["outer(T[0:30000], T[0:30000])"], "dot": ["dot(BIG, BIG)"],
    "solve": ["solve(M, M)"], "eig": ["eig(M)"], "eigh": ["eigh(M + M.T)"], "qr": ["qr(M)"],
    "svd": ["svd(M)", "svd(M, top=20)"], "rank": ["rank(M)"], "umap": ["umap(P, epochs=200)", "umap(P[0:4000])"],
    "pca": ["pca(P)", "pca(M)"],
    "trustworthiness": ["trustworthiness(P, P[:, 0:2])"], "topk": ["topk(T, 5)", "topk(T, len(T) // 6)"],
    "cumsum": ["cumsum(BIG)", "cumsum(M, axis=0)", "cumsum(M)", "cumsum(L)"],
    "argsort": ["argsort(T)", "argsort(M)", "argsort(M, axis=0)", "argsort(L)"],
    "unique": ["unique(T)", "unique(L)", "unique(W)", "unique(LL)"],
    "sort": ["sort(T)", "sort(L)", "sort(W)", "sort(LL)", "sort(T, reverse=true)", "sort(M)"],
    "sort_by": ["sort_by(L, x => -x)", "sort_by(W, x => x)", 'sort_by(TB, "a")', "sort_by(TB, r => r.b)"],
    "group_by": ["group_by(L, x => x)", "group_by(W, x => x)", 'group_by(TB, "a")', "group_by(0..3_000_000, x => x % 2)"],
    "line": ["line(T)", "show(line(T))", 'save(line(T), "x.svg")', 'save(line(T), "x.csv")'],
    "scatter": ["scatter(P[:, 0:2])", "show(FIG)", 'save(FIG, "x.svg")', 'save(FIG, "x.html")', 'save(FIG, "x.csv")', 'save(FIG, "x.png")'],
    "scatter3": ["scatter3(P[:, 0:3])", 'save(FIG3, "x.svg")', 'save(FIG3, "x.html")', "show(FIG3)", 'save(FIG3, "x.png")',
                 "scatter3(P[:, 0:3], labels=map(0..len(P), i => \"p{i}\"))"],
    "arrows3": ["arrows3(P[:, 0:3])", 'save(arrows3(P[:, 0:3]), "x.svg")'],
    "surface": ["surface(WIDE)", 'save(surface(M[0:400, 0:400]), "x.svg")', 'save(surface(M[0:400, 0:400]), "x.html")',
                "show(surface(M[0:400, 0:400]))"],
    "heatmap": ["heatmap(M)", "show(heatmap(M))", 'save(H, "x.svg")', 'save(H, "x.html")', 'save(H, "x.png")'],
    "bars": ["bars(W, L)", "show(bars(W[0:100000], L[0:100000]))", 'save(bars(W[0:100000], L[0:100000]), "x.svg")'],
    "hist": ["hist(T)", "hist(T, bins=100)", "hist(L)", "hist(M)", "show(hist(T, bins=50))"],
    "grid": ["grid(map(0..400, i => FIG))", 'save(grid([FIG, FIG3, H]), "x.svg")', 'save(grid([FIG, FIG]), "x.html")'],
    "range": ["range(0, 300_000_000, 3)"], "map": ["map(0..30_000_000, x => x)", "map(L, x => [x])", "map(TEXT, c => c)"],
    "filter": ["filter(0..30_000_000, x => x > 3)", "filter(TB, r => r.a > 3)"], "fold": ["fold(0..30_000_000, 0, (a, x) => a + x)"],
    "zip": ["zip(L, W)"], "enumerate": ["enumerate(L)", "enumerate(TEXT)"],
    "split": ['split(TEXT, " ")', "split(TEXT)", 'split(TEXT, ", to be")'], "join": ['join(W, ", ")', 'join(L, ", ")', "join(TEXT)"],
    "strip": ['strip(TEXT, "to be,rn")', 'strip(" " + TEXT)'],
    "replace": ['replace(TEXT, "be", "is")', 'replace(TEXT, "xyz", "")', 'replace(TEXT, "", "")'],
    "starts_with": ["starts_with(TEXT, TEXT)"], "ends_with": ["ends_with(TEXT, TEXT)"],
    "format": ['format(TEXT, ">10")', "format(L, \">10\")"],
    "number": ["number(TEXT)", 'number(replace(TEXT, "to be or not to be, ", "1"))'],
    "tensor": ["tensor(L)", "tensor(map(0..1000000, i => [i, i]))"],
    "read_lines": ['read_lines("big.txt")'], "read_text": ['read_text("big.txt")'], "read_csv": ['read_csv("big.csv")'],
    "read_json": ['read_json("big.json")', 'read_json("nested.json")'], "read_npy": ['read_npy("big.npy")'],
    "read_image": ['read_image("big.png")'],
    "save": ['save(L, "x.json")', 'save(TB, "x.csv")', 'save(TB, "x.md")', 'save(TB, "x.tex")', 'save(TEXT, "x.txt")', 'save(T, "x.npy")',
             'save({a: T}, "x.npz")', 'save({a: T}, "x.safetensors")', 'save(TB, "x.json")', 'save(TB, "x.txt")', 'save(L, "x.txt")',
             'save(R, "x.json")', 'save(M, "x.csv")'],
    "print": ["print(L)", "print(LL)", "print(R)", "print(TB)", "print(T)", "print(W)", "print(L, L)", "print(RS)"],
    "show": ["show(T)", "show(TB)", "show(M)", "show(L)", "show(W)"], "help": ["help(TEXT)", "help(W)"],
    "progress": ["map(progress(0..30_000_000), x => x)"],
    "min": ["min(BIG)", "min(L)", "min(M, axis=0)", "min(reshape(BIG, 1, -1), axis=1)"], "max": ["max(BIG)", "max(L)"],
    "table": ["table(RS)", "table({a: L, b: W})", "table({a: T})"],
    "norm": ["norm(WIDE, axis=0)", "norm(BIG)", "norm(M, axis=1)"], "ln": ["ln(WIDE)", "ln(BIG)"], "round": ["round(BIG, 2)"],
}

# The experiments of the library, each one call in tw: patterns, ablations, patches, gradients, texts that are written, fits.
EXPERIMENTS = [
    'map(0..10000, i => head_scores(m, "induction"))', 'map(0..10000, i => attribution(m, LONG, " the"))', "patch(m, LONG, OTHER, SAYS)",
    'patch(m, LONG, OTHER, SAYS, at="pattern")', 'attribution_patch(m, LONG, OTHER, SAYS, at="z", check=10000)',
    'map(0..10000, i => path_patch(m, LONG, OTHER, "blocks.0.head.3", "blocks.5.resid", SAYS))', 'map(0..1000, i => ablate(m, LONG, SAYS))',
    'ablate(m, map(0..64, i => OTHER), SAYS, by="mean")', 'direction(m, map(0..5000, i => LONG), map(0..5000, i => OTHER), "blocks.3.resid")',
    'map(0..10000, i => steer(m, "time", "blocks.3.resid", m.wte[5], n=100))',
    'activating(m, map(0..20000, i => LONG), "blocks.3.mlp.hidden", 17)', "probe(P[:, 0:8], map(0..len(P), i => i % 3))",
    'probe(P[:, 0:8], map(0..len(P), i => i % 2), kind="ridge")', 'forward(m, map(0..5000, i => LONG), keep="resid", grad=SAYS)',
]

# What is no operation, but works on values all the same.
STATEMENTS = [
    "for c in TEXT { c }", '"zz" in TEXT', "TEXT == TEXT + \"\"", "TEXT < TEXT + \"a\"", "L == map(L, x => x)", "L + L", "L < L + [1]",
    "T + 1", "T + T", "T * M[0, 0]", "T[::2]", "T > 0", "T[T > 0]", "M @ M", "M.T + M", "M[:, 0]", "M[[1, 2, 3]]", "-T", "T ^ 2", "T == T",
    "L[::2]", "L[map(L, x => true)]", "L[map(L, x => 5)]", "TEXT[5:len(TEXT)]", "TEXT[::-1]", "TEXT[10_000_000]", "len(TEXT)", "3 in L", '"w" in W',
    "[3] in LL", "max(L...)", 'TB.a', "TB[0:1000000]", "TB[::-1]", "TB[[1, 2, 3]]", "TB == TB", "R == R",
    '"{L}"', '"{R}"', '"{TB}"', '"{T}"', '"{TEXT:>10}{TEXT}"', "for x in T { x }", "for r in TB { r }", "for k in R { k }", "for x in M { x }",
    "while true { }", "fn f() { f() }\nf()", "L2 = L; L2[0] = 1", "T2 = T; T2[0] = 1", "TB2 = TB; TB2[0, \"a\"] = 1", "R2 = R; R2.zz = 1",
    "LL2 = LL; LL2[5] = 1", "x = map(0..3_000_000, i => [i, [i]]); x = nil; while true { }", "m.wte[W]", "T[L]",
    "x = []; for i in 0..300_000_000 { x += [[i]] }", "x = \"\"; while true { x += \"some text\" }",
    "coverage(svd(M), 0.9)", 'map(0..10000, i => generate(m, "time", 100))', "logit_lens(m, IDS[0:60])", 'use "huge.tw" as huge',
    "try { while true { } } catch e { e.code }", "x = [0]; while true { x = [x] }",
]
# Values that are shown: the prompt's own work.
ECHOED = ["T", "M", "L", "W", "LL", "TEXT", "TB", "R", "RS", "FIG", "FIG3", "H", "[L, L, L]", "{a: L, b: TEXT}", "[T, TB, FIG]", "TB[0:10]",
          "table({a: map(0..100, i => L)})", "table({a: map(0..30, i => TEXT)})", "[TEXT, TEXT]", ":vars", ":time sum(T)", ":last"]
