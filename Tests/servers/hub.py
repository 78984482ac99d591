#!/usr/bin/env python3
"""A hub on 127.0.0.1 with the answers of Hugging Face's, the awkward ones too. Two ports: the hub and, as another host, the store of large files.

hub.py FOLDER PID: runs as long as the process PID and the folder are there. FOLDER/repos/ORG/NAME/FILE are the repositories; FOLDER/port gets "HUB STORE" once both listen; FOLDER/log gets a line a request:
who was asked, method, path, Range, and whether a token came along. What FOLDER/moods.json says changes answers; it is read for each request:

  {"FILE": ["MOOD", ...]}    the first mood is used up by the next GET of that file, the last one stays

Moods: ok, cut (half of the bytes, then the connection ends), wrong (other bytes), whole (200 in spite of Range), 416, 429, 500, 403 (a signed
address that is too old), slow, silent, long (more bytes), nolength (no length, the end of the connection is the end of the file).
"""

import hashlib
import http.server
import json
import os
import sys
import threading
import time
import urllib.parse

folder = os.path.abspath(sys.argv[1])
commit = hashlib.sha1(b"one commit").hexdigest()
lock = threading.Lock()
large = 1000  # bytes from which on a file is kept as Git LFS keeps it


def path_of(repo, name):
    return os.path.join(folder, "repos", repo, name)


def settings(name):
    try:
        with open(os.path.join(folder, name)) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def mood_of(name):
    with lock:
        moods = settings("moods.json")
        waiting = moods.get(name, ["ok"])
        if len(waiting) > 1:
            moods[name] = waiting[1:]
            with open(os.path.join(folder, "moods.json"), "w") as file:
                json.dump(moods, file)
        return waiting[0]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def git_sha1(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def note(self):
        port = self.server.server_address[1]
        who = "hub" if port == hub.server_address[1] else "store"
        token = self.headers.get("Authorization", "-").replace("Bearer ", "")
        with lock, open(os.path.join(folder, "log"), "a") as log:
            log.write(" ".join([who, self.command, self.path, self.headers.get("Range", "-"), token]) + "\n")

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code, message="", **more):
        self.answer(status, b"no", X_Error_Code=code, X_Error_Message=message, **more)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        self.note()
        url = urllib.parse.urlsplit(self.path)
        path = urllib.parse.unquote(url.path)
        if path.startswith("/store/"):
            repo, name = path.removeprefix("/store/").split("/resolve/")
            return self.contents(repo, name, self.headers.get("Range"))
        if "/tree/" in path:
            return self.tree(*path.removeprefix("/api/models/").split("/tree/"))
        if path.startswith("/api/models/"):
            repo, _, revision = path.removeprefix("/api/models/").partition("/revision/")
            return self.list(repo, revision or "main")
        repo, rest = path.lstrip("/").split("/resolve/")
        revision, name = rest.split("/", 1)
        self.resolve(repo, revision, name)

    def gate(self, repo):
        """Whether the repository answers with something else than itself."""
        token = self.headers.get("Authorization")
        if repo == "org/gated":
            self.refuse(403 if token else 401, "GatedRepo", "Access to model org/gated is restricted. You sent " + str(token))
        elif repo == "org/badtoken" and token:
            self.refuse(401, "", "Invalid credentials in Authorization header")
        elif repo == "org/old-name":
            self.answer(307, Location=self.path.replace("org/old-name", "org/new-name"))
        elif repo == "org/busy":
            self.answer(429, Retry_After="1000")
        elif repo == "org/down":
            self.answer(503)
        elif repo == "org/strange":
            self.answer(200, b"<html>a page</html>")
        elif not os.path.isdir(os.path.join(folder, "repos", repo)):
            self.refuse(401 if not token else 404, "RepoNotFound", "Repository not found")
        else:
            return False
        return True

    def list(self, repo, revision):
        if self.gate(repo):
            return
        mood = mood_of("list")
        if mood != "ok":
            return self.answer(int(mood), Retry_After="0")
        if revision not in ("main", "refs/pr/1", commit):
            return self.refuse(404, "RevisionNotFound", "Invalid rev id")
        siblings = self.siblings(repo)
        self.answer(200, json.dumps({"id": repo, "sha": commit, "siblings": siblings}).encode(), Content_Type="application/json")

    def tree(self, repo, revision):
        """The list that Python's snapshot_download asks for."""
        entries = []
        for file in self.siblings(repo):
            entry = {"type": "file", "path": file["rfilename"], "size": file["size"], "oid": "0" * 40}
            if "lfs" in file:
                entry["lfs"] = {"oid": file["lfs"]["sha256"], "size": file["size"], "pointerSize": 134}
            entries.append(entry)
        self.answer(200, json.dumps(entries).encode(), Content_Type="application/json")

    def siblings(self, repo):
        root = os.path.join(folder, "repos", repo)
        siblings = []
        for at, _, names in os.walk(root):
            for name in names:
                with open(os.path.join(at, name), "rb") as file:
                    data = file.read()
                entry = {"rfilename": os.path.relpath(os.path.join(at, name), root), "size": len(data)}
                if len(data) >= large:
                    entry["lfs"] = {"sha256": sha256(data), "size": len(data), "pointerSize": 134}
                siblings.append(entry)
        return siblings + [{"rfilename": name, "size": 4} for name in settings("ghosts.json").get(repo, [])]

    def resolve(self, repo, revision, name):
        if self.gate(repo):
            return
        if revision not in ("main", "refs/pr/1", commit):
            return self.refuse(404, "RevisionNotFound")
        if not os.path.isfile(path_of(repo, name)):
            return self.refuse(404, "EntryNotFound")
        with open(path_of(repo, name), "rb") as file:
            data = file.read()
        if len(data) < large:
            if self.command == "HEAD":
                return self.answer(200, ETag='W/"%s"' % git_sha1(data), X_Repo_Commit=commit, Content_Length=len(data))
            return self.contents(repo, name, self.headers.get("Range"))
        place = "http://localhost:%d/store/%s/resolve/%s?signature=secret%f" % (
            store.server_address[1], repo, urllib.parse.quote(name), time.time())
        headers = {"X_Repo_Commit": commit, "X_Linked_Etag": '"%s"' % sha256(data), "X_Linked_Size": len(data), "ETag": '"other"'}
        if "nosize" in settings("moods.json"):
            del headers["X_Linked_Size"]
        self.answer(302, b"Found. Redirecting", Location=place, **headers)

    def contents(self, repo, name, wanted):
        with open(path_of(repo, name), "rb") as file:
            data = file.read()
        mood = mood_of(name) if self.command == "GET" else "ok"
        if mood == "429":
            return self.answer(429, Retry_After="1")
        if mood in ("500", "403", "416"):
            return self.answer(int(mood))
        if mood == "wrong":
            data = bytes(len(data))
        if mood == "long":
            data += b"more"
        start = int(wanted.removeprefix("bytes=").split("-")[0]) if wanted and mood != "whole" else 0
        if start >= len(data) > 0:
            return self.answer(416, Content_Range="bytes */%d" % len(data))
        body = data[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", "bytes %d-%d/%d" % (start, len(data) - 1, len(data)))
        if mood == "nolength":
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if mood == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(2)
        elif mood == "silent":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            time.sleep(20)
        elif mood == "slow":
            for at in range(0, len(body), max(1, len(body) // 30)):
                self.wfile.write(body[at : at + max(1, len(body) // 30)])
                self.wfile.flush()
                time.sleep(0.1)
        else:
            self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


hub = Server(("127.0.0.1", 0), Handler)
store = Server(("127.0.0.1", 0), Handler)
for server in (hub, store):
    threading.Thread(target=server.serve_forever, daemon=True).start()
with open(os.path.join(folder, "port.new"), "w") as file:
    file.write("%d %d" % (hub.server_address[1], store.server_address[1]))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
# The folder goes with the test.
while os.path.exists("/proc/" + sys.argv[2]) and os.path.isdir(folder):
    time.sleep(0.2)
