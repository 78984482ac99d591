#!/usr/bin/env python3
"""Makes Tests/Fixtures/gguf: small GGUF files, and what gguf-py reads in them.

    make_gguf.py LLAMA_CPP [FAMILY ...]

LLAMA_CPP is a folder with llama.cpp's convert_hf_to_gguf.py and gguf-py (the source package llama-cpp-python 0.3.16 has them under vendor/llama.cpp); needs numpy,
torch, transformers, sentencepiece. FAMILY.gguf are models of Tests/Fixtures/families as llama.cpp's own program converts them, in float32, so that their
numbers must be those of the folder. blocks.gguf is a Llama with a matrix of every type of block, of random bytes with small scales; blocks.npz holds some
rows of each as gguf-py's `dequantize` gives them. split-0000N-of-00003.gguf are llama3.gguf in three parts, as gguf-py writes them; FAMILY "split" makes these alone,
and gguf-py may then be the package `gguf` as well:

    make_gguf.py . split
"""
import json, pathlib, subprocess, sys, tempfile
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "Tests/Fixtures"
OUT = FIXTURES / "gguf"
FAMILIES = ["llama", "llama3", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "phi3", "gpt2", "bert_no_head"]


USUAL = {
    "bert_no_head": {"hidden_act": "gelu"}, "gemma2": {"query_pre_attn_scalar": 8},
    "gemma3_text": {"query_pre_attn_scalar": 8, "layer_types": ["sliding_attention"] * 3,
                    "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 1e6},
                                        "sliding_attention": {"rope_type": "default", "rope_theta": 1e4}}},
}


def expect(folder, name):
    """What transformers makes of the folder, in double: the state after the last norm of some ids, 12 of them, longer than the windows."""
    import torch, transformers

    model = transformers.AutoModel.from_pretrained(folder, dtype=torch.float64).eval()
    ids = [(i * 7919 + 13) % model.config.vocab_size for i in range(12)]
    with torch.no_grad():
        state = model(torch.tensor([ids])).last_hidden_state[0]
    EXPECTED[name] = {"ids": ids, "last": [[round(x, 9) for x in row] for row in state.tolist()]}


EXPECTED = {}


def convert(llama_cpp, name):
    """llama.cpp's program, told which pattern cuts texts: it knows published tokenizers by checksums of what they do. It reads the older keys of
    config.json; models whose tokenizer.model is not here become ones without a tokenizer."""
    pre = {"llama3": "llama-bpe", "qwen2": "qwen2", "qwen3": "qwen2"}.get(name, "gpt-2")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for file in (FIXTURES / "families" / name).iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        config = json.loads((folder / "config.json").read_text())
        rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
        # Gemma 3 has one for each kind of layer.
        config.setdefault("rope_theta", rope.get("rope_theta", rope.get("full_attention", {}).get("rope_theta", 10000.0)))
        if "sliding_attention" in rope:
            config.setdefault("rope_local_base_freq", rope["sliding_attention"]["rope_theta"])
        if rope.get("rope_type", "default") != "default":
            config.setdefault("rope_scaling", rope)
        config.setdefault("n_ctx", config.get("n_positions"))
        config.setdefault("original_max_position_embeddings", rope.get("original_max_position_embeddings", config.get("max_position_embeddings")))
        # What GGUF has no word for is as published models have it.
        config.update(USUAL.get(name, {}))
        (folder / "config.json").write_text(json.dumps({k: v for k, v in config.items() if v is not None}))
        expect(folder, name)
        code = f"""
import sys
sys.path.insert(0, {str(llama_cpp / 'gguf-py')!r})
sys.argv = ["convert", {str(folder)!r}, "--outtype", "f32", "--outfile", {str(OUT / (name + '.gguf'))!r}]
source = open({str(llama_cpp / 'convert_hf_to_gguf.py')!r}).read()
source = source.replace("AutoConfig.from_pretrained(dir_model, trust_remote_code=False).to_dict()", "json.loads((dir_model / 'config.json').read_text())")
source = source.replace("chktok = tokenizer.encode(chktxt)", "return {pre!r}")
if {name.startswith("gemma") or name == "phi3"}:
    source = source.replace("        self._set_vocab_sentencepiece()", "        self._set_vocab_none()")
    source = source.replace("vocab = self._create_vocab_sentencepiece()", "vocab = (range(10**9), [], [])")
    source = source.replace("exec(", "exec(").replace("if __name__ == '__main__':", "Phi3MiniModel.set_vocab = lambda self: self._set_vocab_none()\\nif __name__ == '__main__':")
exec(compile(source, "convert_hf_to_gguf.py", "exec"), {{"__name__": "__main__", "__file__": {str(llama_cpp / 'convert_hf_to_gguf.py')!r}}})
"""
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if result.returncode:
        print(f"{name}: not converted\n{result.stderr[-1500:]}")
    else:
        print(f"{name}: {(OUT / (name + '.gguf')).stat().st_size} bytes")


def blocks(llama_cpp):
    sys.path.insert(0, str(llama_cpp / "gguf-py"))
    import gguf
    from gguf import GGMLQuantizationType as T

    rng = np.random.default_rng(0)
    d, heads, kv, k, inner, vocabulary = 256, 2, 1, 32, 32, 64
    writer = gguf.GGUFWriter(OUT / "blocks.gguf", "llama")
    writer.add_context_length(64), writer.add_embedding_length(d), writer.add_block_count(3), writer.add_feed_forward_length(inner)
    writer.add_head_count(heads), writer.add_head_count_kv(kv), writer.add_key_length(k), writer.add_value_length(k)
    writer.add_layer_norm_rms_eps(1e-5), writer.add_rope_freq_base(10000.0), writer.add_vocab_size(vocabulary)
    expected = {}

    def small(shape):
        """Scales as float16: bytes of numbers between 0.004 and 0.01."""
        return rng.uniform(0.004, 0.01, shape).astype(np.float16).view(np.uint8)

    def add(name, shape, type):
        """A tensor of random blocks of the type; the scales at their places are small numbers."""
        elements, size = gguf.GGML_QUANT_SIZES[type]
        rows, width = shape
        if type in (T.F32, T.F16):
            values = rng.standard_normal(shape).astype(np.float32 if type == T.F32 else np.float16) * np.float16(0.1)
            writer.add_tensor(name, values)
            expected[name] = values.astype(np.float32)
            return
        count = rows * width // elements
        data = rng.integers(0, 256, (count, size), dtype=np.uint8)
        scales = {T.Q8_0: [0], T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2],
                  T.Q5_K: [0, 2], T.Q6_K: [208], T.IQ4_NL: [0], T.IQ4_XS: [0]}
        if type == T.BF16:
            values = rng.standard_normal((count, 1)).astype(np.float32)
            data = (values.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8).reshape(count, 2)
        for place in scales.get(type, []):
            data[:, place:place + 2] = small((count, 1)).reshape(count, 2)
        data = data.reshape(rows, width // elements * size)
        expected[name] = gguf.quants.dequantize(data, type)
        writer.add_tensor(name, data, raw_dtype=type)

    add("token_embd.weight", (vocabulary, d), T.Q8_0)
    writer.add_tensor("output_norm.weight", np.ones(d, np.float32))
    kinds = [(T.Q2_K, T.Q3_K, T.Q4_K, T.Q4_0, T.Q5_K, T.Q6_K, T.Q4_1), (T.IQ4_XS, T.Q8_0, T.BF16, T.Q5_0, T.F16, T.IQ4_NL, T.Q5_1),
             (T.Q4_0, T.Q4_1, T.Q5_0, T.IQ4_NL, T.Q5_1, T.Q8_0, T.Q8_0)]
    for block, types in enumerate(kinds):
        h = f"blk.{block}."
        writer.add_tensor(h + "attn_norm.weight", np.ones(d, np.float32))
        writer.add_tensor(h + "ffn_norm.weight", np.ones(d, np.float32))
        shapes = [("attn_q", (heads * k, d)), ("attn_k", (kv * k, d)), ("attn_v", (kv * k, d)), ("attn_output", (d, heads * k)), ("ffn_gate", (inner, d)),
                  ("ffn_up", (inner, d)), ("ffn_down", (d, inner))]
        for (name, shape), type in zip(shapes, types):
            add(f"{h}{name}.weight", shape, type)
    writer.write_header_to_file(), writer.write_kv_data_to_file(), writer.write_tensors_to_file(), writer.close()
    # The first rows and the last ones of each.
    np.savez_compressed(OUT / "blocks.npz", **{name: np.concatenate([x[:3], x[-3:]]) for name, x in expected.items()})


def split(llama_cpp):
    """The metadata go into the first part, the tensors into all three."""
    sys.path.insert(0, str(llama_cpp / "gguf-py"))
    import gguf

    whole = gguf.GGUFReader(OUT / "llama3.gguf")
    writer = gguf.GGUFWriter(OUT / "split.gguf", "llama", split_max_tensors=-(-len(whole.tensors) // 3))
    for field in whole.fields.values():
        if field.name != "general.architecture" and not field.name.startswith("GGUF."):
            writer.add_key_value(field.name, field.contents(), field.types[0], field.types[-1] if len(field.types) > 1 else None)
    for tensor in whole.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file(), writer.write_kv_data_to_file(), writer.write_tensors_to_file(), writer.close()


def main():
    llama_cpp = pathlib.Path(sys.argv[1]).resolve()
    OUT.mkdir(exist_ok=True)
    if len(sys.argv) == 2:
        blocks(llama_cpp)
    for name in sys.argv[2:] or FAMILIES + ["split"]:
        split(llama_cpp) if name == "split" else convert(llama_cpp, name)
    expected = OUT / "expected.json"
    known = json.loads(expected.read_text()) if expected.exists() else {}
    expected.write_text(json.dumps(known | EXPECTED))


main()
