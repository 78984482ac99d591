#!/usr/bin/env python3
"""Puts realistic mistakes into the sources, one at a time, and reports those that no test notices.

    tools/mutants/run.py [--only 3,17] [--room lang] [--seconds 120] [--folder .build/mutants]
    tools/mutants/run.py --check

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

First the suites run without any mistake: they must pass, and they note which mistakes they come by (TW_MUTANT=-1), the language suite
for each of its programs. Then each mistake runs in the suites that come by it, the quickest first, until one fails; of the language
suite only the programs that come by it, those first that come by few others. The exit status is 1 where fewer than 95 % are noticed.
`--check` says only whether every mistake of the lists still has its place in the sources, which takes no time.
"""
import argparse, concurrent.futures, os, pathlib, re, shutil, subprocess, sys, tempfile, time, tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = pathlib.Path(__file__).resolve().parent
SHARE = 0.95
BUNDLE = ".build/release/traveling-wordsPackageTests.xctest"
LANGUAGE = "Conformance"
# So many programs of the language suite are tried before all that come by a mistake are.
FIRST = 40

SWITCH = """
extern int tw_active_mutant;
void tw_come_by_mutant(int number);
/// Whether mutant `number` is the one that runs now.
static inline __attribute__((unused)) bool tw_mutant(int number) {
  if (tw_active_mutant < 0) tw_come_by_mutant(number);
  return tw_active_mutant == number;
}
"""
ACTIVE = """
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int tw_active_mutant;
static const char *notes;
static char program[4096];

__attribute__((constructor)) static void tw_choose_mutant(void) {
  const char *number = getenv("TW_MUTANT");
  tw_active_mutant = number ? atoi(number) : 0;
  notes = getenv("TW_MUTANT_NOTES");
  if (tw_active_mutant >= 0 || !notes) return;
  // The program of the language that this process runs, if it does.
  int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  char words[4096];
  ssize_t size = file < 0 ? 0 : read(file, words, sizeof words - 1);
  if (file >= 0) close(file);
  words[size > 0 ? size : 0] = 0;
  for (char *word = words; word < words + size; word += strlen(word) + 1) {
    size_t length = strlen(word);
    if (!program[0] && length > 3 && strcmp(word + length - 3, ".tw") == 0) strcpy(program, word);
  }
}

/// Notes, once, that this process came by a mutant.
void tw_come_by_mutant(int number) {
  static char noted[1000];
  if (number >= 1000 || __atomic_exchange_n(&noted[number], 1, __ATOMIC_RELAXED) || !notes) return;
  int before = errno, file = open(notes, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  char line[4200];
  int length = snprintf(line, sizeof line, "%d %s\\n", number, program);
  if (file >= 0) {
    if (write(file, line, (size_t)length) < 0) noted[number] = 0;
    close(file);
  }
  errno = before;
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


def by_file(chosen):
    edits = {}
    for mutant in chosen:
        edits.setdefault(mutant["file"], []).append(mutant)
    for name in edits:
        if not (ROOT / name).is_file():
            fail(f"there is no file {name}")
    return edits


def copy(folder, chosen):
    """The sources with all mistakes in them, written only where they changed, so that a second build is short."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True)
    files = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    edits = by_file(chosen)
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


def test(folder, suite, number, seconds, programs=None, notes=None):
    """Runs a suite with one mistake active. Returns whether it failed, for how long it ran, and what it printed."""
    command = [str(folder / BUNDLE), "--testing-library", "swift-testing", "--no-parallel", "--filter", rf"[./]{suite}[./(]"]
    environment = os.environ | {"TW_MUTANT": str(number)}
    if programs: environment["TW_PROGRAMS"] = ",".join(programs)
    if notes: environment["TW_MUTANT_NOTES"] = str(notes)
    start = time.monotonic()
    with tempfile.TemporaryFile() as written:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=written,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            failed = process.wait(timeout=seconds) != 0
        except subprocess.TimeoutExpired:
            failed = True
        try:
            os.killpg(process.pid, 9)
        except ProcessLookupError:
            pass
        process.wait()
        written.seek(0)
        output = written.read().decode(errors="replace")
    if not failed and not re.search(r"Test run with [1-9]\d* tests?", output):
        fail(f"the filter {suite!r} selects no test")
    return failed, time.monotonic() - start, output


class Suites:
    """What each suite comes by, found by a run without any mistake."""

    def __init__(self, folder, seconds):
        self.folder, self.seconds = folder, seconds
        self.duration, self.reached, self.programs = {}, {}, {}

    def explore(self, suite):
        with tempfile.TemporaryDirectory() as place:
            notes = pathlib.Path(place) / "notes"
            failed, self.duration[suite], output = test(self.folder, suite, -1, self.seconds * 5, notes=notes)
            if failed:
                fail(f"{suite} fails without any mistake:\n{output[-3000:]}")
            lines = {tuple(line.split(" ", 1)) for line in notes.read_text().splitlines()} if notes.exists() else set()
        self.reached[suite] = {int(number) for number, _ in lines}
        if suite == LANGUAGE:
            for number, program in lines:
                if program: self.programs.setdefault(int(number), set()).add(program)
        print(f"{suite}: {self.duration[suite]:.0f} s without a mistake, comes by {len(self.reached[suite])}", flush=True)

    def runs(self, mutant):
        """The suite, and of the language suite the programs, in the order in which they are tried."""
        number = mutant["number"]
        here = [suite for suite in mutant["tests"].split("|") if number in self.reached[suite]]
        for suite in sorted(here, key=lambda suite: 0 if suite == LANGUAGE else self.duration[suite]):
            if suite != LANGUAGE:
                yield suite, None
                continue
            busy = {}
            for programs in self.programs.values():
                for program in programs: busy[program] = busy.get(program, 0) + 1
            order = sorted(self.programs.get(number, ()), key=lambda program: (busy[program], program))
            if order: yield f"{suite}/everyProgramPrintsWhatItsCommentsExpect", order[:FIRST]
            # The pass after formatting, too; what only `tw fmt` comes by has no program.
            yield suite, order or None

    def notice(self, mutant):
        """Which suite notices a mistake, or None; how long it took; how many runs there were."""
        start, count = time.monotonic(), 0
        for suite, programs in self.runs(mutant):
            count += 1
            longest = max(self.seconds, 5 * self.duration.get(suite, 0))
            if test(self.folder, suite, mutant["number"], longest, programs)[0]:
                return suite, time.monotonic() - start, count
        return None, time.monotonic() - start, count


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--only", help="numbers, by commas")
    p.add_argument("--room", help="one list: its name without .toml")
    p.add_argument("--seconds", type=float, default=120, help="a run that takes longer has noticed the mistake")
    p.add_argument("--jobs", type=int, default=2, help="so many mistakes are tried at once")
    p.add_argument("--folder", type=pathlib.Path, default=ROOT / ".build/mutants")
    p.add_argument("--check", action="store_true", help="says only whether every mistake has its place in the sources")
    a = p.parse_args()

    every = mutants()
    if a.check:
        for name, edits in by_file(every).items():
            mutated(name, (ROOT / name).read_text(), edits)
        return
    chosen = [m for m in every if not a.room or m["room"] == a.room]
    if a.only:
        wanted = {int(n) for n in a.only.split(",")}
        chosen = [m for m in chosen if m["number"] in wanted]
    if not chosen:
        fail("no mistake is chosen")
    copy(a.folder, every)
    # Not `swift test list`, which knows nothing of --disable-testable-imports and builds everything a second time.
    build = ["swift", "test", "-c", "release", "--disable-testable-imports", "--disable-xctest", "--filter", "VersionTests"]
    for command in (["swift", "build", "-c", "release"], build):
        done = subprocess.run(command, cwd=a.folder, capture_output=True, text=True)
        if done.returncode != 0:
            errors = [line for line in (done.stdout + done.stderr).split("\n") if "error:" in line]
            fail("the sources with the mistakes in them do not compile:\n" + "\n".join(errors[:20]))

    suites = Suites(a.folder, a.seconds)
    for suite in sorted({suite for m in chosen for suite in m["tests"].split("|")}):
        suites.explore(suite)

    survivors = []
    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for m, (suite, seconds, count) in zip(chosen, pool.map(suites.notice, chosen)):
            if not suite: survivors.append(m | {"runs": count})
            print(f"{m['number']:>4} {'noticed ' if suite else 'SURVIVES'} {seconds:5.1f} s  {m['file']}: {m['what']}"
                  + (f" ({suite.split('/')[0]})" if suite else ""), flush=True)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mistakes are noticed")
    for m in survivors:
        why = f"by {m['tests']}" if m["runs"] else f"no test of {m['tests']} comes by"
        print(f"  not noticed: {m['number']} {m['file']}: {m['what']} ({why})")
    sys.exit(0 if len(survivors) <= (1 - SHARE) * len(chosen) else 1)


if __name__ == "__main__":
    main()
