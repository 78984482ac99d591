"""A kernel of tw for the tests of this folder: `environment` installs it into a folder of its own, `Kernel` runs it and talks to it."""

import os
import subprocess
import sys
import tempfile
import time

TW = os.path.abspath(sys.argv.pop(1))
FOLDER = tempfile.TemporaryDirectory()
WORK = os.path.join(FOLDER.name, "work")
os.makedirs(WORK)
os.environ["HOME"] = FOLDER.name
os.environ["XDG_STATE_HOME"] = os.path.join(FOLDER.name, "state")
os.environ["JUPYTER_PATH"] = os.path.join(FOLDER.name, "share", "jupyter")
for name in ("JUPYTER_DATA_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
    os.environ.pop(name, None)
subprocess.run([TW, "kernel", "install", "--prefix", FOLDER.name], check=True, stdout=subprocess.DEVNULL)

from jupyter_client.manager import KernelManager  # noqa: E402


class Kernel:
    """A kernel that runs in a folder of its own, and a client of it."""

    def __init__(self, **options):
        self.manager = KernelManager(kernel_name="tw")
        self.manager.start_kernel(cwd=WORK, **options)
        self.client = self.connect()

    def connect(self):
        client = self.manager.blocking_client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        return client

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code, client=None, **options):
        """The reply, and what was published for it."""
        client = client or self.client
        return self.answer(client.execute(code, **options), client)

    def answer(self, request, client=None, timeout=60):
        client = client or self.client
        published = self.published(request, client, timeout)
        return reply(client, request, timeout), published

    def published(self, request, client=None, timeout=60):
        """Messages for a request, up to the one that says that the kernel is idle again."""
        client = client or self.client
        messages = []
        while True:
            message = client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != request:
                continue
            messages.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages

    def text(self, code, **options):
        """What a cell writes to standard output."""
        return "".join(m["content"]["text"] for m in self.run(code, **options)[1] if m["msg_type"] == "stream")

    def data(self, code):
        """All forms of a cell's value."""
        return [m["content"]["data"] for m in self.run(code)[1] if m["msg_type"] == "execute_result"][0]


def reply(client, request, timeout=60):
    """The content of the answer to a request on the shell channel."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        message = client.get_shell_msg(timeout=timeout)
        if message["parent_header"].get("msg_id") == request:
            return message["content"]
    raise TimeoutError(request)
