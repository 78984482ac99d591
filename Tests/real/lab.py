#!/usr/bin/env python3
"""tw in JupyterLab, in a Chromium without a window: a cell, a table, a figure and a page are run and looked for on the page. Writes a picture of
it to .build/artifacts/notebook.png. lab.py TW"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import websocket

TW = os.path.abspath(sys.argv[1])
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PICTURE = ROOT + "/.build/artifacts/notebook.png"
CELLS = [
    'm = load("mini")\nm',
    'W = m.wte - mean(m.wte, axis=0)\nnearest(W[" king"], W, by="cosine")',
    's = svd(wvo(m.blocks[0].heads[3])).s\nline(s, title="Singular values of W_VO, block 0, head 3", xlabel="direction", ylabel="singular value", width=640, height=320)',
    'scatter3(pca(m.wte, dims=3).embedding[:300], size=0.5, title="300 tokens, three components")',
    'scatter3(m.wte[0:50, 0:3], title="another page")',
    "nothing_here",
]

folder = tempfile.mkdtemp(prefix="tw-lab-")
os.makedirs(folder + "/work")
environment = dict(os.environ, HOME=folder, JUPYTER_PATH=folder + "/share/jupyter", XDG_STATE_HOME=folder + "/state")
for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
    environment.pop(name, None)
subprocess.run([TW, "kernel", "install", "--prefix", folder], check=True, stdout=subprocess.DEVNULL)
notebook = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"display_name": "tw", "language": "tw", "name": "tw"}},
    "cells": [
        {"cell_type": "code", "id": f"cell-{index}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for index, source in enumerate(CELLS)
    ],
}
with open(folder + "/work/tw.ipynb", "w") as file:
    json.dump(notebook, file)
# It would ask whether it may fetch news.
settings = folder + "/.jupyter/lab/user-settings/@jupyterlab/apputils-extension"
os.makedirs(settings)
with open(settings + "/notification.jupyterlab-settings", "w") as file:
    json.dump({"fetchNews": "false", "checkForUpdates": False}, file)


class Page:
    """A page of Chromium, over its debugging protocol."""

    def __init__(self, address):
        profile = folder + "/profile"
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader",
             "--enable-unsafe-swiftshader", "--hide-scrollbars", "--remote-debugging-port=0", "--remote-allow-origins=*",
             f"--user-data-dir={profile}", "--window-size=1200,2600", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        port = wait("the browser", lambda: first_line(profile + "/DevToolsActivePort"))
        targets = wait("a page", lambda: [t for t in json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json")) if t["type"] == "page"])
        self.socket = websocket.create_connection(targets[0]["webSocketDebuggerUrl"], timeout=60)
        self.count = 0
        self.call("Page.navigate", url=address)

    def call(self, method, **parameters):
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.count:
                assert "error" not in answer, answer
                return answer["result"]

    def value(self, script):
        """What a script gives, which may be a promise."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return None if "exceptionDetails" in result else result["result"].get("value")


def first_line(path):
    try:
        with open(path) as file:
            return file.readline().strip()
    except FileNotFoundError:
        return None


def wait(what, look, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = look()
        except OSError:
            found = None
        if found:
            return found
        time.sleep(0.2)
    raise SystemExit(f"lab: {what} did not come in {seconds} s")


log = open(folder + "/lab.log", "w")
server = subprocess.Popen(
    [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser", "--IdentityProvider.token=", "--ServerApp.port=0",
     "--ServerApp.ip=127.0.0.1", "--ServerApp.root_dir=" + folder + "/work",],
    stdout=log, stderr=log, env=environment, cwd=folder + "/work")
page = None
try:
    def address():
        with open(folder + "/lab.log") as file:
            lines = [line.split("http://127.0.0.1:")[1] for line in file if "http://127.0.0.1:" in line]
        return [line.split("/")[0] for line in lines if line.split("/")[0].isdigit() and line.split("/")[0] != "0"]

    port = wait("JupyterLab", address)[0]
    page = Page(f"http://127.0.0.1:{port}/lab/tree/tw.ipynb?reset")
    wait("the notebook", lambda: page.value("document.querySelectorAll('.jp-Notebook .jp-CodeCell').length >= 1 && !!window.jupyterapp"))
    widget = "[...window.jupyterapp.shell.widgets('main')][0]"
    page.value(f"window.jupyterapp.shell.activateById({widget}.id)")
    wait("the kernel", lambda: page.value(f"{widget}.sessionContext?.session?.kernel?.status === 'idle'"))
    page.value("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    outputs = "[...document.querySelectorAll('.jp-CodeCell')].map((cell) => cell.querySelector('.jp-OutputArea-output'))"
    wait("the last output", lambda: page.value(outputs + ".filter(Boolean).length") == len(CELLS))
    states = "[...document.querySelectorAll('.jp-OutputArea-output iframe')].map((frame) => frame.contentDocument?.documentElement?.dataset.state)"
    wait("the pages", lambda: page.value(states) == ["drawn", "drawn"])

    texts = page.value(outputs + ".map((output) => output.innerText)")
    assert texts[0].startswith("model mini: gpt2, 6 blocks"), texts[0]
    rows = page.value("[...document.querySelectorAll('.jp-CodeCell')][1].querySelectorAll('.jp-OutputArea-output table tr').length")
    assert rows == 6, rows
    assert " king" in texts[1] and "cosine" not in texts[1], texts[1]
    size = page.value(
        "(() => { const picture = [...document.querySelectorAll('.jp-CodeCell')][2].querySelector('.jp-OutputArea-output svg, .jp-OutputArea-output img');"
        " const box = picture.getBoundingClientRect(); return [box.width, box.height]; })()")
    assert size[0] > 300 and size[1] > 150, size
    assert "there is no name `nothing_here` here" in texts[5], texts[5]
    copies = page.value("[...document.querySelectorAll('.jp-OutputArea-output iframe')].filter((frame) => frame.srcdoc.length > 1e6).length")
    assert copies == 0, copies
    time.sleep(1)
    picture = page.call("Page.captureScreenshot", format="png")
    os.makedirs(os.path.dirname(PICTURE), exist_ok=True)
    with open(PICTURE, "wb") as file:
        file.write(base64.b64decode(picture["data"]))
    print(f"lab: {len(CELLS)} cells in JupyterLab, a table of {rows} rows, a figure of {size[0]:.0f}x{size[1]:.0f}, two pages; {os.path.relpath(PICTURE, ROOT)}")
except (AssertionError, SystemExit):
    with open(folder + "/lab.log") as file:
        sys.stderr.write(file.read()[-3000:])
    raise
finally:
    if page:
        page.process.terminate()
    server.terminate()
    server.wait(20)
    shutil.rmtree(folder, ignore_errors=True)
