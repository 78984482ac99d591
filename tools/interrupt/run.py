#!/usr/bin/env python3
"""Ctrl-C in every operation of the registry, at the prompt in a terminal: how long until the next prompt.

    tools/interrupt/run.py .build/release/tw [--only NAME,NAME] [--delays 0.05,0.3,1] [--each 1] [--limit 0.1] [--fail 0.1] [--tries 3]

The operations come from `tw doc`; each gets a large input for the types of its parameters (VALUES in lines.py), or one that makes sense
for it (CALLS). At each of several moments after Enter a Ctrl-C is sent, at half its time where a line ends before; what counts is the time from that
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

from lines import CALLS, ECHOED, EXPERIMENTS, SETUP, SIZES, STATEMENTS, VALUES

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
