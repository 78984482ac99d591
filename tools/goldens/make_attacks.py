#!/usr/bin/env python3
"""Writes Tests/Fixtures/attacks.json: checkpoints and character tables that are made to harm, and what tw says to each.

    tools/goldens/make_attacks.py Tests/Fixtures/attacks.json

Each case is a file in hex, its name (ckpt.pt or meta.pkl), and the message that is expected without the file's path in front; "loads" where the file is strange
but harmless. Files that are refused for their pickle hold little more; the others differ in one thing from a small valid checkpoint of nanoGPT. Pickles that run a command are made by Python's
own pickle, and are seen to run here, in a folder that is thrown away. Needs nothing but Python.
"""
import io
import json
import os
import pathlib
import pickle
import struct
import subprocess
import sys
import tempfile
import zipfile

COMMAND = "touch tw-was-attacked"


class Raw(bytes):
    """Opcodes that leave one value on the stack."""


def text(words):
    raw = words.encode("utf-8", "surrogatepass")
    return Raw(b"X" + struct.pack("<I", len(raw)) + raw)


def name(module, function):
    return Raw(f"c{module}\n{function}\n".encode())


def pickled(value):
    """Opcodes of protocol 2, as torch.save writes them, without a memo."""
    if isinstance(value, Raw):
        return value
    if value is None:
        return b"N"
    if isinstance(value, bool):
        return b"\x88" if value else b"\x89"
    if isinstance(value, int):
        size = (value.bit_length() + 8) // 8
        return struct.pack("<BB", 0x8A, size) + value.to_bytes(size, "little", signed=True)
    if isinstance(value, float):
        return b"G" + struct.pack(">d", value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, tuple):
        return b"(" + b"".join(map(pickled, value)) + b"t"
    if isinstance(value, list):
        return b"](" + b"".join(map(pickled, value)) + b"e"
    if isinstance(value, dict):
        return b"}(" + b"".join(pickled(key) + pickled(item) for key, item in value.items()) + b"u"
    raise TypeError(type(value))


def call(function, *arguments):
    return Raw(pickled(function) + pickled(tuple(arguments)) + b"R")


ORDERED = call(name("collections", "OrderedDict"))


def storage(key, count, kind="FloatStorage", location="cpu"):
    return Raw(pickled(("storage", name("torch", kind), key, location, count)) + b"Q")


def tensor(key, count, shape, strides, offset=0, kind="FloatStorage"):
    return call(name("torch._utils", "_rebuild_tensor_v2"), storage(key, count, kind), offset, shape, strides, False, ORDERED)


SHAPES = {
    "transformer.wte.weight": (2, 2), "transformer.wpe.weight": (2, 2), "transformer.h.0.ln_1.weight": (2,), "transformer.h.0.attn.c_attn.weight": (6, 2),
    "transformer.h.0.attn.c_proj.weight": (2, 2), "transformer.h.0.ln_2.weight": (2,), "transformer.h.0.mlp.c_fc.weight": (8, 2),
    "transformer.h.0.mlp.c_proj.weight": (2, 8), "transformer.ln_f.weight": (2,),
}
ARGUMENTS = dict(n_layer=1, n_head=1, n_embd=2, block_size=2, bias=False, vocab_size=2, dropout=0.0)


def model():
    """The embedding has a storage of its own, the others are views of the beginning of one."""
    tensors = {what: tensor("1", 16, shape, (shape[1], 1) if len(shape) > 1 else (1,)) for what, shape in SHAPES.items()}
    tensors["transformer.wte.weight"] = tensors["lm_head.weight"] = tensor("0", 4, (2, 2), (2, 1))
    return tensors


STORAGES = {f"x/data/{key}": struct.pack(f"<{size}f", *(0.5 + i / 8 for i in range(size))) for key, size in enumerate((4, 16))}


def archive(pickle_bytes, storages=STORAGES, others=(("x/byteorder", b"little"),), packed=()):
    """A zip archive with the names in the order that they are given; `packed`: deflated."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for entry, content in [("x/data.pkl", pickle_bytes), *others, *storages.items()]:
            info = zipfile.ZipInfo(entry)
            info.compress_type = zipfile.ZIP_DEFLATED if entry in packed else zipfile.ZIP_STORED
            file.writestr(info, content)
    return buffer.getvalue()


def checkpoint(**changes):
    """Top-level values by name; None takes one away."""
    values = dict(model=model(), model_args=ARGUMENTS, iter_num=1, best_val_loss=1.5, config=dict(dataset="tiny")) | changes
    return b"\x80\x02" + pickled({key: value for key, value in values.items() if value is not None}) + b"."


cases = []


def case(what, content, expected, file="ckpt.pt"):
    cases.append({"case": what, "file": file, "hex": content.hex(), "expected": expected})


def refused(what, pickle_bytes, reason):
    """By its pickle, before any storage is looked for: there are none."""
    case(what, archive(pickle_bytes, storages={}, others=()), f"E0505 ckpt.pt: its pickle {reason}")


def holding(value):
    """A pickle of one value, where a checkpoint has its settings."""
    return b"\x80\x02" + pickled({"config": value}) + b"."


def no_data(function):
    return f'names "{function}", which is no data'


def plain(function):
    return f'E0503 meta.pkl: its pickle names "{function}"; only numbers, texts, lists and dicts are read here'


META = {"vocab_size": 2, "itos": {0: "a", 1: "b"}, "stoi": {"a": 0, "b": 1}}

# What is right, and what is strange and harmless.
case("a checkpoint", archive(checkpoint()), "loads")
case("storages of the optimizer are not there", archive(checkpoint(optimizer={"state": {0: {"exp_avg": tensor("90", 4, (2, 2), (2, 1))}}})), "loads")
case("names of files that lead elsewhere", archive(checkpoint(), others=(("../../tw-was-attacked", b"x"), ("/tmp/tw-was-attacked", b"x"), ("x/data/../tw", b"x"))), "loads")
case("characters", pickle.dumps(META), "loads", "meta.pkl")
for protocol in (2, 3, 4, 5):
    case(f"characters, protocol {protocol}", pickle.dumps(META, protocol), "loads", "meta.pkl")


# Commands.
class Command:
    def __reduce__(self):
        return os.system, (COMMAND,)


def runs(pickle_bytes):
    """Whether Python runs the command, in a process and folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "p").write_bytes(pickle_bytes)
        subprocess.run([sys.executable, "-c", "import pickle; pickle.load(open('p', 'rb'))"], cwd=folder, capture_output=True)
        return pathlib.Path(folder, "tw-was-attacked").exists()


for protocol in range(6):
    command = pickle.dumps(Command(), protocol)
    assert runs(command), protocol
    case(f"a command in place of characters, protocol {protocol}", command, plain("posix.system"), "meta.pkl")
    if protocol >= 2:
        refused(f"a command in place of a checkpoint, protocol {protocol}", command, no_data("posix.system"))
run = call(name("posix", "system"), COMMAND)
assert runs(b"\x80\x02" + run + b".")
for place, value in {
    "model": {"model": run}, "a tensor": {"model": model() | {"transformer.wpe.weight": run}}, "the optimizer": {"optimizer": {"state": {0: run}}},
    "model_args": {"model_args": ARGUMENTS | {"n_layer": run}}, "config": {"config": {"dataset": run}}, "best_val_loss": {"best_val_loss": run},
    "something else": {"extra": [(run,)]},
}.items():
    refused(f"a command in {place}", checkpoint(**value), no_data("posix.system"))
refused("a command as a key", holding({run: 1}), no_data("posix.system"))
refused("a command in the state of the model", checkpoint(model=Raw(ORDERED + pickled({"_metadata": run}) + b"b")), no_data("posix.system"))
case("a command as a character", pickle.dumps({"vocab_size": 1, "itos": {0: Command()}, "stoi": {}}), plain("posix.system"), "meta.pkl")

# Names of Python.
for module, function in [
    ("os", "system"), ("nt", "system"), ("os", "popen"), ("os", "execv"), ("builtins", "eval"), ("builtins", "exec"), ("builtins", "getattr"), ("builtins", "__import__"),
    ("builtins", "open"), ("builtins", "set"), ("builtins", "bytearray"), ("__builtin__", "apply"), ("__builtin__", "set"), ("subprocess", "Popen"), ("subprocess", "check_output"),
    ("runpy", "_run_code"), ("pty", "spawn"), ("code", "InteractiveInterpreter"), ("webbrowser", "open"), ("shutil", "rmtree"), ("sys", "exit"), ("socket", "create_connection"),
    ("importlib", "import_module"), ("functools", "partial"), ("operator", "attrgetter"), ("operator", "methodcaller"), ("types", "FunctionType"), ("marshal", "loads"),
    ("pickle", "loads"), ("_codecs", "encode"), ("copyreg", "_reconstructor"), ("argparse", "Namespace"), ("pathlib", "PosixPath"), ("collections", "defaultdict"), ("collections", "Counter"),
    ("collections", "OrderedDict.fromkeys"), ("collections.abc", "OrderedDict"), ("numpy", "frombuffer"), ("numpy", "dtype"), ("numpy.core.multiarray", "_reconstruct"), ("numpy.core.multiarray", "scalar"),
    ("numpy._core.multiarray", "scalar"), ("dill._dill", "_load_type"), ("cloudpickle.cloudpickle", "_make_function"),
    ("torch", "load"), ("torch", "save"), ("torch", "FloatStorage.from_file"), ("torch", "FloatTensor"), ("torch", "Tensor"), ("torch", "tensor"), ("torch", "ComplexFloatStorage"), ("torch", "QInt8Storage"),
    ("torch", "complex64"), ("torch", "strided"), ("torch.hub", "load"), ("torch.serialization", "load"), ("torch.serialization", "_get_layout"), ("torch.storage", "_load_from_bytes"),
    ("torch.storage", "UntypedStorage"), ("torch.storage", "TypedStorage"), ("torch.nn.parameter", "Parameter"), ("torch.nn.modules.linear", "Linear"), ("torch._utils", "_rebuild_tensor"),
    ("torch._utils", "_rebuild_tensor_v3"), ("torch._utils", "_rebuild_sparse_tensor"), ("torch._utils", "_rebuild_qtensor"), ("torch._utils", "_rebuild_wrapper_subclass"),
    ("torch._utils", "_rebuild_parameter_with_state"), ("torch._utils", "_rebuild_device_tensor_from_numpy"), ("torch._tensor", "_rebuild_from_type_v2"), ("torch._C", "_jit_load"), ("torch.jit._script", "load"),
    ("torch.fx.graph_module", "reduce_graph_module"), ("torch.distributed._tensor", "DTensor"), ("__main__", "GPTConfig"), ("model", "GPT"), ("tоrch", "FloatStorage"), ("", ""), ("torch ", "Size"),
]:
    refused(f"the name {module}.{function}", holding(Raw(name(module, function))), no_data(f"{module}.{function}"))
case("the name of an OrderedDict among characters", b"\x80\x02" + ORDERED + b".", plain("collections.OrderedDict"), "meta.pkl")
refused("a name by STACK_GLOBAL", b"\x80\x04" + text("os") + text("system") + b"\x93" + text(COMMAND) + b"\x85R.", no_data("os.system"))
refused("a name by INST", b"\x80\x02(" + text(COMMAND) + b"ios\nsystem\n.", no_data("os.system"))
refused("a name without an end", b"\x80\x02c" + b"a" * 1100, "is cut off")

# Opcodes, each with what stands before it and behind it.
ordered = name("collections", "OrderedDict")
one = struct.pack("<Q", 1) + b"x"
for opcode, before, words in [
    ("POP", b"N", b"0"), ("POP_MARK", b"(", b"1"), ("DUP", b"N", b"2"), ("BINBYTES", b"", b"B\1\0\0\0x"), ("SHORT_BINBYTES", b"", b"C\1x"), ("FLOAT", b"", b"F1.5\n"), ("INT", b"", b"I01\n"),
    ("LONG", b"", b"L1L\n"), ("PERSID", b"", b"P0\n"), ("STRING", b"", b"S'a'\n"), ("BINSTRING", b"", b"T\1\0\0\0x"), ("SHORT_BINSTRING", b"", b"U\1x"), ("UNICODE", b"", b"Va\n"), ("DICT", b"(", b"d"),
    ("GET", b"", b"g0\n"), ("LIST", b"(", b"l"), ("PUT", b"N", b"p0\n"), ("EXT1", b"", b"\x82\1"), ("EXT2", b"", b"\x83\1\0"), ("EXT4", b"", b"\x84\1\0\0\0"), ("LONG4", b"", b"\x8b\1\0\0\0\1"),
    ("BINUNICODE8", b"", b"\x8d" + one), ("BINBYTES8", b"", b"\x8e" + one), ("EMPTY_SET", b"", b"\x8f"), ("ADDITEMS", b"(", b"\x90"), ("FROZENSET", b"(", b"\x91"), ("BYTEARRAY8", b"", b"\x96" + one),
    ("NEXT_BUFFER", b"", b"\x97"), ("READONLY_BUFFER", b"N", b"\x98"), ("OBJ", b"(" + ordered, b"o"), ("NEWOBJ", ordered + b")", b"\x81"), ("NEWOBJ_EX", ordered + b")}", b"\x92"),
]:
    refused(f"the opcode {opcode}", b"\x80\x02" + before + words + b".", f"has the opcode {opcode} (0x{words[0]:x}) at byte {2 + len(before)}, which is not read")
refused("an opcode that is none", b"\x80\x02\xff.", "has the opcode 0xff at byte 2, which is not read")
refused("protocol 0", b"(dp0\n.", "has the opcode DICT (0x64) at byte 1, which is not read")
refused("protocol 6", b"\x80\x06}.", "is not of protocol 2 to 5")
refused("a protocol in the middle", b"\x80\x02\x80\x02}.", "is not of protocol 2 to 5")

# Loops and what grows.
refused("a list in itself", b"\x80\x02]q\0h\0a.", "holds a container that holds itself")
refused("a dict in itself", b"\x80\x02}q\0" + text("model") + b"h\0s.", "holds a container that holds itself")
refused("a list in itself by a tuple", b"\x80\x02]q\0h\0\x85a.", "holds a container that holds itself")
case("characters that hold themselves", b"\x80\x04}\x94" + text("itos") + b"h\0s.", "E0503 meta.pkl: its pickle holds a container that holds itself", "meta.pkl")
refused("a tuple that doubles", b"\x80\x02)" + b"".join(struct.pack("<BBBBB", 0x71, i, 0x68, i, 0x86) for i in range(60)) + b".", "recalls a container of containers")
refused("a list that doubles", b"\x80\x02]" + b"".join(b"q" + bytes([i]) + b"](h" + bytes([i]) + b"h" + bytes([i]) + b"e" for i in range(40)) + b".", "holds a container that holds itself")
refused("what is not remembered", b"\x80\x02h\7.", "recalls what it has not remembered")
refused("a place of the memo far away", b"\x80\x02}r\xff\xff\xff\xffj\xff\xff\xff\xff.", "holds a container that holds itself")
refused("65 lists", b"\x80\x02" + b"]" * 65 + b"a" * 64 + b".", "nests more than 64 levels")
refused("1,000 tuples", b"\x80\x02N" + b"\x85" * 1000 + b".", "nests more than 64 levels")
refused("1,000 marks", b"\x80\x02" + b"(" * 1000 + b".", "does not end with one value")
refused("a key of the checkpoint twice", checkpoint(config=None)[:-1] + text("model") + pickled({}) + b"s.", 'has the key "model" twice')
refused("a tensor twice", checkpoint(model=Raw(pickled(model()) + text("lm_head.weight") + tensor("0", 4, (2, 2), (2, 1)) + b"s")), 'has the key "lm_head.weight" twice')
refused("a setting twice", checkpoint(model_args=Raw(pickled(ARGUMENTS) + text("n_layer") + pickled(2) + b"s")), 'has the key "n_layer" twice')
case("a character twice", b"\x80\x02" + pickled({"itos": Raw(pickled({0: "a"}) + pickled(0) + text("b") + b"s"), "stoi": {"a": 0}}) + b".", "E0503 meta.pkl: its pickle has the key 0 twice", "meta.pkl")

# Calls and states.
refused("a call of what is no name", b"\x80\x02" + text("os.system") + text(COMMAND) + b"\x85R.", "calls what is no name")
refused("a call of a number's type", holding(call(name("torch", "float32"), 1)), "calls torch.float32 with 1 argument")
refused("a call of a storage", holding(call(name("torch", "FloatStorage"), 8)), "calls torch.FloatStorage with 1 argument")
refused("an OrderedDict of something", holding(call(name("collections", "OrderedDict"), [])), "calls collections.OrderedDict with 1 argument")
refused("a tensor with too few arguments", holding(call(name("torch._utils", "_rebuild_tensor_v2"), storage("0", 4), 0)), "calls torch._utils._rebuild_tensor_v2 with 2 arguments")
refused("a parameter of a number", holding(call(name("torch._utils", "_rebuild_parameter"), 1, True, ORDERED)), "has a parameter that is no tensor")
state = pickled({"__class__": "x"}) + b"b"
for what, value in {"a dict": pickled({}), "a list": pickled([1]), "a tuple": pickled((1,)), "a tensor": tensor("0", 4, (2, 2), (2, 1)), "a name": name("torch", "float32"), "an OrderedDict": ORDERED}.items():
    refused(f"a state of {what}", holding(Raw(value + state)), "sets the state of an object")
refused("a state that is no dict", holding(Raw(ORDERED + pickled([1]) + b"b")), "sets the state of an object")

# Storages and tensors.
for what, value in {
    "a number": 7, "too short": ("storage", name("torch", "FloatStorage"), "0"), "another kind": ("module", name("torch", "FloatStorage"), "0", "cpu", 4), "a type that is a text": ("storage", "FloatStorage", "0", "cpu", 4),
    "a type that is no storage": ("storage", name("torch", "Size"), "0", "cpu", 4), "a negative size": ("storage", name("torch", "FloatStorage"), "0", "cpu", -4), "a size that is no whole number": ("storage", name("torch", "FloatStorage"), "0", "cpu", 4.0),
    "a key that is a number": ("storage", name("torch", "FloatStorage"), 0, "cpu", 4),
}.items():
    refused(f"a storage with {what}", holding(Raw(pickled(value) + b"Q")), "has a persistent id that is no storage")
case("a storage among characters", b"\x80\x02" + text("x") + b"Q.", "E0503 meta.pkl: its pickle has a persistent id that is no storage", "meta.pkl")
refused("a storage as two types", holding([storage("0", 4), storage("0", 8, "HalfStorage")]), 'has the storage "0" as two different ones')
refused("a storage of two sizes", holding([storage("0", 4), storage("0", 5)]), 'has the storage "0" as two different ones')


def weights(what, wte, expected, **options):
    """The embedding in place of the right one, in a storage of its own."""
    tensors = model()
    tensors["transformer.wte.weight"] = tensors["lm_head.weight"] = wte
    case(what, archive(checkpoint(model=tensors), **options), expected)


beyond, none = "E0505 ckpt.pt: its pickle has a tensor beyond its storage", "E0505 ckpt.pt: its pickle has a tensor with a size or stride that is none"
weights("an offset beyond the storage", tensor("0", 4, (2, 2), (2, 1), offset=1), beyond)
weights("a stride beyond the storage", tensor("0", 4, (2, 2), (3, 1)), beyond)
weights("strides that overflow", tensor("0", 4, (2, 2), (2 ** 62, 2 ** 62)), beyond)
weights("an offset that overflows", tensor("0", 4, (2, 2), (2, 1), offset=2 ** 63 - 1), beyond)
weights("a negative stride", tensor("0", 4, (2, 2), (-2, 1)), none)
weights("a negative size", tensor("0", 4, (-2, 2), (2, 1)), none)
weights("sizes that are no whole numbers", tensor("0", 4, (2.0, 2), (2, 1)), none)
weights("more sizes than strides", tensor("0", 4, (2, 2), (2,)), "E0505 ckpt.pt: its pickle has a tensor with other sizes than strides")
weights("a number beyond 64 bits", tensor("0", 4, (2 ** 70, 2), (2, 1)), "E0505 ckpt.pt: its pickle holds a number of 9 bytes")
weights("one element as a large tensor", tensor("0", 4, (2 ** 30, 2), (0, 1)), "E0505 ckpt.pt, tensor `transformer.wte.weight`: its shape is 1073741824x2, model_args makes it 2x2")
weights("an element that is asked to be many", tensor("0", 4, (2, 2), (0, 0)), "loads")
lost = "E0505 ckpt.pt, tensor `transformer.wte.weight`: its storage"
weights("a storage that is not there", tensor("77", 4, (2, 2), (2, 1)), f"{lost} data/77 is missing")
weights("a storage elsewhere", tensor("../../etc/passwd", 4, (2, 2), (2, 1)), f"{lost} data/../../etc/passwd is missing")
weights("more elements than bytes", tensor("0", 400, (2, 2), (2, 1)), f"{lost} has 16 bytes, not 400 elements of F32")
weights("another type than bytes", tensor("0", 4, (2, 2), (2, 1), kind="DoubleStorage"), f"{lost} has 16 bytes, not 4 elements of F64")
weights("whole numbers as weights", tensor("0", 2, (1, 2), (2, 1), kind="LongStorage"), "E0505 ckpt.pt, tensor `transformer.wte.weight`: its shape is 1x2, model_args makes it 2x2")

# Lengths that lie.
refused("a text beyond the end", b"\x80\x02X\xff\xff\xff\xffabc.", "is cut off")
refused("a frame that lies", b"\x80\x04\x95" + b"\xff" * 8 + b"}", "is cut off")
refused("a text that is no UTF-8", b"\x80\x02X\2\0\0\0\xff\xfe.", "holds a string that is not UTF-8")
refused("half a surrogate", b"\x80\x02" + text("\ud800") + b".", "holds a string that is not UTF-8")
refused("nothing", b"", "is cut off")
refused("no end", b"\x80\x02}", "is cut off")
refused("more behind the end", b"\x80\x02}.}", "goes on after its end")
refused("two values", b"\x80\x02}}.", "does not end with one value")
refused("a stack that is empty", b"\x80\x02s.", "takes more than it has given")
refused("a mark that is not there", b"\x80\x02}u.", "takes more than it has given")
refused("items of a text", b"\x80\x02" + text("a") + text("b") + text("c") + b"s.", "sets items of what is no dict")
refused("an odd number of items", b"\x80\x02}(" + text("a") + b"u.", "sets items of what is no dict")

# Archives.
case("a pickle that is packed", archive(checkpoint(), packed=("x/data.pkl",)), 'E0503 ckpt.pt: "x/data.pkl" in it is packed, where it should be stored as it is')
case("a storage that unpacks to 2 MB", archive(checkpoint(), storages=STORAGES | {"x/data/9": b"\0" * 2_000_000}, packed=("x/data/9",)), 'E0503 ckpt.pt: "x/data/9" in it is packed, where it should be stored as it is')
case("two pickles", archive(checkpoint(), others=(("y/data.pkl", b"\x80\x02}."),)), "E0505 ckpt.pt: it holds data.pkl 2 times, and programs differ in which one they take")
case("numbers of big-endian machines", archive(checkpoint(), others=(("x/byteorder", b"big"),)), "E0505 ckpt.pt: its numbers are big-endian")
case("numbers of no machine", archive(checkpoint(), others=(("x/byteorder", b"middle"),)), "E0505 ckpt.pt: its numbers are big-endian")
case("a TorchScript program", archive(checkpoint(), others=(("x/constants.pkl", b"\x80\x02)."), ("x/code/__torch__.py", b"import os"))), "E0505 ckpt.pt: it is a TorchScript program")
case("an archive of nothing", b"PK\5\6" + b"\0" * 18, "E0505 ckpt.pt: it is no file of torch.save")
case("an archive of something else", archive(b"").replace(b"data.pkl", b"data.txt"), "E0505 ckpt.pt: it is a ZIP archive without data.pkl")
case("a file of another format with an archive behind it", b"MZ" + archive(checkpoint()), "E0505 ckpt.pt: it is no file of torch.save")
case("PyTorch's old format", bytes.fromhex("80028a0a6cfc9c46f9206aa850192e") + b"\x80\x02}.", "E0505 ckpt.pt: it is in PyTorch's old format, of before version 1.6")
case("a tar archive", b"a".ljust(257, b"\0") + b"ustar\0" + b"\0" * 249, "E0505 ckpt.pt: it is a tar archive, as the first versions of PyTorch wrote")
case("an empty file", b"", "E0505 ckpt.pt: it is no file of torch.save")


def directory(content, entry, at, size, value):
    """Puts a number into an entry of the directory: 20 packed, 24 size, 42 offset."""
    place = content.rindex(b"PK\1\2", 0, content.rindex(entry.encode()))
    return content[:place + at] + value.to_bytes(size, "little") + content[place + at + size:]


whole = archive(checkpoint())
for entry, at, size, value, reason in [
    ("x/data/0", 24, 4, 4000, "is packed, where it should be stored as it is"), ("x/data/0", 42, 4, 3, "does not start where it should"), ("x/data.pkl", 42, 4, 0x7FFFFFFF, None),
]:
    expected = f'E0503 ckpt.pt: "{entry}" in it {reason}' if reason else "E0503 ckpt.pt: it is a damaged ZIP archive: it is cut off"
    case(f"a directory that lies, {entry} {at}", directory(whole, entry, at, size, value), expected)
both = directory(directory(whole, "x/data/1", 24, 4, 100_000), "x/data/1", 20, 4, 100_000)
case("a storage beyond the file", both, 'E0503 ckpt.pt: "x/data/1" in it is cut off')
first = whole.index(b"PK\3\4", whole.index(b"x/data/") - 40)
case("storages that overlap", directory(whole, "x/data/1", 42, 4, first), "E0505 ckpt.pt: two of its storages overlap")
case("a storage twice", whole.replace(b"x/data/1", b"x/data/0"), 'E0505 ckpt.pt: it holds the storage "0" twice')
flags = whole.rindex(b"PK\1\2", 0, whole.rindex(b"x/data.pkl")) + 8
case("an archive that is encrypted", whole[:flags] + b"\1" + whole[flags + 1:], 'E0503 ckpt.pt: "x/data.pkl" in it is encrypted')
end = whole.rindex(b"PK\5\6")
case("a directory of 65,000 files", whole[:end + 8] + struct.pack("<HH", 65000, 65000) + whole[end + 12:], "E0503 ckpt.pt: it is a damaged ZIP archive: its directory is longer than the file")
case("a directory that is elsewhere", whole[:end + 16] + struct.pack("<I", 0) + whole[end + 20:], "E0503 ckpt.pt: it is a damaged ZIP archive: its directory cannot be read")
for share in (1, 30, 60, 99):
    case(f"{share} % of a checkpoint", whole[:len(whole) * share // 100], "E0503 ckpt.pt: it is a damaged ZIP archive: it has no directory; was it copied to its end?")

# What is none of nanoGPT's.
case("a list", archive(b"\x80\x02](K\1e."), "E0505 ckpt.pt: it holds a list, not a checkpoint")
case("a model that is a list", archive(checkpoint(model=[1])), "E0505 ckpt.pt: its `model` is a list, where nanoGPT has a dict")
case("settings that are a tensor", archive(checkpoint(model_args=tensor("0", 4, (2, 2), (2, 1)))), "E0505 ckpt.pt: its `model_args` is a tensor, where nanoGPT has a dict")
case("a checkpoint of another program", archive(checkpoint(model=None, state_dict=model())), 'E0505 ckpt.pt: it is no checkpoint of nanoGPT: it holds "model_args", "iter_num", "best_val_loss", "config", "state_dict", not `model` and `model_args`')
case("a tensor that is a number", archive(checkpoint(model=model() | {"transformer.wpe.weight": 7})), "E0505 ckpt.pt, tensor `transformer.wpe.weight`: it is a number, not a tensor")
case("a tensor without a name", archive(checkpoint(model=model() | {7: 7})), "E0505 ckpt.pt: a key of its tensors is a number")
case("a tensor more", archive(checkpoint(model=model() | {"transformer.h.0.attn.c_attn.bias": tensor("0", 4, (2, 2), (2, 1))})),
     "E0505 ckpt.pt, tensor `transformer.h.0.attn.c_attn.bias`: by model_args a plain nanogpt has no such tensor, so this one is another model")
case("a block more", archive(checkpoint(model=model() | {"transformer.h.1.ln_1.weight": tensor("1", 16, (2,), (1,))})), "E0506 ckpt.pt: it says 1 block, but ckpt.pt holds more: it has `transformer.h.1.ln_1.weight`")
case("an unembedding of its own", archive(checkpoint(model=model() | {"lm_head.weight": tensor("1", 16, (2, 2), (1, 2))})), "E0505 ckpt.pt, tensor `lm_head.weight`: in a plain nanogpt it is the embedding, but the two differ, so this one is another model")
case("a tensor less", archive(checkpoint(model={key: value for key, value in model().items() if "ln_f" not in key})), "E0505 ckpt.pt, tensor `transformer.ln_f.weight`: it is missing")
case("a causal mask beside", archive(checkpoint(model=model() | {"transformer.h.0.attn.bias": tensor("0", 4, (1, 1, 2, 2), (4, 4, 2, 1))})), "loads")
for key, value, reason in [
    ("n_layer", None, "it is missing"), ("n_head", 0, "0 is out of range, it must be from 1 to 65536"), ("n_head", 3, "3 heads do not divide the width n_embd = 2"), ("n_embd", 2.5, "2.5 is not a whole number"),
    ("n_embd", float("nan"), "nan is not a whole number"), ("n_layer", 10 ** 9, "1000000000 is out of range, it must be from 1 to 4096"), ("n_layer", -1, "-1 is out of range, it must be from 1 to 4096"),
    ("vocab_size", 2 ** 40, "1099511627776 is out of range, it must be from 1 to 67108864"), ("block_size", "2", "it is a string, not a whole number"), ("bias", 1, "it is a number, not true or false"),
    ("bias", None, "it is missing"), ("dropout", {}, "it is a dict"), ("n_layer", tensor("0", 4, (2, 2), (2, 1)), "it is a tensor"),
]:
    case(f"model_args with {key} as {str(value)[:20] if not isinstance(value, Raw) else 'a tensor'}", archive(checkpoint(model_args=ARGUMENTS | {key: value})), f"E0506 ckpt.pt, field `model_args.{key}`: {reason}")

# Characters.
for what, value, reason in [
    ("no dict", [1], "it holds a list"), ("nothing", {}, "it has no dicts `itos` and `stoi`"), ("a list of texts", {"itos": ["a"], "stoi": {"a": 0}}, "it has no dicts `itos` and `stoi`"),
    ("a text as an id", {"itos": {"0": "a"}, "stoi": {"a": "0"}}, 'its `itos` gives "a" to "0", not a text to a whole number'), ("an empty text", {"itos": {0: ""}, "stoi": {"": 0}}, 'its `itos` gives "" to 0, not a text to a whole number'),
    ("another id back", {"itos": {0: "a", 1: "b"}, "stoi": {"a": 1, "b": 0}}, 'its `stoi` gives 1 to "a", which `itos` does not'), ("fewer back", {"itos": {0: "a", 1: "b"}, "stoi": {"a": 0}}, "its `stoi` lacks some of what `itos` has"),
    ("another size", META | {"vocab_size": 3}, "its `vocab_size` is 3, `itos` has 2"), ("a negative id", {"itos": {-1: "a"}, "stoi": {"a": -1}}, 'the token "a" has the id -1; ids count from 0'),
    ("an id far away", {"itos": {2 ** 29: "a"}, "stoi": {"a": 2 ** 29}}, "it has 1 tokens, yet ids run to 536870912"), ("a text twice", {"itos": {0: "a", 1: "a"}, "stoi": {"a": 0}}, "its `stoi` lacks some of what `itos` has"),
]:
    case(f"characters with {what}", pickle.dumps(value), f"E0507 meta.pkl: {reason}", "meta.pkl")

pathlib.Path(sys.argv[1]).write_text("[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in cases) + "\n]\n")
print(len(cases), "cases,", sum(len(entry["hex"]) // 2 for entry in cases), "bytes")
