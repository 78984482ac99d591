"""`:pull` in a cell, from a hub on this machine: how far it has come, an interrupt, and no network. pull.py TW HUB.PY"""

import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest

HUB = os.path.abspath(sys.argv.pop(2))

from kernels import Kernel  # noqa: E402

WEIGHTS = bytes(i * i % 251 for i in range(200_000))


class Hub:
    """Tests/servers/hub.py with one repository, org/tiny."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = self.folder.name
        os.makedirs(self.path + "/repos/org/tiny")
        for name, data in (("config.json", b'{"model_type": "gpt2"}'), ("model.safetensors", WEIGHTS), ("tokenizer.json", b"{}")):
            with open(f"{self.path}/repos/org/tiny/{name}", "wb") as file:
                file.write(data)
        self.server = subprocess.Popen([sys.executable, HUB, self.path, str(os.getpid())])
        end = time.monotonic() + 20
        while not os.path.exists(self.path + "/port"):
            assert time.monotonic() < end, "the hub does not listen"
            time.sleep(0.02)
        with open(self.path + "/port") as file:
            port = file.read().split()[0]
        self.environment = {"HF_ENDPOINT": f"http://127.0.0.1:{port}", "HF_HOME": self.path + "/home"}

    def mood(self, *moods):
        with open(self.path + "/moods.json", "w") as file:
            json.dump({"model.safetensors": list(moods)}, file)

    def log(self):
        with open(self.path + "/log") as file:
            return file.read().splitlines()

    def close(self):
        self.server.kill()
        self.server.wait()
        self.folder.cleanup()


def shown(text):
    """The lines that JupyterLab shows of a stream: what stands behind a carriage return is put over the beginning of its line."""
    lines = []
    for line in text.split("\n"):
        seen = ""
        for part in line.rstrip("\r").split("\r"):
            seen = part + seen[len(part):]
        lines.append(seen.rstrip())
    return lines


def texts(messages):
    return [m["content"]["text"] for m in messages if m["msg_type"] == "stream"]


class Pulls(unittest.TestCase):
    def setUp(self):
        self.hub = Hub()
        self.kernel = self.start()

    def tearDown(self):
        self.kernel.close()
        self.hub.close()

    def start(self, **environment):
        own = {**os.environ, **self.hub.environment, **environment}
        for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN"):
            own.pop(name, None)
        return Kernel(env=own)

    def folder(self):
        (folder,) = glob.glob(self.hub.path + "/home/hub/models--org--tiny/snapshots/*")
        return folder

    def test_a_line_is_drawn_anew_while_bytes_come_and_the_last_ones_stay(self):
        self.hub.mood("slow")
        answer, messages = self.kernel.run(":pull org/tiny")
        self.assertEqual(answer["status"], "ok")
        self.assertEqual({m["content"]["name"] for m in messages if m["msg_type"] == "stream"}, {"stdout"})
        text = "".join(texts(messages))
        # 3 s of bytes: some drawings, each with more bytes than the one before, and no more than four a second.
        drawn = re.findall(r"\r?model\.safetensors  █*[^ ]* *(\d+)(?:\.\d+)? kB of 200 kB  \d+ kB/s  \d:\d\d left  \((?:\d) of 3 files, \d+ %\)", text)
        self.assertGreater(len(set(drawn)), 3, text)
        self.assertLess(len(drawn), 20, text)
        self.assertEqual(drawn, sorted(drawn, key=int))
        self.assertGreater(len(texts(messages)), 3)
        self.assertLess(len(texts(messages)), 30)
        lines = shown(text)
        self.assertRegex(lines[0], r"^tokenizer\.json  2 bytes(  \d+ bytes/s)?$")
        self.assertRegex(lines[1], r"^config\.json  22 bytes(  \d+ bytes/s)?$")
        self.assertRegex(lines[2], r"^model\.safetensors  200 kB  \d+ kB/s$")
        self.assertRegex(lines[3], r"^3 files, 200 kB in 0:\d\d$")
        self.assertEqual(lines[4:], [self.folder(), ""])
        with open(self.folder() + "/model.safetensors", "rb") as file:
            self.assertEqual(file.read(), WEIGHTS)
        # What is here already is only named.
        self.assertEqual(self.kernel.text(":pull org/tiny"), self.folder() + "\n")

    def test_an_interrupt_ends_it_and_the_next_one_goes_on(self):
        client = self.kernel.client
        seconds = []
        # A busy machine may take its time once.
        for _ in range(3):
            self.hub.mood("slow")
            request = client.execute(":pull org/tiny")
            text = ""
            while "kB of 200 kB" not in text:
                message = client.get_iopub_msg(timeout=20)
                if message["msg_type"] == "stream":
                    text += message["content"]["text"]
            start = time.monotonic()
            self.kernel.manager.interrupt_kernel()
            answer, messages = self.kernel.answer(request)
            seconds.append(time.monotonic() - start)
            self.assertEqual((answer["status"], answer["ename"], answer["evalue"]), ("error", "E0604", "interrupted"))
            # Nothing of the unfinished line stays.
            self.assertEqual(shown(text + "".join(texts(messages)))[-1], "")
            if min(seconds) < 0.3:
                break
        self.assertLess(min(seconds), 0.3)
        self.assertEqual(self.kernel.data("1 + 1")["text/plain"], "2")
        self.hub.mood("ok")
        lines = shown(self.kernel.text(":pull org/tiny"))
        self.assertRegex(lines[-3], "^1 file, 200 kB in 0:")
        self.assertEqual(lines[-2:], [self.folder(), ""])
        self.assertTrue(any(" bytes=" in line for line in self.hub.log()), self.hub.log())
        with open(self.folder() + "/model.safetensors", "rb") as file:
            self.assertEqual(file.read(), WEIGHTS)

    def test_without_a_network_the_place_is_named_and_the_notebook_goes_on(self):
        for environment, code, says in (
            ({"HF_ENDPOINT": "http://127.0.0.1:9"}, "E0511", "port 9"),
            ({"HF_HUB_OFFLINE": "1"}, "E0605", "HF_HUB_OFFLINE=1 is set: nothing is sent to the hub"),
        ):
            kernel = self.start(**environment)
            try:
                answer, messages = kernel.run(":pull org/tiny")
                self.assertEqual((answer["status"], answer["ename"]), ("error", code), answer)
                self.assertIn(says, answer["evalue"])
                # What it tries again it says; no line of progress is left.
                self.assertEqual(
                    [m["msg_type"] for m in messages if m["msg_type"] != "stream"], ["status", "execute_input", "error", "status"])
                self.assertNotIn("█", "".join(texts(messages)))
                self.assertEqual(kernel.data("1 + 1")["text/plain"], "2")
            finally:
                kernel.close()


if __name__ == "__main__":
    unittest.main()
