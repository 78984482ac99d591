#!/usr/bin/env python3
"""Puts realistic mistakes into the sources, one at a time, and reports those that no test notices.

    tools/mutants/run.py [--only 3,17] [--room Lang] [--seconds 120] [--folder .build/mutants]

The mistakes are listed in tools/mutants/*.toml, a file for each room:

    [[mutant]]
    file = "Sources/Lang/Parser/Parser+Expressions.swift"
    at = ".percent: (7, .modulo)"      # stands once in the file; without `at`, `right` itself does
    right = "7"                        # stands once in `at`
    wrong = "8"
    what = "% binds tighter than *"
    tests = "ConformanceTests"         # the suites that ought to notice, as `swift test --filter` takes them

All of them are compiled into one copy of the sources, behind `tw_mutant(N) ? wrong : right`, with N from the environment
(TW_MUTANT), so that one build serves them all. `kind = "statement"` puts whole statements behind an `if` instead, and
`kind = "condition"` is an expression without the brackets around it, for the parts of a `guard`.
First the suites run without any mistake: they must pass. The exit status is 1 where fewer than 95 % are noticed.
"""
import argparse, os, pathlib, re, shutil, subprocess, sys, time, tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = pathlib.Path(__file__).resolve().parent
SHARE = 0.95

SWITCH = """
/// Whether mutant `number` is the one that runs now.
static inline __attribute__((unused)) bool tw_mutant(int number) {
  extern int tw_active_mutant;
  return tw_active_mutant == number;
}
"""
ACTIVE = """
#include <stdlib.h>
int tw_active_mutant;
__attribute__((constructor)) static void tw_choose_mutant(void) {
  const char *number = getenv("TW_MUTANT");
  tw_active_mutant = number ? atoi(number) : 0;
}
"""


def fail(text):
    sys.exit(f"mutants: {text}")


def mutants():
    """All of the lists, numbered from 1 in the order of the files."""
    found = []
    for path in sorted(HERE.glob("*.toml")):
        for entry in tomllib.loads(path.read_text())["mutant"]:
            found.append(entry | {"room": path.stem, "number": len(found) + 1})
    return found


def once(text, part, what):
    if text.count(part) != 1:
        fail(f"{what}: `{part}` stands {text.count(part)} times, once is needed")
    return text.index(part)


def switched(mutant):
    """What stands in the place of `right`."""
    right, wrong, flag = mutant["right"], mutant["wrong"], f"tw_mutant({mutant['number']})"
    match mutant.get("kind", "expression"):
        case "statement":
            return f"if {flag} {{ {wrong} }} else {{ {right} }}"
        case "condition":
            return f"({flag} ? {wrong} : {right})"
        case "expression":
            return f"({flag} ? ({wrong}) : ({right}))"
        case other:
            fail(f"{mutant['what']}: kind {other!r} is none of expression, condition, statement")


def copy(folder, chosen):
    """The sources with all mistakes in them, written only where they changed, so that a second build is short."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True)
    files = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    edits = {}
    for mutant in chosen:
        edits.setdefault(mutant["file"], []).append(mutant)
    for name in edits:
        if name not in files:
            fail(f"there is no file {name}")
    for name in files:
        source, target = ROOT / name, folder / name
        content = source.read_bytes()
        if name in edits:
            content = mutated(name, content.decode(), edits[name]).encode()
        if name.endswith("CPlatform/include/platform.h"):
            text = content.decode()
            end = text.rindex("#endif") if "#endif" in text else len(text)
            content = (text[:end] + SWITCH + text[end:]).encode()
        if target.is_file() and target.read_bytes() == content:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        shutil.copymode(source, target)
    (folder / "Sources/CPlatform/mutant.c").write_text(ACTIVE)
    for extra in ("share", "Package.resolved"):
        if (ROOT / extra).exists() and not (folder / extra).exists():
            (folder / extra).symlink_to(ROOT / extra)


def mutated(name, text, edits):
    places = []
    for mutant in edits:
        what = f"{name}, {mutant['what']}"
        context = mutant.get("at", mutant["right"])
        start = once(text, context, what) + once(context, mutant["right"], what)
        places.append((start, start + len(mutant["right"]), mutant))
    places.sort(key=lambda place: place[0])
    for (_, end, one), (start, _, other) in zip(places, places[1:]):
        if start < end:
            fail(f"{name}: `{one['what']}` and `{other['what']}` overlap")
    for start, end, mutant in reversed(places):
        text = text[:start] + switched(mutant) + text[end:]
    if name.endswith(".swift") and not re.search(r"^import CPlatform$", text, re.M):
        # After the comment that begins the file.
        lines = text.split("\n")
        at = next((i for i, line in enumerate(lines) if line and not line.startswith("//")), 0)
        lines.insert(at, "import CPlatform")
        text = "\n".join(lines)
    return text


def test(folder, filters, number, seconds):
    """Runs the suites with one mistake active. Returns whether they failed, and for how long they ran."""
    command = ["swift", "test", "-c", "release", "--disable-testable-imports", "--disable-xctest", "--no-parallel",
               "--skip-build", "--filter", filters]
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env=os.environ | {"TW_MUTANT": str(number)}, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
        failed = process.returncode != 0
        if not failed and not re.search(r"Test run with [1-9]\d* tests?", output):
            fail(f"the filter {filters!r} selects no test")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        output, _ = process.communicate()
        failed = True
    return failed, time.monotonic() - start, output


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--only", help="numbers, by commas")
    p.add_argument("--room", help="one list: its name without .toml")
    p.add_argument("--seconds", type=float, default=120, help="a run that takes longer has noticed the mistake")
    p.add_argument("--folder", type=pathlib.Path, default=ROOT / ".build/mutants")
    a = p.parse_args()

    every = mutants()
    chosen = [m for m in every if not a.room or m["room"] == a.room]
    if a.only:
        wanted = {int(n) for n in a.only.split(",")}
        chosen = [m for m in chosen if m["number"] in wanted]
    if not chosen:
        fail("no mistake is chosen")
    copy(a.folder, every)
    build = ["swift", "test", "list", "-c", "release", "--disable-testable-imports", "--disable-xctest"]
    for command in (["swift", "build", "-c", "release"], build):
        done = subprocess.run(command, cwd=a.folder, capture_output=True, text=True)
        if done.returncode != 0:
            errors = [line for line in (done.stdout + done.stderr).split("\n") if "error:" in line]
            fail("the sources with the mistakes in them do not compile:\n" + "\n".join(errors[:20]))

    for filters in sorted({m["tests"] for m in chosen}):
        failed, seconds, output = test(a.folder, filters, 0, a.seconds * 5)
        if failed:
            fail(f"{filters} fails without any mistake:\n{output[-3000:]}")
        print(f"{filters}: {seconds:.0f} s without a mistake", flush=True)

    survivors = []
    for m in chosen:
        noticed, seconds, _ = test(a.folder, m["tests"], m["number"], a.seconds)
        if not noticed:
            survivors.append(m)
        print(f"{m['number']:>4} {'noticed ' if noticed else 'SURVIVES'} {seconds:5.1f} s  {m['file']}: {m['what']}",
              flush=True)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mistakes are noticed")
    for m in survivors:
        print(f"  not noticed: {m['number']} {m['file']}: {m['what']} (by {m['tests']})")
    sys.exit(0 if len(survivors) <= (1 - SHARE) * len(chosen) else 1)


if __name__ == "__main__":
    main()
