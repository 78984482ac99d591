#!/usr/bin/env python3
"""Write texts with the ids that Hugging Face `tokenizers` gives them, for the tests of our tokenizer.

    make_tokenizer_goldens.py FOLDER OUT.jsonl [--random 2500] [--seed 1] [--no-fixed]

FOLDER holds vocab.json and merges.txt of a byte-level BPE with GPT-2's pattern. The first line of OUT says how it was made; then
come lines {"text", "ids"} and lines {"ids", "decoded"}, where the text is Python's decode("utf-8", errors="replace") of the
tokens' bytes. Needs the package tokenizers.
"""
import argparse, json, pathlib, random, sys
import tokenizers
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

FIXED = [
    "", " ", "  ", "\n", " \n ", "Hello, world!", "don't we'll I'm they've it's he'd you're DON'T 'S 's", "'", "''s", "x's'sx",
    "The quick brown fox jumps over the lazy dog.", "   leading", "trailing   ", "a  b   c\t\td\n\n\ne \t f", "\r\n\r\n mixed \r",
    "3.14159 1,000,000 0xFF 1e-5 ½ ² Ⅷ ① ٣٤ 四", "snake_case camelCase kebab-case CONST_99", "!!!???... --- ***", "a\u0301 e\u0308 ñ ñ",
    "<|endoftext|>", "a<|endoftext|>b", " <|endoftext|> ", "<|endoftext|><|endoftext|>", "<|endoftext|", "<|<|endoftext|>|>", "  <|endoftext|>  \n<|endoftext|>\n",
    "Ἐν ἀρχῇ ἦν ὁ λόγος", "Все счастливые семьи похожи", "Բոլոր մարդիկ", "כל בני האדם", "يولد جميع الناس أحراراً", "سب انسان آزاد", "सभी मनुष्यों को",
    "সমস্ত মানুষ", "ਸਾਰਾ ਮਨੁੱਖੀ", "દરેક વ્યક્તિ", "மனிதப் பிறவியினர்", "ప్రతిపత్తిస్వత్వముల", "ಎಲ್ಲಾ ಮಾನವರೂ", "മനുഷ്യരെല്ലാവരും", "සියලු මනුෂ්‍යයෝ",
    "มนุษย์ทั้งหลาย", "ມະນຸດທຸກຄົນ", "လူတိုင်းသည်", "ყველა ადამიანი", "የሰው ልጅ", "មនុស្សទាំងអស់", "すべての人間は、生まれながら", "人人生而自由", "모든 인간은 태어날", "ᠬᠦᠮᠦᠨ ᠪᠦᠷ",
    "ᎠᏂᏴᏫ ᏂᎦᏛ", "ⵉⵎⴷⴰⵏⵏ", "𐌰𐌻𐌻𐌰𐌹 𐌼𐌰𐌽𐌽𐌰", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟙𝟚𝟛", "😀😃 👩‍👩‍👧‍👦 🇫🇷🇩🇪 👍🏽 ❤️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ☃", "∀x∈ℝ: ⌈x⌉ = −⌊−x⌋, α ∧ ¬β", "€£¥₹₿ ©®™",
    "def f(x):\n    return {k: v for k, v in x.items() if v != 0}\n", "for (int i = 0; i < n; ++i) { a[i] += b[i]; }", "SELECT * FROM t WHERE a='b''c';",
    "<html><body class=\"x\">&amp;</body></html>", "\\frac{\\partial f}{\\partial x}", "if err != nil {\n\t\treturn err\n\t}", "#!/bin/sh\n\techo \"$HOME\" | sed 's/a/b/g'",
    "\x00\x01\x02\x1b[31m\x7f", "\u0085\u00a0\u1680\u2000\u2009\u200a\u2028\u2029\u202f\u205f\u3000x", " \u00a0 \u3000a", "\u200b\u200c\u200d\u2060\ufeff", "\ufffd\ufffe\uffff\U0010ffff",
    "\ue000\uf8ff", "a" * 200, " " * 50, "\n" * 20, "ab" * 100, "1234567890" * 12, "!?" * 70, "Ġthe Ċ Ń", "naïve café ŁÓDŹ straße ǅ ʰ",
]
BLOCKS = [(32, 127), (0, 32), (0x80, 0x250), (0x250, 0x590), (0x590, 0x900), (0x900, 0x1100), (0x1100, 0x2000), (0x2000, 0x2C00),
          (0x2C00, 0xA000), (0xA000, 0xD800), (0xE000, 0x10000), (0x10000, 0x11000), (0x11000, 0x1D000), (0x1D000, 0x1FB00), (0x1FB00, 0x110000)]
PIECES = [" ", "  ", "\n", "\t", "'s", "'ll", "'re", "'", " '", "\u00a0", "<|endoftext|>", "the", " and", "1", "0", ".", ",", "\r\n", "ing", " a", "\u3000"]


def random_text(r):
    out = []
    block = r.choice(BLOCKS)
    for _ in range(r.randint(1, 24)):
        p = r.random()
        if p < 0.35:
            out.append(r.choice(PIECES))
        elif p < 0.6:
            out.append("".join(r.choice("etaoinshrdlucmfwypvbgkjqxzETAOIN ") for _ in range(r.randint(1, 6))))
        else:
            low, high = block if r.random() < 0.8 else r.choice(BLOCKS)
            c = r.randrange(low, high)
            out.append(chr(c if not 0xD800 <= c < 0xE000 else 0x41))
    return "".join(out)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--random", type=int, default=2500)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--no-fixed", action="store_true")
    a = p.parse_args()
    words = json.loads((a.folder / "vocab.json").read_text(encoding="utf-8"))
    tok = Tokenizer(models.BPE.from_file(str(a.folder / "vocab.json"), str(a.folder / "merges.txt")))
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tok.add_special_tokens([AddedToken("<|endoftext|>", normalized=False, special=True)])
    r = random.Random(a.seed)
    texts = ([] if a.no_fixed else FIXED) + [random_text(r) for _ in range(a.random)]
    # GPT-2's byte alphabet, for the bytes of a token.
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    byte = {chr(b): b for b in printable} | {chr(256 + i): b for i, b in enumerate(others)}
    token_bytes = {i: bytes(byte[c] for c in w) for w, i in words.items()}
    singles = {b[0]: i for i, b in token_bytes.items() if len(b) == 1}
    lead = [0x41, 0x80, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xE2, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF, 0x9F, 0xA0, 0x8F, 0x90, 0x82]
    with open(a.out, "w", encoding="utf-8") as f:
        command = " ".join(["tools/make_tokenizer_goldens.py", *sys.argv[1:]])
        f.write(json.dumps({"golden": "tokenizer", "version": 1, "command": command, "tokenizers": tokenizers.__version__}) + "\n")
        for text in texts:
            f.write(json.dumps({"text": text, "ids": tok.encode(text).ids}) + "\n")
        for n in range(min(600, a.random)):
            if n % 2:
                ids = [r.randrange(len(words)) for _ in range(r.randint(1, 8))]
            else:
                ids = [singles[r.choice(lead)] for _ in range(r.randint(1, 8))]
            decoded = b"".join(token_bytes[i] for i in ids).decode("utf-8", errors="replace")
            f.write(json.dumps({"ids": ids, "decoded": decoded}) + "\n")


if __name__ == "__main__":
    main()
