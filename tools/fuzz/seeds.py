#!/usr/bin/env python3
"""Small valid files of every kind that tw reads, for the fuzz target `files`: seeds.py FOLDER. The first byte of a seed names its kind
(tools/fuzz/Sources/Fuzz/FileTarget.swift)."""
import io, json, pathlib, pickle, struct, sys, zipfile

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)


def seed(kind, name, content):
    (folder / f"{kind}-{name}").write_bytes(kind.encode() + (content if isinstance(content, bytes) else content.encode()))


def npy(descr, shape, data, version=1):
    header = "{'descr': %r, 'fortran_order': False, 'shape': %r, }" % (descr, shape)
    length = "<H" if version == 1 else "<I"
    header += " " * (-(10 + len(header) + 1) % 64) + "\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack(length, len(header)) + header.encode("latin1") + data


def npz(compression):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("a.npy", npy("<f4", (2, 3), struct.pack("<6f", *range(6))))
        archive.writestr("b.npy", npy("<i8", (3,), struct.pack("<3q", 1, 2, 3)))
    return buffer.getvalue()


def gguf():
    """A Llama of one block, width 8, with a vocabulary of three tokens; one matrix is of blocks."""
    def text(x):
        return struct.pack("<Q", len(x)) + x.encode()

    def pair(key, kind, value):
        return text(key) + struct.pack("<I", kind) + value

    def whole(key, value):
        return pair("llama." + key, 4, struct.pack("<I", value))

    tokens = ["a", "b", " "]
    pairs = [pair("general.architecture", 8, text("llama")), whole("block_count", 1), whole("embedding_length", 32), whole("attention.head_count", 2),
             whole("feed_forward_length", 32), whole("context_length", 16), pair("llama.attention.layer_norm_rms_epsilon", 6, struct.pack("<f", 1e-5)),
             pair("tokenizer.ggml.model", 8, text("llama")),
             pair("tokenizer.ggml.tokens", 9, struct.pack("<IQ", 8, 3) + b"".join(map(text, tokens))),
             pair("tokenizer.ggml.scores", 9, struct.pack("<IQ3f", 6, 3, 0, -1, -2)),
             pair("tokenizer.ggml.token_type", 9, struct.pack("<IQ3i", 5, 3, 1, 1, 1))]
    sizes = {"token_embd": (32, 3), "output_norm": (32,), "blk.0.attn_norm": (32,), "blk.0.ffn_norm": (32,)}
    sizes |= {f"blk.0.{name}": (32, 32) for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")}
    infos, data = [], b""
    for name, size in sizes.items():
        kind, each = (8, 34) if len(size) == 2 else (0, 128)  # Q8_0 in blocks of 32, or F32
        infos.append(text(name + ".weight") + struct.pack(f"<I{len(size)}QIQ", len(size), *size, kind, len(data)))
        data += bytes(each * (size[1] if len(size) == 2 else 1))
        data += bytes(-len(data) % 32)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(pairs)) + b"".join(pairs) + b"".join(infos)
    return head + bytes(-len(head) % 32) + data


def safetensors(tensors):
    header, blob = {"__metadata__": {"format": "pt"}}, b""
    for name, shape in tensors.items():
        count = 1
        for size in shape:
            count *= size
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(blob), len(blob) + 4 * count]}
        blob += struct.pack(f"<{count}f", *((7 * i % 11 - 5) / 8 for i in range(count)))
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + blob


def torch_archive(tensors, sizes=None):
    """What torch.save makes of tensors of float32, without torch; with sizes a checkpoint of nanoGPT."""
    def text(words):
        return b"X" + struct.pack("<I", len(words)) + words.encode()

    def numbers(values):
        return b"(" + b"".join(b"J" + struct.pack("<i", value) for value in values) + b"t"

    pickle = b"\x80\x02ccollections\nOrderedDict\n)Rq\x00("
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for key, (name, shape) in enumerate(tensors.items()):
            count, strides = 1, []
            for size in reversed(shape):
                strides.insert(0, count)
                count *= size
            archive.writestr(f"m/data/{key}", struct.pack(f"<{count}f", *((7 * i % 11 - 5) / 8 for i in range(count))))
            storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(str(key)) + text("cpu") + b"J" + struct.pack("<i", count) + b"tQ"
            pickle += text(name) + b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\x00" + numbers(shape) + numbers(strides)
            pickle += b"\x89ccollections\nOrderedDict\n)RtR"
        if sizes:
            pairs = b"".join(text(key) + (b"J" + struct.pack("<i", value) if value else b"\x89") for key, value in sizes.items())
            pickle = b"\x80\x02}(" + text("model") + pickle[2:] + b"u" + text("model_args") + b"}(" + pairs + b"u"
        archive.writestr("m/data.pkl", pickle + b"u.")
        archive.writestr("m/byteorder", "little")
    return buffer.getvalue()


# A GPT-2 of one block: what kinds s (weights), c (config) and t (tokenizer) are parts of.
WIDTH, WORDS, PLACES = 4, 258, 4
weights = {"wte.weight": [WORDS, WIDTH], "wpe.weight": [PLACES, WIDTH], "ln_f.weight": [WIDTH], "ln_f.bias": [WIDTH]}
for norm in ("ln_1", "ln_2"):
    weights |= {f"h.0.{norm}.weight": [WIDTH], f"h.0.{norm}.bias": [WIDTH]}
for name, rows, columns in (
    ("attn.c_attn", WIDTH, 3 * WIDTH), ("attn.c_proj", WIDTH, WIDTH), ("mlp.c_fc", WIDTH, 4 * WIDTH), ("mlp.c_proj", 4 * WIDTH, WIDTH)):
    weights |= {f"h.0.{name}.weight": [rows, columns], f"h.0.{name}.bias": [columns]}
config = dict(
    model_type="gpt2", architectures=["GPT2LMHeadModel"], n_layer=1, n_head=2, n_embd=WIDTH, n_positions=PLACES, n_ctx=PLACES,
    vocab_size=WORDS, layer_norm_epsilon=1e-5, activation_function="gelu_new", bos_token_id=0, eos_token_id=0)
printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
alphabet, extra = {}, 0
for byte in range(256):
    alphabet[byte] = chr(byte) if byte in printable else chr(256 + extra)
    extra += byte not in printable
vocabulary = {sign: index for index, sign in enumerate(alphabet.values())}
added = dict(
    id=257, content="<|end|>", single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
tokenizer = dict(
    version="1.0", added_tokens=[added], normalizer=None, pre_tokenizer=dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True),
    decoder=dict(type="ByteLevel"), model=dict(type="BPE", vocab=vocabulary | {"ab": 256}, merges=["a b"]))

nano = dict(n_layer=1, n_head=2, n_embd=WIDTH, block_size=PLACES, bias=0, vocab_size=3)
nano_weights = {"transformer.wte.weight": [3, WIDTH], "transformer.wpe.weight": [PLACES, WIDTH], "transformer.ln_f.weight": [WIDTH]}
for norm in ("ln_1", "ln_2"):
    nano_weights[f"transformer.h.0.{norm}.weight"] = [WIDTH]
for name, rows, columns in (("attn.c_attn", 3 * WIDTH, WIDTH), ("attn.c_proj", WIDTH, WIDTH), ("mlp.c_fc", 4 * WIDTH, WIDTH), ("mlp.c_proj", WIDTH, 4 * WIDTH)):
    nano_weights[f"transformer.h.0.{name}.weight"] = [rows, columns]
characters = {"vocab_size": 3, "itos": dict(enumerate("ab ")), "stoi": {"a": 0, "b": 1, " ": 2}}

seed("s", "model", safetensors(weights))
seed("p", "torch", torch_archive(weights))
seed("k", "checkpoint", torch_archive(nano_weights, nano))
seed("m", "characters", pickle.dumps(characters))
seed("m", "characters2", pickle.dumps(characters, 2))
# What a test holds against the readers is a start for others.
for number, attack in enumerate(json.loads((pathlib.Path(__file__).parent.parent.parent / "Tests/Fixtures/attacks.json").read_text())):
    seed("k" if attack["file"] == "ckpt.pt" else "m", f"attack{number}", bytes.fromhex(attack["hex"]))
seed("c", "config", json.dumps(config))
seed("t", "tokenizer", json.dumps(tokenizer, ensure_ascii=False))
seed("j", "values", '{"a": [1, -2.5e3, true, null, "\\u00e9\\n"], "b": {"c": {}}, "d": []}')
seed("j", "text", '"\\ud83d\\ude00 text"')
seed("v", "table", 'a,b,"c ""d"""\n1,x,\n2.5,"y\nz",nan\n')
seed("v", "marked", "\ufeffname;other\r\n1;2\r\n")
for descr, size in (("<f4", 4), (">f8", 8), ("<f2", 2), ("<i8", 8), ("|u1", 1), ("|b1", 1)):
    seed("n", descr[1:], npy(descr, (2, 3), bytes(range(6 * size))))
seed("n", "version2", npy("<f4", (), struct.pack("<f", 1), version=2))
seed("z", "stored", npz(zipfile.ZIP_STORED))
seed("z", "deflated", npz(zipfile.ZIP_DEFLATED))
seed("g", "llama", gguf())
# What a recipe saved (Tests/Fixtures/provenance/made.tw): each says how it was made.
made = pathlib.Path(__file__).parents[2] / "Tests/Fixtures/provenance"
for kind, name in (("V", "f.svg"), ("G", "f.png"), ("D", "f.pdf"), ("H", "f.html"), ("Z", "f.npz"), ("S", "f.safetensors"), ("R", "provenance.json")):
    seed(kind, "made-" + name, (made / name).read_bytes())
images = pathlib.Path(__file__).parents[2] / "Tests/Fixtures/images"
for name in ("grey16.png", "grey2.png", "palette4_interlaced.png", "rgba8_interlaced.png", "rgb_one_transparent.png", "turned.png", "dot.png",
             "420.jpg", "420_progressive.jpg", "restarts.jpg", "grey_progressive.jpg", "cmyk.jpg", "turned6.jpg"):
    seed("i", name, (images / name).read_bytes())
