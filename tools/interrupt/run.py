#!/usr/bin/env python3
"""Ctrl-C in every operation of the registry, at the prompt in a terminal: how long until the next prompt.

    tools/interrupt/run.py .build/release/tw [--only NAME,NAME] [--delays 0.05,0.3,1] [--each 1] [--limit 0.1] [--fail 0.1] [--tries 3]

The operations come from `tw doc`; each gets a large input for the types of its parameters (VALUES), or one that makes sense for it
(CALLS). At each of several moments after Enter a Ctrl-C is sent, at half its time where a line ends before; what counts is the time from that
key to the next prompt, less the time that the machine gave to other processes. One that is over --fail seconds is tried again, and the
least of --tries counts: what the program does, it does each time, what others do to it not. Prints every one over the limit, with its time
by the clock and the CPU time that all threads of tw took meanwhile, and every operation all of whose lines ended within QUICK
seconds; ends with 1 when one is over --fail.
"""
import argparse
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time
import zlib

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

PROMPT = b"tw> "

# A line that ends sooner reaches the prompt soon without Ctrl-C.
QUICK = 0.04


def operations(binary):
    """Names and signatures, from the reference."""
    page = os.popen(f"'{binary}' doc").read()
    return re.findall(r"^### \w+\n\n```\n(\w+)\((.*)\) -> .*\n```", page, re.M)


def parameters(text):
    """[(types, is_optional)] of a signature's parameters."""
    found = re.findall(r"(\w+)(\.\.\.)?: ([\w| ]+?)( = (?:\"[^\"]*\"|[^,]*))?(?:, |$)", text)
    return [([t.strip() for t in types.split("|")], bool(default)) for _, _, types, default in found]


def calls(name, signature):
    if name in CALLS:
        return CALLS[name] or []
    given = [types for types, is_optional in parameters(signature) if not is_optional]
    if not given:
        return []
    firsts = [value for kind in given[0] for value in VALUES.get(kind, [])]
    result = []
    for first in firsts:
        rest = []
        for types in given[1:]:
            # Two large ones of one kind fit each other.
            fitting = first if any(first in VALUES.get(kind, []) for kind in types) else None
            rest.append(fitting or next((VALUES[kind][0] for kind in types if VALUES.get(kind)), "3"))
        result.append(f"{name}({', '.join([first] + rest)})")
    return result


class Prompt:
    def __init__(self, binary, folder, sizes):
        self.folder = folder
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(HOME=folder, TERM="xterm", EDITOR="true", PAGER="true", XDG_STATE_HOME=folder)
            os.execv(binary, [binary])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 250, 0, 0))
        self.output = b""
        self.expect(20)
        for line in SETUP.format(**sizes).strip().splitlines():
            self.output = b""
            self.send(line.encode() + b"\r")
            if not self.expect(300):
                raise SystemExit(f"no prompt after {line}: {self.output[-300:]!r}")
            if b"error[" in self.output:
                raise SystemExit(f"{line}: {self.output[-600:].decode(errors='replace')}")

    def send(self, keys):
        while keys:
            done = os.write(self.terminal, keys[:1000])
            keys = keys[done:]
            self.read(0)

    def read(self, seconds):
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        if not ready:
            return False
        try:
            block = os.read(self.terminal, 1 << 18)
        except OSError:
            block = b""
        if not block:
            _, status = os.waitpid(self.pid, 0)
            raise EOFError(f"tw ended with status {status}")
        # A sixel query would wait for an answer that no terminal gives here.
        self.output = (self.output + block)[-(1 << 20):]
        return True

    def expect(self, seconds):
        """Waits for a prompt at the end of what has come since `output` was emptied."""
        end = time.monotonic() + seconds
        while True:
            if self.at_prompt():
                return True
            left = end - time.monotonic()
            if left <= 0:
                return False
            self.read(left)

    def at_prompt(self):
        lines = self.output.split(b"\n")
        return len(lines) > 1 and lines[-1].replace(b"\x1b[?2004h", b"").replace(b"\r", b"").endswith(PROMPT)

    def times(self):
        """{thread: (seconds that it ran, seconds that it was ready to run while others ran)}"""
        found = {}
        try:
            for thread in os.listdir(f"/proc/{self.pid}/task"):
                with open(f"/proc/{self.pid}/task/{thread}/schedstat") as file:
                    ran, waited, _ = file.read().split()
                    found[thread] = (int(ran) * 1e-9, int(waited) * 1e-9)
        except OSError:
            pass
        return found

    def interrupt(self, line, delay):
        """(seconds from Ctrl-C to the prompt, the same less what other processes took, CPU seconds of all threads); the seconds it took
        when the line ended."""
        self.output = b""
        begun = time.monotonic()
        self.send(line.encode() + b"\r")
        if self.expect(delay):
            return time.monotonic() - begun
        before = self.times()
        start = time.monotonic()
        self.output = b"\n"
        os.write(self.terminal, b"\x03")
        if not self.expect(60):
            raise EOFError("no prompt 60 s after Ctrl-C")
        wall = time.monotonic() - start
        spent = [(ran - before.get(t, (0, 0))[0], waited - before.get(t, (0, 0))[1]) for t, (ran, waited) in self.times().items()]
        # What the busiest thread waited for; the others wait for it.
        stolen = max(spent, default=(0, 0))[1]
        return wall, max(0.0, wall - stolen), sum(ran for ran, _ in spent)

    def idle(self, line):
        self.output = b""
        self.send(line.encode() + b"\r")
        self.expect(60)

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def write_files(folder, quick):
    count = 400_000 if quick else 2_000_000
    with open(f"{folder}/huge.tw", "w") as file:
        file.write("fn f(g) { g }\n")
        for i in range(count // 2):
            file.write(f"x{i % 1000} = [1, {i}, \"a\", f(x => x + {i})]\n")
    with open(f"{folder}/big.txt", "w") as file:
        text = "".join(f"line {i} of a long file\n" for i in range(count // 4))
        for _ in range(16):
            file.write(text)
    with open(f"{folder}/big.csv", "w") as file:
        file.write("token,id,score\n")
        for i in range(count):
            file.write(f'"word, {i}",{i},{i / 7}\n')
    with open(f"{folder}/big.json", "w") as file:
        file.write("[" + ",".join(f'{{"id": {i}, "token": "word \\u00e9 {i}", "score": [{i / 7}, null]}}' for i in range(count // 2)) + "]")
    with open(f"{folder}/nested.json", "w") as file:
        file.write("{" + ",".join(f'"key{i}": {{"a": {i}}}' for i in range(count // 2)) + "}")
    rows = count * 100
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows},), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(f"{folder}/big.npy", "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + bytes(4 * rows))
    side = int(count ** 0.5 * 8)
    packer = zlib.compressobj(1)
    pixels = b"".join(packer.compress(b"\0" + bytes(3 * side)) for _ in range(side)) + packer.flush()
    with open(f"{folder}/big.png", "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for kind, data in ((b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)), (b"IDAT", pixels), (b"IEND", b"")):
            file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--only", default="")
    parser.add_argument("--delays", default="0.05,0.3,1,2.5")
    parser.add_argument("--each", type=int, help="no more than so many lines for an operation")
    parser.add_argument("--limit", type=float, default=0.1)
    parser.add_argument("--fail", type=float, default=0.1)
    parser.add_argument("--tries", type=int, default=3, help="how often one that is over --fail is tried")
    parser.add_argument("--quick", action="store_true", help="smaller inputs")
    parser.add_argument("--json", help="write all measurements to this file")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    delays = [float(delay) for delay in options.delays.split(",")]
    work = []
    refused = []
    for name, signature in operations(binary):
        work += [(name, f"r = {call};" if not call.startswith(("print", "show", "save")) else call) for call in calls(name, signature)]
    work += [("statement", line.replace("\n", "; ") + ";") for line in STATEMENTS]
    work += [("experiment", f"r = {line};") for line in EXPERIMENTS]
    work += [("echo", line) for line in ECHOED]
    if options.each:
        counts = {}
        for name, line in work:
            counts.setdefault(name, []).append(line)
        work = [(name, line) for name, lines in counts.items()
                for line in (lines if name in ("statement", "experiment", "echo") else lines[:options.each])]
    wanted = set(filter(None, options.only.split(",")))
    work = [(name, line) for name, line in work if not wanted or name in wanted]
    if not work:
        raise SystemExit("there is no such operation")
    measured, over, took = [], [], {}
    with tempfile.TemporaryDirectory() as folder:
        write_files(folder, options.quick)
        prompt = None
        for name, line in work:
            took.setdefault(name, False)
            for delay in delays:
                try:
                    prompt = prompt or Prompt(binary, folder, SIZES["quick" if options.quick else "full"])
                    result = prompt.interrupt(line, delay)
                    shown = prompt.output
                    prompt.idle("r = nil")
                    if isinstance(result, float) and result > QUICK:
                        delay = result / 2
                        result = prompt.interrupt(line, delay)
                        prompt.idle("r = nil")
                    for _ in range(options.tries - 1):
                        if isinstance(result, float) or result[1] <= options.fail:
                            break
                        again = prompt.interrupt(line, delay)
                        prompt.idle("r = nil")
                        if not isinstance(again, float):
                            result = min(result, again, key=lambda one: one[1])
                except EOFError as end:
                    over.append((60.0, 60.0, 0.0, delay, line, str(end)))
                    print(f"{line}  after {delay} s: {end}", flush=True)
                    prompt = None
                    continue
                if isinstance(result, float):
                    error = re.search(rb"error\[E\d+\]: [^\r\n]*", re.sub(rb"\x1b\[[\d;]*m", b"", shown))
                    if error:
                        refused.append((line, error.group(0).decode(errors="replace")[:100]))
                    break
                took[name] = True
                measured.append((*result, delay, line))
                if result[1] > options.limit:
                    over.append((*result, delay, line, ""))
                    wall, fair, own = (1000 * seconds for seconds in result)
                    print(f"{fair:7.0f} ms ({wall:.0f} by the clock, {own:.0f} of CPU) after {delay:.3g} s  {line}", flush=True)
        if prompt:
            prompt.close()
    if options.json:
        with open(options.json, "w") as file:
            json.dump(measured, file)
    for line, error in refused:
        print(f"refused: {line}  {error}")
    short = [name for name in took if not took[name]]
    if short:
        print(f"ended within {QUICK * 1000:.0f} ms:", " ".join(short))
    worst = max((fair for _, fair, *_ in measured), default=0)
    print(f"{len(measured)} interrupts of {len(work)} lines; {len(over)} over {options.limit * 1000:.0f} ms; the worst took {worst * 1000:.0f} ms")
    sys.exit(1 if any(entry[1] > options.fail for entry in over) else 0)


if __name__ == "__main__":
    main()
