"""Ids and texts that Hugging Face tokenizers 0.23.3 gives for tokenizers of many kinds.
Run: python3 tools/goldens/make_tokenizer_kinds.py [SEED]
Each Tests/Fixtures/tokenizers/KIND.json is a tokenizer.json; the texts of KIND.jsonl stay, their ids are written anew. variants.json holds
changes of these files (another pattern, normalizer, pre-tokenizer, model or decoder, added tokens with every flag), texts at random and
their ids; VOCAB and MERGES in a variant stand for those of its base.
"""
import copy, json, pathlib, random, sys
from tokenizers import Tokenizer

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 1
HERE = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/tokenizers"
FILES = {path.stem: json.loads(path.read_text()) for path in sorted(HERE.glob("*.json")) if path.stem != "variants"}

for kind in FILES:
    tokenizer = Tokenizer.from_file(str(HERE / f"{kind}.json"))
    lines = []
    for line in (HERE / f"{kind}.jsonl").read_bytes().decode().rstrip("\n").split("\n"):
        text = json.loads(line)["text"]
        if isinstance(text, list):
            coded = tokenizer.encode(*text)
            lines.append(dict(text=text, ids=coded.ids, type_ids=coded.type_ids))
            continue
        ids = tokenizer.encode(text).ids
        line = dict(text=text, ids=ids)
        plain = tokenizer.encode(text, add_special_tokens=False).ids
        decoded, skipped = (tokenizer.decode(ids, skip_special_tokens=skip) for skip in (False, True))
        line |= {} if plain == ids else dict(plain=plain)
        line |= {} if decoded == text else dict(decoded=decoded)
        line |= {} if skipped == text else dict(skipped=skipped)
        lines.append(line)
    (HERE / f"{kind}.jsonl").write_text("".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines))

VARIANTS = {}


def variant(name, base, change):
    data = copy.deepcopy(FILES[base])
    change(data)
    VARIANTS[name] = (base, data)


# Patterns.
CONTRACTIONS, WHITE, BEFORE = "(?i:'s|'t|'re|'ve|'m|'ll|'d)", r"|\s*[\r\n]+|\s+(?!\S)|\s+", r"[^\r\n\p{L}\p{N}]?"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
PATTERNS = {
    "gpt2 as Split": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    "qwen3.5": CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*" + WHITE,
    "o200k": BEFORE + UPPER + "*" + LOWER + "+" + CONTRACTIONS + "?|" + BEFORE + UPPER + "+" + LOWER + "*" + CONTRACTIONS
    + r"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + WHITE,
    "tekken": BEFORE + UPPER + "*" + LOWER + "+|" + BEFORE + UPPER + "+" + LOWER + r"*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + WHITE,
}
for name, pattern in PATTERNS.items():
    variant(name, "llama3", lambda d: d["pre_tokenizer"]["pretokenizers"][0]["pattern"].update(Regex=pattern))
for behaviour in ("Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
    for invert in (False, True):
        variant(f"bloom {behaviour} {invert}", "bloom",
                lambda d: d["pre_tokenizer"]["pretokenizers"][0].update(behavior=behaviour, invert=invert))

# Pre-tokenizers.
for scheme in ("first", "always", "never"):
    for split in (True, False):
        part = dict(type="Metaspace", replacement="▁", prepend_scheme=scheme, split=split)
        variant(f"Metaspace {scheme} {split}", "llama2", lambda d: d.update(normalizer=None, pre_tokenizer=part, decoder=part))
BYTES = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True)


def steps(*parts):
    return lambda d: d.update(pre_tokenizer=dict(type="Sequence", pretokenizers=list(parts)))


variant("prefix", "gpt2", lambda d: d["pre_tokenizer"].update(add_prefix_space=True))
variant("digits", "gpt2", steps(dict(type="Digits", individual_digits=True), BYTES))
variant("punctuation", "gpt2", steps(dict(type="Punctuation", behavior="Contiguous"), dict(type="Digits", individual_digits=False),
                                     BYTES | dict(add_prefix_space=True, use_regex=False)))
variant("white space", "gpt2", steps(dict(type="WhitespaceSplit"), BYTES | dict(add_prefix_space=True)))

# Normalizers.
variant("NFD, lower case, strip", "gpt2", lambda d: d.update(normalizer=dict(type="Sequence", normalizers=[
    dict(type="NFD"), dict(type="Lowercase"), dict(type="Strip", strip_left=True, strip_right=True)])))
for key, value in (("lowercase", False), ("strip_accents", False), ("strip_accents", True), ("clean_text", False), ("handle_chinese_chars", False)):
    variant(f"BERT {key} {value}", "bert", lambda d: d["normalizer"].update({key: value} | (dict(lowercase=False) if value else {})))


# Models.
def fewer_bytes(d):
    d["model"]["vocab"] = {("§" + t if t.startswith("<0x") and int(t[3:5], 16) % 3 == 1 else t): i for t, i in d["model"]["vocab"].items()}


def model(before=lambda d: None, **keys):
    def change(d):
        before(d)
        d["model"].update(keys)
    return change


variant("some bytes", "gemma", fewer_bytes)
variant("some bytes, no fuse", "gemma", model(fewer_bytes, fuse_unk=False))
variant("some bytes, no unknown", "gemma", model(fewer_bytes, unk_token=None))
variant("no bytes", "llama2", model(byte_fallback=False))
variant("no bytes, no fuse, whole tokens", "llama2", model(byte_fallback=False, fuse_unk=False, ignore_merges=True))
variant("no bytes, no unknown", "llama2", model(byte_fallback=False, unk_token=None))
variant("merges as texts", "gpt2", lambda d: d["model"].update(merges=[" ".join(pair) for pair in d["model"]["merges"]]))
variant("no type", "bert", lambda d: d["model"].pop("type"))
variant("no type, merges", "llama2", lambda d: d["model"].pop("type"))
variant("short words", "bert", lambda d: (d["model"].update(max_input_chars_per_word=5), d["decoder"].update(cleanup=False), d.update(
    post_processor=dict(type="BertProcessing", sep=["[SEP]", 3], cls=["[CLS]", 2]))))
variant("no decoder", "llama2", lambda d: d.update(decoder=None))


# Added tokens.
def flags(d):
    first = max(len(d["model"]["vocab"]), *(token["id"] + 1 for token in d["added_tokens"]))
    for place, (content, single, left, right, normalized, special) in enumerate([
            ("the", 1, 0, 0, 1, 0), ("É", 0, 0, 0, 1, 0), ("<X>", 0, 1, 1, 0, 1), ("<X><X>", 0, 0, 1, 0, 0), ("cat", 1, 1, 0, 0, 0),
            ("A b", 0, 0, 0, 1, 0), ("e\u0301x", 0, 0, 0, 1, 0), ("ab", 0, 0, 0, 1, 0), ("abc", 0, 0, 0, 0, 0)]):
        d["added_tokens"].append(dict(id=first + place, content=content, single_word=bool(single), lstrip=bool(left), rstrip=bool(right),
                                      normalized=bool(normalized), special=bool(special)))


for base in ("gpt2", "neox", "llama2", "mistral", "gemma", "bert", "qwen2"):
    variant(f"flags {base}", base, flags)

# Texts.
SCRIPTS = [(0x20, 0x7e)] * 4 + [
    (0xa0, 0xff), (0x100, 0x24f), (0x300, 0x36f), (0x370, 0x3ff), (0x400, 0x52f), (0x530, 0x58f), (0x590, 0x5ff), (0x600, 0x6ff), (0x900, 0x97f),
    (0x980, 0x9ff), (0xb80, 0xbff), (0xd00, 0xd7f), (0xe00, 0xe7f), (0xf00, 0xfff), (0x1000, 0x109f), (0x10a0, 0x10ff), (0x1100, 0x11ff),
    (0x1200, 0x137f), (0x1780, 0x17ff), (0x1e00, 0x1eff), (0x1f00, 0x1fff), (0x2000, 0x206f), (0x2070, 0x209f), (0x2100, 0x218f), (0x2460, 0x27bf),
    (0x3000, 0x30ff), (0x3200, 0x33ff), (0x4e00, 0x9fff), (0xa000, 0xa4cf), (0xa640, 0xa7ff), (0xac00, 0xd7a3), (0xf900, 0xfb4f), (0xfe00, 0xffff),
    (0x10400, 0x107ff), (0x11000, 0x11fff), (0x16000, 0x16fff), (0x1d400, 0x1d7ff), (0x1e000, 0x1efff), (0x1f000, 0x1faff), (0x20000, 0x2ffff), (0xe0000, 0xe01ff)]
SPACES = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2003\u2028\u2029\u202f\u205f\u3000\u200b\ufeff"
BITS = ["'s", "'S", "'ſ", "'re", "'RE", "'Ve", "'ll", "'LL", "'t", "'d", "'M", " ", "  ", "   ", "        ", "\n", "\n\n", "\r\n", " \n ", " \t", "/", "\n/", "12345",
        "3.14", "ſ", "K", "ß", "İ", "ı", "Σς", "ǅ", "a\u0301", "e\u0323\u0302", "o\u0302\u0323", "\u1112\u1161\u11ab", "한", "가\u11a8", "\u0344", "\u212b",
        "\u0958", "\ufb1d", "\U0001d15e", "\u0f73\u0f71", "\u08e6\u0f73", "\u0f81\u0f71", "\U00016d67\U00016d67", "\U00011935\U00011930", "\u0898\u0301",
        "\U00011d44\u0301", "\u3099か", "か\u3099", "▁", "▁▁", "<0x41>", "<0x0A>", " .", "n't", " do not", "I", "can", "the", "The cat", "cat", "<X>", "<X><X>", "É",
        "E\u0301", "ab", "abc", "A b", "e\u0301x", "##ing", "foo.Bar/\n", "HTTPServer", "ABCdef", "中ABC", "ʰA", "\u0301ABC", "\u0301", "ʕ", "ʕA"]


def text(rng, tokens):
    parts = []
    for _ in range(rng.randint(0, 14)):
        choice = rng.random()
        if choice < .4:
            parts.append(rng.choice(BITS))
        elif choice < .5:
            parts.append("".join(rng.choice(SPACES) for _ in range(rng.randint(1, 3))))
        elif choice < .6:
            parts.append(rng.choice(tokens))
        else:
            low, high = rng.choice(SCRIPTS)
            parts.append("".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 6))))
    return "".join(parts)


bases, cases = {}, []
for name, (base, data) in VARIANTS.items():
    tokenizer = Tokenizer.from_str(json.dumps(data))
    rng = random.Random(f"{SEED} {name}")
    texts = [text(rng, [token["content"] for token in data["added_tokens"]]) for _ in range(12)]
    # Of an added token with letters like é the byte decoder of tokenizers makes stray bytes.
    decodes = not name.startswith("flags") or base in ("llama2", "mistral", "gemma", "bert")
    lines = []
    for t in texts:
        coded = tokenizer.encode(t)
        line = dict(text=t, ids=coded.ids, plain=tokenizer.encode(t, add_special_tokens=False).ids)
        lines.append(line | (dict(decoded=tokenizer.decode(coded.ids, skip_special_tokens=False), skipped=tokenizer.decode(coded.ids)) if decodes else {}))
    listed = [[rng.randrange(tokenizer.get_vocab_size()) for _ in range(rng.randint(1, 12))] for _ in range(6 if decodes else 0)]
    lines += [dict(ids=ids, decoded=tokenizer.decode(ids, skip_special_tokens=False), skipped=tokenizer.decode(ids)) for ids in listed]
    file = copy.deepcopy(data)
    vocab, merges = FILES[base]["model"]["vocab"], FILES[base]["model"].get("merges")
    bases[base] = dict(vocab=json.dumps(vocab, ensure_ascii=False, separators=(",", ":")), merges=json.dumps(merges, ensure_ascii=False, separators=(",", ":")))
    if file["model"]["vocab"] == vocab:
        file["model"]["vocab"] = "VOCAB"
    if "merges" in file["model"] and file["model"]["merges"] == merges:
        file["model"]["merges"] = "MERGES"
    cases.append(dict(name=name, base=base, file=json.dumps(file, ensure_ascii=False, separators=(",", ":")), lines=lines))
(HERE / "variants.json").write_text(
    '{"bases":' + json.dumps(bases, ensure_ascii=False) + ',"cases":[\n'
    + ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases) + "\n]}\n")
