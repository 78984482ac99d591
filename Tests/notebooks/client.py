"""What jupyter_kernel_test leaves out, with Jupyter's own client: interrupts, restarts, several clients, forged messages, much output. client.py TW"""

import glob
import json
import os
import re
import signal
import subprocess
import time
import unittest

from kernels import FOLDER, TW, WORK, Kernel, reply

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Cells(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel()

    @classmethod
    def tearDownClass(cls):
        cls.kernel.close()

    def setUp(self):
        self.kernel.run(":reset")

    # Values

    def test_every_part_of_a_cell_answers_and_the_last_is_the_result(self):
        answer, messages = self.kernel.run('print("a")\n1 + 1\nx = 5;\nx * 2')
        self.assertEqual(answer["status"], "ok")
        kinds = [m["msg_type"] for m in messages]
        self.assertEqual(kinds, ["status", "execute_input", "stream", "display_data", "execute_result", "status"])
        self.assertEqual(messages[3]["content"]["data"]["text/plain"], "2")
        self.assertEqual(messages[4]["content"]["data"]["text/plain"], "10")
        self.assertEqual(messages[4]["content"]["execution_count"], answer["execution_count"])
        self.assertEqual(self.kernel.data("ans + 1")["text/plain"], "11")

    def test_a_table_is_html_with_its_markup_escaped(self):
        data = self.kernel.data('table({name: ["<b>", "a & b"], n: [1, 2.5]})')
        self.assertEqual(data["text/plain"], "name     n\n<b>    1.0\na & b  2.5")
        html = data["text/html"]
        self.assertIn("&lt;b&gt;</td>", html)
        self.assertIn("a &amp; b</td>", html)
        self.assertRegex(html, r'<td style="text-align:right[^>]*>2\.5</td>')
        self.assertEqual(html.count("<tr>"), 3)

    def test_a_long_table_says_how_many_rows_it_has(self):
        html = self.kernel.data("table({n: 0..1000})")["text/html"]
        self.assertEqual(html.count("<tr>"), 1 + 30 + 1 + 5)
        self.assertIn("35 of 1000 rows", html)

    def test_figures_are_pictures_whose_names_are_unique(self):
        names = []
        for _ in range(2):
            data = self.kernel.data("line([1, 3, 2])")
            self.assertTrue(data["text/plain"].startswith("figure 800x500"))
            self.assertTrue(data["image/png"].startswith("iVBORw0KGgo"))
            svg = data["image/svg+xml"]
            self.assertTrue(svg.startswith("<svg"))
            own = set(re.findall(r"\sid=[\"']([^\"']+)[\"']", svg))
            self.assertTrue(own)
            used = set(re.findall(r"(?:href=[\"']|url\()#([^\"')]+)", svg))
            self.assertTrue(used <= own, used - own)
            names.append(own)
        self.assertFalse(names[0] & names[1])

    def test_pages_share_one_copy_of_plotly(self):
        code = "scatter3([[1, 2, 3], [4, 5, 6]])"
        # Other spaces: another cell.
        first, second, again = [self.kernel.data(cell)["text/html"] for cell in (code, " " + code, code)]
        for html in (first, second, again):
            self.assertEqual(html.count("<iframe"), 1)
            self.assertIn("srcdoc=", html)
        has_library = os.path.exists(os.path.join(ROOT, "share/plotly.min.js"))
        self.assertEqual("window.twPlotly = " in first, has_library)
        self.assertNotIn("window.twPlotly = ", second)
        self.assertLess(len(second), 200_000)
        # The cell that brought it brings it again: its first output is gone.
        self.assertEqual("window.twPlotly = " in again, has_library)

    def test_long_work_is_a_display_that_is_updated(self):
        _, messages = self.kernel.run("for i in progress(0..40) { k = 0; while k < 1e6 { k = k + 1 } }")
        shown = [m for m in messages if m["msg_type"] in ("display_data", "update_display_data")]
        self.assertEqual([m["msg_type"] for m in shown[:2]], ["display_data", "update_display_data"])
        self.assertEqual(len({m["content"]["transient"]["display_id"] for m in shown}), 1)
        self.assertRegex(shown[-1]["content"]["data"]["text/plain"], r"^40 in all  \d+\.\d s$")

    def test_output_comes_while_a_cell_runs(self):
        code = 'print("first")\ni = 0\nwhile i < 1e12 { i = i + 1 }'
        request = self.kernel.client.execute(code)
        while True:
            message = self.kernel.client.get_iopub_msg(timeout=20)
            if message["msg_type"] == "stream":
                break
        self.assertEqual(message["content"]["text"], "first\n")
        self.kernel.manager.interrupt_kernel()
        self.kernel.answer(request)

    # Commands

    def test_commands_work_in_a_cell(self):
        self.kernel.run("x = [1, 2]")
        self.assertRegex(self.kernel.text(":vars"), r"(?m)^x +list +2 ")
        self.assertRegex(self.kernel.text(":time 1 + 1"), r"s \(half of \d+ runs")
        self.assertIn(":save FILE.tw", self.kernel.text(":help"))
        self.kernel.run("y = x[1] * 3\ny")
        self.assertIn("saved.tw: ", self.kernel.text(":save saved.tw"))
        with open(os.path.join(WORK, "saved.tw")) as file:
            self.assertEqual(file.read(), "x = [1, 2]\ny = x[1] * 3\nprint(y)\n")
        answer, _ = self.kernel.run(":edit")
        self.assertEqual((answer["status"], answer["evalue"]), ("error", "there is no terminal for an editor here"))

    def test_questions_are_pages_as_at_the_prompt(self):
        answer, _ = self.kernel.run("?nearest")
        text = answer["payload"][0]["data"]["text/plain"]
        self.assertTrue(text.startswith("nearest(x: "))

    # Positions

    def test_positions_are_code_points(self):
        client = self.kernel.client
        code = 'x = "🎉🎉e\u0301"; neares'
        answer = reply(client, client.complete(code, len(code)))
        self.assertEqual(answer["matches"], ["nearest"])
        self.assertEqual((answer["cursor_start"], answer["cursor_end"]), (len(code) - 6, len(code)))
        answer = reply(client, client.complete(code + " # more 🎉", len(code)))
        self.assertEqual(answer["cursor_end"], len(code))
        answer = reply(client, client.inspect('"🎉🎉"; nearest(1)', 8))
        self.assertTrue(answer["found"])
        self.assertTrue(answer["data"]["text/plain"].startswith("nearest("))

    def test_completion_knows_values(self):
        self.kernel.run('m = load("mini")')
        client = self.kernel.client
        self.assertIn("blocks", reply(client, client.complete("m."))["matches"])
        self.assertEqual(reply(client, client.complete("m.blocks[0].ln_2"))["matches"], ["ln_2", "ln_2_post"])
        answer = reply(client, client.complete('m.wte[" kin'))
        self.assertIn(" king", [match.removesuffix('"]') for match in answer["matches"]])
        self.assertEqual(answer["cursor_start"], len('m.wte["'))
        self.assertEqual(reply(client, client.complete("\\gamma"))["matches"], ["γ"])
        self.assertEqual(reply(client, client.complete("1\n:va"))["matches"], ["vars"])

    def test_inspection_has_two_levels(self):
        client = self.kernel.client
        self.kernel.run("double = (x) => x * 2")
        short = reply(client, client.inspect("double(", 7, detail_level=0))["data"]["text/plain"]
        source = reply(client, client.inspect("double", 3, detail_level=1))["data"]["text/plain"]
        self.assertIn("(x) => …", short)
        self.assertIn("x * 2", source)
        self.assertFalse(reply(client, client.inspect("no_such_name", 4))["found"])

    def test_an_unfinished_cell_is_indented_by_its_brackets(self):
        client = self.kernel.client
        answer = reply(client, client.is_complete("f = (x) => {\n  g(["))
        self.assertEqual((answer["status"], answer["indent"]), ("incomplete", "      "))

    # Errors

    def test_an_error_names_its_cell_and_aborts_those_behind_it(self):
        client = self.kernel.client
        requests = [client.execute(code) for code in ("a = 1", "\nnothing_here", "a = 2", "a = 3")]
        answers = [reply(client, request) for request in requests]
        self.assertEqual([a["status"] for a in answers], ["ok", "error", "aborted", "aborted"])
        self.assertEqual(answers[1]["ename"], "E0201")
        self.assertRegex("\n".join(answers[1]["traceback"]), r"--> <cell \d+>:2:1")
        self.assertEqual(self.kernel.data("a")["text/plain"], "1")

    def test_cells_go_on_behind_an_error_where_the_client_wants_it(self):
        client = self.kernel.client
        requests = [client.execute("nothing_here", stop_on_error=False), client.execute("a = 2")]
        self.assertEqual([reply(client, request)["status"] for request in requests], ["error", "ok"])

    def test_a_silent_cell_shows_nothing_and_does_not_count(self):
        before = self.kernel.run("1")[0]["execution_count"]
        answer, messages = self.kernel.run('print("x")\n2', silent=True)
        self.assertEqual([m["msg_type"] for m in messages], ["status", "status"])
        self.assertEqual(answer["execution_count"], before)

    def test_expressions_beside_a_cell(self):
        answer, _ = self.kernel.run("a = 20", user_expressions={"twice": "a * 2", "wrong": "b"})
        self.assertEqual(answer["user_expressions"]["twice"]["data"]["text/plain"], "40")
        self.assertEqual(answer["user_expressions"]["wrong"]["ename"], "E0201")

    def test_files_are_written_below_the_folder_of_the_notebook(self):
        self.assertEqual(self.kernel.run('save([1], "below/list.json")')[0]["status"], "ok")
        self.assertTrue(os.path.exists(os.path.join(WORK, "below/list.json")))
        answer, _ = self.kernel.run('save([1], "../list.json")')
        self.assertEqual((answer["status"], answer["ename"]), ("error", "E0605"))

    # Interrupts

    def interrupted(self, code, interrupt):
        request = self.kernel.client.execute(code)
        time.sleep(0.4)
        start = time.monotonic()
        interrupt()
        answer, messages = self.kernel.answer(request)
        seconds = time.monotonic() - start
        self.assertEqual((answer["status"], answer["ename"], answer["evalue"]), ("error", "E0604", "interrupted"))
        self.assertEqual(messages[-2]["msg_type"], "error")
        return seconds

    def test_interrupts_end_a_cell_within_100_ms(self):
        def message():
            client = self.kernel.client
            client.control_channel.send(client.session.msg("interrupt_request", {}))
            client.get_control_msg(timeout=10)

        def sigint():
            os.kill(self.kernel.manager.provisioner.pid, signal.SIGINT)

        cells = [
            "i = 0\nwhile true { i = i + 1 }",
            "x = randn(1500, 1500)\nwhile true { x = x @ x }",
            'while true { print("text") }',
        ]
        for interrupt in (message, sigint):
            for code in cells:
                # A busy machine may take its time once.
                times = [self.interrupted(code, interrupt) for _ in range(3)]
                self.assertLess(min(times), 0.1, code)
        self.assertEqual(self.kernel.data("1 + 1")["text/plain"], "2")

    # Much of it

    def test_ten_megabytes_of_output_arrive_whole(self):
        lines = 200_000
        _, messages = self.kernel.run(f'for i in 0..{lines} {{ print("line {{i:>8}} of a long output, with some é and 🎉") }}')
        text = "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")
        self.assertGreater(len(text.encode()), 10_000_000)
        self.assertEqual(text, "".join(f"line {i:>8} of a long output, with some é and 🎉\n" for i in range(lines)))

    def test_a_thousand_cells_at_once(self):
        client = self.kernel.client
        self.kernel.run("n = 0")
        requests = [client.execute("n = n + 1\nn") for _ in range(1000)]
        results = []
        while len(results) < 1000:
            message = client.get_iopub_msg(timeout=60)
            if message["msg_type"] == "execute_result":
                results.append((message["parent_header"]["msg_id"], message["content"]["data"]["text/plain"]))
        self.assertEqual(results, [(request, str(i + 1)) for i, request in enumerate(requests)])
        self.assertEqual({reply(client, request)["status"] for request in requests}, {"ok"})


class Clients(unittest.TestCase):
    def setUp(self):
        self.kernel = Kernel()

    def tearDown(self):
        self.kernel.close()

    def test_two_clients_share_names_and_hear_each_other(self):
        other = self.kernel.connect()
        self.kernel.run("shared = 41")
        answer, messages = self.kernel.run("shared + 1", client=other)
        self.assertEqual(messages[2]["content"]["data"]["text/plain"], "42")
        heard = self.kernel.published(messages[0]["parent_header"]["msg_id"])
        self.assertEqual([m["msg_type"] for m in heard], [m["msg_type"] for m in messages])
        other.stop_channels()

    def test_a_wrong_signature_is_dropped(self):
        client = self.kernel.client
        key = client.session.key
        client.session.key = b"another key"
        client.execute("forged = 1")
        client.session.key = key
        answer, _ = self.kernel.run("forged")
        self.assertEqual((answer["status"], answer["ename"]), ("error", "E0201"))

    def test_garbage_is_dropped(self):
        socket = self.kernel.client.shell_channel.socket
        for parts in ([b""], [b"<IDS|MSG>"], [b"<IDS|MSG>", b"", b"{", b"{}", b"{}", b"{}"], [b"x"] * 20):
            socket.send_multipart(parts)
        self.assertEqual(self.kernel.data("1 + 1")["text/plain"], "2")

    def test_a_restart_forgets_names_and_echoes_restart(self):
        self.assertEqual(self.kernel.run("a = 1")[0]["execution_count"], 1)
        client = self.kernel.client
        message = client.session.msg("shutdown_request", {"restart": True})
        client.control_channel.send(message)
        answer = client.get_control_msg(timeout=10)
        self.assertEqual(answer["msg_type"], "shutdown_reply")
        self.assertEqual(answer["content"], {"status": "ok", "restart": True})
        self.kernel.manager.restart_kernel()
        client.wait_for_ready(timeout=60)
        answer, _ = self.kernel.run("a")
        self.assertEqual((answer["status"], answer["execution_count"]), ("error", 1))

    def test_a_shutdown_ends_a_cell_that_runs(self):
        sessions = os.path.join(FOLDER.name, "state/traveling-words/sessions/*")
        others = set(glob.glob(sessions))
        self.kernel.client.execute("while true { }")
        time.sleep(0.3)
        self.assertEqual(len(set(glob.glob(sessions)) - others), 1)
        start = time.monotonic()
        self.kernel.client.shutdown()
        while self.kernel.manager.is_alive():
            self.assertLess(time.monotonic() - start, 5)
            time.sleep(0.02)
        # A session that ended in peace leaves nothing to recover.
        self.assertEqual(set(glob.glob(sessions)) - others, set())

    def test_quit_in_a_cell_ends_the_kernel(self):
        answer, _ = self.kernel.run("quit")
        self.assertEqual(answer["payload"][0]["source"], "ask_exit")
        start = time.monotonic()
        while self.kernel.manager.is_alive():
            self.assertLess(time.monotonic() - start, 5)
            time.sleep(0.02)


class CommandLine(unittest.TestCase):
    def tw(self, *words, **environment):
        return subprocess.run(
            [TW, *words], capture_output=True, text=True, timeout=60, cwd=WORK, env={**os.environ, **environment})

    def refused(self, *words, says, **environment):
        result = self.tw(*words, **environment)
        self.assertEqual(result.returncode, 1, result.stderr)
        for text in says:
            self.assertIn(text, result.stderr)

    def write(self, text):
        with open(os.path.join(WORK, "connection.json"), "w") as file:
            file.write(text)
        return "connection.json"

    CONNECTION = {
        "transport": "tcp", "ip": "127.0.0.1", "key": "k", "signature_scheme": "hmac-sha256",
        "shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5,
    }

    def test_a_connection_file_that_is_missing_or_malformed_is_named(self):
        self.refused("kernel", "-f", "nowhere.json", says=["nowhere.json", "No such file"])
        self.refused("kernel", "-f", self.write("{"), says=["connection.json", "line 1, column 2"])
        self.refused("kernel", "-f", self.write("[]"), says=["connection.json", "an array in place of an object"])
        for name in self.CONNECTION:
            text = json.dumps({key: value for key, value in self.CONNECTION.items() if key != name})
            self.refused("kernel", "-f", self.write(text), says=["connection.json", f"`{name}` is missing"])
        for change, words in (
            ({"signature_scheme": "hmac-md5"}, "`hmac-md5`"),
            ({"transport": "udp"}, "`udp`"),
            ({"shell_port": 70000}, "`shell_port`"),
            ({"ip": "no.such.place.invalid"}, "cannot listen at tcp://no.such.place.invalid:1"),
        ):
            self.refused("kernel", "-f", self.write(json.dumps({**self.CONNECTION, **change})), says=[words])

    def test_without_libzmq_it_says_how_to_install_it(self):
        library = os.path.join(FOLDER.name, "lib")
        os.makedirs(library, exist_ok=True)
        open(os.path.join(library, "libzmq.so.5"), "w").close()
        self.refused(
            "kernel", "-f", self.write(json.dumps(self.CONNECTION)), LD_LIBRARY_PATH=library,
            says=["ZeroMQ", "install it with: apt install libzmq5"])

    def test_a_folder_that_cannot_be_written_is_named(self):
        self.refused("kernel", "install", "--prefix", "/proc/nowhere", says=["/proc/nowhere/share/jupyter/kernels/tw"])

    def test_installing_writes_where_jupyter_looks(self):
        home = os.path.join(FOLDER.name, "other")
        for words, environment, folder in (
            ([], {"HOME": home}, "other/.local/share/jupyter"),
            (["--user"], {"HOME": home, "XDG_DATA_HOME": home + "/data"}, "other/data/jupyter"),
            (["--user"], {"JUPYTER_DATA_DIR": home + "/jupyter"}, "other/jupyter"),
            (["--prefix", home + "/venv"], {}, "other/venv/share/jupyter"),
        ):
            result = self.tw("kernel", "install", *words, **environment)
            place = os.path.join(FOLDER.name, folder, "kernels/tw")
            self.assertEqual(result.stdout, place + "\n", result.stderr)
            with open(os.path.join(place, "kernel.json")) as file:
                spec = json.load(file)
            self.assertEqual(spec["argv"], [os.path.realpath(TW), "kernel", "-f", "{connection_file}"])
            self.assertEqual((spec["display_name"], spec["language"]), ("tw", "tw"))

    def test_limits_of_the_installation_are_those_of_its_notebooks(self):
        place = os.path.join(FOLDER.name, "limited")
        self.tw("kernel", "install", "--prefix", place, "--max-steps", "1000")
        with open(os.path.join(place, "share/jupyter/kernels/tw/kernel.json")) as file:
            self.assertIn("--max-steps=1000", json.load(file)["argv"])

    def test_words_that_have_no_sense_are_refused(self):
        for words in (["kernel"], ["kernel", "remove"], ["kernel", "install", "-f", "x"], ["kernel", "-f", "x", "--user"]):
            self.assertEqual(self.tw(*words).returncode, 2)


if __name__ == "__main__":
    unittest.main()
