#!/usr/bin/env python3
"""Random keys into the prompt: it must neither crash nor hang, and must leave the terminal as it was.

    tools/fuzz/prompt.py .build/release/tw --sequences 10000 [--seed 1]

Every sequence is a few keys: text, arrows, Tab, control keys, pieces of escape sequences, bytes that are no UTF-8, pasted blocks;
now and then the window takes another size.
After every 10 of them the prompt must still answer `6 * 7`. Prints the last keys and ends with 1 when it does not.
"""
import argparse
import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time

WORDS = [
    b"m", b"m.", b"m.blocks[", b"0", b"].heads", b'm.wte["', b" the", b'"', b"]", b"(", b")", b"{", b"}", b"[", b"nea",
    b"nearest(", b"x = ", b"1 + 1", b"fn f(x) {", b"\\gam", b"\\", b"|> ", b"ans", b":", b":he", b":vars", b":time 1",
    b"?", b"??f", b"use \"", b"load(\"", b"read_csv(\"~/", b"if true {", b"# ", b"r\"", b"\"\"\"", b"=> ", b";", b" ", b",",
    "γ日本😀e\u0301\u200d".encode(), "👩‍👩‍👧".encode(),
    "🇩🇪🇩".encode(), "\U000f0001\U00030001".encode(), "\u0301".encode(),
]
KEYS = [
    b"\r", b"\n", b"\t", b"\t\t", b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1bOA", b"\x1bOB", b"\x1b[H", b"\x1b[F",
    b"\x1b[3~", b"\x1b[1;5C", b"\x1b[1;5D", b"\x7f", b"\x08", b"\x01", b"\x05", b"\x02", b"\x06", b"\x0b", b"\x15", b"\x17",
    b"\x19", b"\x14", b"\x0c", b"\x12", b"\x07", b"\x0e", b"\x10", b"\x16", b"\x00", b"\x1b\r", b"\x1bb", b"\x1bf", b"\x1bd",
    b"\x1b\x7f", b"\x03",
]
BROKEN = [
    b"\x1b", b"\x1b[", b"\x1b[1", b"\x1b[1;", b"\x1b[999999~", b"\x1bO", b"\x1b[200~", b"\x1b[201~", b"\x1b]0;title",
    b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\x80\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xc0\x80",
]


def sequence(chance):
    keys = b""
    for _ in range(chance.randint(1, 8)):
        kind = chance.random()
        if kind < 0.45:
            keys += chance.choice(WORDS)
        elif kind < 0.8:
            keys += chance.choice(KEYS)
        elif kind < 0.9:
            keys += chance.choice(BROKEN)
        elif kind < 0.93:
            keys += b"\x1b[200~" + b"\n".join(chance.choice(WORDS) for _ in range(chance.randint(1, 5))) + b"\x1b[201~"
        else:
            keys += bytes(chance.randrange(256) for _ in range(chance.randint(1, 6)))
    if chance.random() < 0.4:
        keys += b"\r"
    # These leave or stop, or end a line that runs, as they should: Ctrl-D, Ctrl-Z, Ctrl-\.
    return re.sub(rb"[\x04\x1a\x1c]", b"", keys)


class Prompt:
    def __init__(self, binary):
        self.home = tempfile.TemporaryDirectory()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(self.home.name)
            os.environ.update(HOME=self.home.name, TERM="xterm", EDITOR="true", PAGER="cat", XDG_STATE_HOME=self.home.name)
            os.execv(binary, [binary])
        self.before = termios.tcgetattr(self.terminal)
        self.output = b""
        self.wait_for(b"tw> ", 10)

    def read(self, seconds):
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        if not ready:
            return False
        try:
            block = os.read(self.terminal, 1 << 16)
        except OSError:
            return False
        self.output = (self.output + block)[-20000:]
        return bool(block)

    def write(self, keys):
        """Reads while it writes, so that neither side waits for the other."""
        while keys:
            _, ready, _ = select.select([], [self.terminal], [], 0)
            if ready:
                keys = keys[os.write(self.terminal, keys[:256]):]
            if not self.read(0) and not ready and not self.read(5):
                raise Failure("takes no more keys")
        while self.read(0):
            pass

    def wait_for(self, text, seconds):
        end = time.monotonic() + seconds
        while text not in self.output:
            if not self.read(max(0, end - time.monotonic())) or time.monotonic() > end:
                raise Failure("does not answer" if self.is_alive() else "has ended")

    def is_alive(self):
        pid, self.status = os.waitpid(self.pid, os.WNOHANG)
        return pid == 0

    def resize(self, rows, columns):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def check(self):
        # Out of whatever was begun: a paste, a stopped terminal, a search, a line.
        self.write(b"\x1b[201~\x11")
        for _ in range(2):
            self.write(b"\x03")
            time.sleep(0.005)
        self.output = b""
        self.write(b"\x15print(6 * 7, \"is it\")\r")
        self.wait_for(b"42 is it", 20)

    def end(self):
        self.write(b"\x03\x15:quit\r")
        end = time.monotonic() + 20
        while self.read(0.2) or self.is_alive():
            if time.monotonic() > end:
                raise Failure("does not leave")
        if self.status != 0:
            raise Failure(f"leaves with {self.status}")
        if termios.tcgetattr(self.terminal) != self.before:
            raise Failure("leaves another terminal behind")
        os.close(self.terminal)


class Failure(Exception):
    pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("--sequences", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    done, recent, prompt = 0, [], None
    try:
        while done < options.sequences:
            prompt = Prompt(os.path.abspath(options.binary))
            # A new session now and then: it starts with what the last one has left.
            for _ in range(min(500, options.sequences - done)):
                keys = sequence(chance)
                recent = (recent + [keys])[-40:]
                if chance.random() < 0.05:
                    prompt.resize(chance.choice([1, 2, 5, 24, 60]), chance.choice([1, 2, 5, 20, 80, 200]))
                prompt.write(keys)
                done += 1
                if done % 10 == 0:
                    prompt.check()
                    recent = []
            prompt.check()
            prompt.end()
    except (Failure, OSError) as failure:
        print(f"seed {options.seed}, sequence {done}: the prompt {failure}")
        print("keys since it last answered:")
        for keys in recent:
            print("  ", keys)
        print("it showed:", prompt.output[-2000:])
        os.kill(prompt.pid, signal.SIGKILL)
        sys.exit(1)
    print(f"{done} sequences of keys: the prompt answers, and leaves the terminal as it was")


main()
