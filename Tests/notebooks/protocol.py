"""jupyter_kernel_test, all of it, on the kernel of tw. protocol.py TW"""

import unittest

import kernels  # noqa: F401: installs the kernel
import jupyter_kernel_test


class Protocol(jupyter_kernel_test.KernelTests):
    kernel_name = "tw"
    language_name = "tw"
    file_extension = ".tw"
    code_hello_world = 'print("hello, world")'
    # A logarithm has no place for it, and tw warns of that.
    code_stderr = 'line([1, -2], log="y");'
    completion_samples = [
        {"text": "neare", "matches": {"nearest"}},
        {"text": 'nearest(1, 2, by="', "matches": {"dot", "cosine", "l2"}},
    ]
    complete_code_samples = ["1 + 1", "x = [1,\n2]", ":vars", "?nearest", 'print("a")\n# end']
    incomplete_code_samples = ["1 +", "f = (x) => {", "[1,", '"""text', ":time [1,"]
    invalid_code_samples = ["1 )", "x = = 2", "for 3"]
    code_page_something = "?nearest"
    code_generate_error = "nothing_here"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": '"text"', "result": '"text"'},
        {"code": "[1, 2]", "result": "[1, 2]"},
        {"code": "table({a: [1]})", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": "show(line([1, 2]))", "mime": "text/plain"},
        {"code": "show(line([1, 2]))", "mime": "image/png"},
        {"code": "show(line([1, 2]))", "mime": "image/svg+xml"},
    ]
    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "nearest"
    code_clear_output = ":clear"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "tw"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
