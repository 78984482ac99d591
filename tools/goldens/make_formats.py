"""Golden cases of Python's format mini-language.

    python3 tools/goldens/make_formats.py > Tests/Fixtures/formats.tsv

One case a line: kind (number or text), value (a number as the bits of its double), format, result; a result of `!` is
an error. Numbers without a point are formatted as int where no float type or precision asks for a float.
"""
import random
import struct
import sys

random.seed(20240601)
INT_TYPES = set("dbxXoc")
NUMBERS = [0.0, 1.0, -1.0, 7.0, 42.0, 255.0, 999.0, 1000.0, 1234567.0, -1234567.0, 2.0**53, 2.0**64, 2.0**70 + 2.0**30, 1e15,
           123456789012345.0, 128512.0, 65.0, 233.0, 0.5, -0.5, 0.1, 1 / 3, 2 / 3, 3.14159265358979, 1234.5678, -1234.5678,
           9.995, 0.00012345, 1.5e-5, -1.5e-7, 1.5e-300, 123456.789, 99999.5, 999999.5, 0.05, 2.5, -2.5, 1e16, 1e22, 1e100,
           1.7976931348623157e308, 5e-324, float("inf"), float("-inf"), float("nan"), -0.001, -0.0001, 12.5, 123.4, 0.125]
TEXTS = ["", "a", "word", " time", "naïve", "日本語", "🙂", "e\u0301", "quote\"s", "a longer text with spaces"]


def python(kind, value, spec):
    try:
        if kind == "text":
            return format(value, spec)
        whole = value == value and abs(value) != float("inf") and value == int(value)
        last = spec[-1:]
        is_typed = last.isalpha() or last == "%"
        if last == "z":
            is_typed = False
        if whole:
            if last in INT_TYPES:
                return format(int(value), spec)
            if not is_typed or last == "n":
                if "." in spec or "z" in spec or abs(value) >= 1e16:
                    return None  # a float to Python; ours prints without the `.0`
                return format(int(value), spec)
        return format(value, spec)
    except (ValueError, OverflowError):
        return "!"


def spec(text):
    out = ""
    if random.random() < 0.5:
        if random.random() < 0.5:
            out += random.choice("*0 x·日-")
        out += random.choice("<>^" if text and random.random() < 0.9 else "<>^=")
    if not text or random.random() < 0.05:
        if random.random() < 0.3:
            out += random.choice("+- ")
        if random.random() < 0.1:
            out += "z"
        if random.random() < 0.2:
            out += "#"
        if random.random() < 0.25:
            out += "0"
    if random.random() < 0.6:
        out += str(random.choice([1, 2, 5, 8, 10, 12, 15, 20, 31]))
    if not text or random.random() < 0.05:
        if random.random() < 0.3:
            out += random.choice(",_")
    if random.random() < 0.4:
        out += "." + str(random.choice([0, 1, 2, 3, 4, 6, 10, 17]))
    if text:
        out += random.choice(["", "s", "s", "d"] if random.random() < 0.2 else ["", "s"])
    else:
        out += random.choice(["", "", "d", "e", "E", "f", "f", "F", "g", "g", "G", "%", "b", "o", "x", "X", "n", "c", "s"])
    return out


def emit(kind, value, form):
    result = python(kind, value, form)
    if result is None or "\t" in result or "\n" in result or "\r" in result or "\0" in result:
        return
    bits = struct.unpack("<Q", struct.pack("<d", value))[0] if kind == "number" else value
    print(kind, bits, form, result, sep="\t")


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    print("# formats, version 1, made by: python3 tools/goldens/make_formats.py")
    for form in ["", "d", "e", "f", "g", "G", "%", "x", "#x", "#b", ",", "_", "_x", "010,", "08,d", "012,.2f", "<010", "+", " ", "z.0f",
                 "z.1f", ".3", ".0", "#.3g", "#.0f", "n", ".5n", "+.1%", "^12.3e", "=+10", "*=10", "c", ">5c"]:
        for value in NUMBERS:
            emit("number", value, form)
    for form in ["", "s", "5", ">5", "^7", "*^9", ".2", ".0", "05", "=5", "日>4", ">6.3s", "d", "+", "#", ",", "z", "_"]:
        for value in TEXTS:
            emit("text", value, form)
    for _ in range(3500):
        value = random.choice(NUMBERS)
        if random.random() < 0.5:
            value = random.choice([-1, 1]) * random.random() * 10.0 ** random.randint(-8, 12)
            if random.random() < 0.3:
                value = float(round(value))
        if value == 0:
            value = 0.0
        emit("number", value, spec(False))
        emit("text", random.choice(TEXTS), spec(True))
    for _ in range(1500):
        form = "".join(random.choice("<>=^+- z#0123,_.defgxbcnsE%q") for _ in range(random.randint(1, 6)))
        emit("number", random.choice([3.25, 1234567.5, -0.25]), form)
        emit("text", random.choice(TEXTS), form)


main()
