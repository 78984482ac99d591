"""Golden cases of Python's repr of strings.

    python3 tools/goldens/make_reprs.py > Tests/Fixtures/reprs.txt

First the code points that `str.isprintable` accepts, as ranges `first-last` in hex on one line; then pairs of lines: the UTF-8
bytes of a string in hex, and its repr.
"""
import random
import sys

random.seed(7)


def ranges():
    start = None
    for code in range(0x110001):
        printable = code < 0x110000 and not 0xD800 <= code < 0xE000 and chr(code).isprintable()
        if printable and start is None:
            start = code
        if not printable and start is not None:
            yield f"{start:x}-{code - 1:x}"
            start = None


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    print("# reprs, version 1, Unicode 14, made by: python3 tools/goldens/make_reprs.py")
    print(" ".join(ranges()))
    texts = [chr(code) for code in range(0x180)]
    texts += ["it's", 'say "hi"', "it's \"both\"", "back\\slash", " time", "日本語", "🙂👍🏽", "\ue000", "\U000f0000", "\u0378",
              "\U0001fbff", "\u200b\u200d\ufeff", "\u2028\u2029\u3000\u00a0", "e\u0301", "\ufffd", "\U0010ffff", ""]
    alphabet = "ab'\"\\\n\t\r\0\x1f\x7f\x85\xa0é中\u200e🙂\ue001"
    texts += ["".join(random.choice(alphabet) for _ in range(random.randint(1, 12))) for _ in range(300)]
    for text in texts:
        print(text.encode().hex())
        print(repr(text))


main()
