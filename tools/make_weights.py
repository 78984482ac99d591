#!/usr/bin/env python3
"""Write a model folder in Hugging Face layout, GPT-2 or Llama, with seeded Gaussian weights, for benchmarks and tests.

    make_weights.py OUT --shape gpt2 [--seed 0] [--dtype f32|f16|bf16|q8_0] [--blocks N] [--tokenizer DIR]

Shapes: gpt2 (124M), medium (355M), large (774M), xl (1.5B), tiny (4 layers, width 64); of Llama, without a tokenizer: smollm2 (135M, 3 key
heads for 9), llama1b (Llama-3.2-1B's) and llama8b (Llama-3.1-8B's). q8_0 writes a GGUF file, OUT/model.gguf, of a Llama shape; it needs the
package gguf. `--blocks N`: only the embedding and the first N blocks have numbers; the rest of the file is a hole. Needs numpy. The
statistics follow GPT-2's: embedding rows have norm near 3.9, layer norms have gains near 1 and small biases. The same seed gives the same
bytes.
"""
import argparse, json, pathlib, shutil, struct
import numpy as np

SHAPES = {"tiny": (4, 4, 64, 512, 128), "gpt2": (12, 12, 768, 50257, 1024), "medium": (24, 16, 1024, 50257, 1024),
          "large": (36, 20, 1280, 50257, 1024), "xl": (48, 25, 1600, 50257, 1024), "smollm2": (30, 9, 576, 49152, 8192),
          "llama1b": (16, 32, 2048, 128256, 131072), "llama8b": (32, 32, 4096, 128256, 131072)}
# Key heads, inner width, base of the rotary angles, and whether the unembedding is the embedding.
LLAMA = {"smollm2": (3, 1536, 100000, True), "llama1b": (8, 8192, 500000, True), "llama8b": (8, 14336, 500000, False)}


def tensors(layers, width, vocab, positions, seed):
    """Yields (name, shape, standard deviation, mean, seed of its own) in file order."""
    rows = [("wte.weight", (vocab, width), 0.14, 0.0), ("wpe.weight", (positions, width), 0.12, 0.0)]
    for i in range(layers):
        h = f"h.{i}."
        rows += [(h + "ln_1.weight", (width,), 0.1, 1.0), (h + "ln_1.bias", (width,), 0.05, 0.0),
                 (h + "attn.c_attn.weight", (width, 3 * width), 0.14, 0.0), (h + "attn.c_attn.bias", (3 * width,), 0.2, 0.0),
                 (h + "attn.c_proj.weight", (width, width), 0.1, 0.0), (h + "attn.c_proj.bias", (width,), 0.1, 0.0),
                 (h + "ln_2.weight", (width,), 0.1, 1.0), (h + "ln_2.bias", (width,), 0.05, 0.0),
                 (h + "mlp.c_fc.weight", (width, 4 * width), 0.1, 0.0), (h + "mlp.c_fc.bias", (4 * width,), 0.1, 0.0),
                 (h + "mlp.c_proj.weight", (4 * width, width), 0.06, 0.0), (h + "mlp.c_proj.bias", (width,), 0.1, 0.0)]
    rows += [("ln_f.weight", (width,), 0.2, 1.3), ("ln_f.bias", (width,), 0.1, 0.0)]
    return [(n, s, std, mean, (seed, j)) for j, (n, s, std, mean) in enumerate(rows)]


def llama_tensors(layers, heads, width, vocab, groups, inner, base, tied, seed):
    k = width // heads
    rows = [("model.embed_tokens.weight", (vocab, width), 0.14, 0.0)]
    for i in range(layers):
        h = f"model.layers.{i}."
        rows += [(h + "input_layernorm.weight", (width,), 0.1, 1.0), (h + "self_attn.q_proj.weight", (width, width), 0.04, 0.0),
                 (h + "self_attn.k_proj.weight", (groups * k, width), 0.04, 0.0), (h + "self_attn.v_proj.weight", (groups * k, width), 0.1, 0.0),
                 (h + "self_attn.o_proj.weight", (width, width), 0.1, 0.0), (h + "post_attention_layernorm.weight", (width,), 0.1, 1.0),
                 (h + "mlp.gate_proj.weight", (inner, width), 0.06, 0.0), (h + "mlp.up_proj.weight", (inner, width), 0.06, 0.0),
                 (h + "mlp.down_proj.weight", (width, inner), 0.04, 0.0)]
    rows.append(("model.norm.weight", (width,), 0.2, 1.3))
    if not tied:
        rows.append(("lm_head.weight", (vocab, width), 0.14, 0.0))
    return [(n, s, std, mean, (seed, j)) for j, (n, s, std, mean) in enumerate(rows)]


def write_gguf(path, rows, layers, heads, width, vocab, positions, groups, inner, base, tied):
    """A Llama in blocks of Q8_0, norms in float32, as llama.cpp's converter writes it; without a tokenizer."""
    import gguf
    names = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
             "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "input_layernorm": "attn_norm",
             "post_attention_layernorm": "ffn_norm"}
    w = gguf.GGUFWriter(path, "llama")
    w.add_block_count(layers), w.add_context_length(positions), w.add_embedding_length(width), w.add_feed_forward_length(inner)
    w.add_head_count(heads), w.add_head_count_kv(groups), w.add_layer_norm_rms_eps(1e-5), w.add_rope_freq_base(base)
    w.add_rope_dimension_count(width // heads), w.add_vocab_size(vocab), w.add_file_type(7), w.add_tokenizer_model("none")
    for name, shape, std, mean, seed in rows:
        x = np.random.default_rng(seed).standard_normal(shape, dtype=np.float32) * np.float32(std) + np.float32(mean)
        outside = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
        inside = name.removesuffix(".weight")
        if inside not in outside:
            _, _, block, inside = inside.split(".", 3)
        own = outside.get(inside) or f"blk.{block}.{names[inside]}"
        if len(shape) == 1:
            w.add_tensor(own + ".weight", x)
        else:
            w.add_tensor(own + ".weight", gguf.quants.quantize(x, gguf.GGMLQuantizationType.Q8_0), raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    w.write_header_to_file(), w.write_kv_data_to_file(), w.write_tensors_to_file(), w.close()


def encode(a, dtype):
    if dtype == "f32":
        return a.astype("<f4").tobytes()
    if dtype == "f16":
        return a.astype("<f2").tobytes()
    bits = a.astype("<f4").view("<u4")
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--shape", choices=SHAPES, default="gpt2")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--dtype", choices=["f32", "f16", "bf16", "q8_0"], default="f32")
    p.add_argument("--blocks", type=int)
    p.add_argument("--tokenizer", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent / "Tests/Fixtures/gpt2-tokenizer")
    a = p.parse_args()
    layers, heads, width, vocab, positions = SHAPES[a.shape]
    a.out.mkdir(parents=True, exist_ok=True)
    llama = LLAMA.get(a.shape)
    rows = llama_tensors(layers, heads, width, vocab, *llama, a.seed) if llama else tensors(layers, width, vocab, positions, a.seed)
    if a.dtype == "q8_0":
        return write_gguf(a.out / "model.gguf", rows, layers, heads, width, vocab, positions, *llama)
    size = 2 if a.dtype != "f32" else 4
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, shape, *_ in rows:
        end = at + size * int(np.prod(shape))
        header[name] = {"dtype": {"f32": "F32", "f16": "F16", "bf16": "BF16"}[a.dtype], "shape": list(shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(a.out / "model.safetensors", "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for name, shape, std, mean, seed in rows:
            if a.blocks is not None and (name.startswith("lm_head") or int((name.split(".layers.") + ["0."])[1].split(".")[0]) >= a.blocks):
                f.seek(size * int(np.prod(shape)), 1)
                continue
            x = np.random.default_rng(seed).standard_normal(shape, dtype=np.float32) * np.float32(std) + np.float32(mean)
            if "attn.c_attn." in name:
                x[..., : 2 * width] *= np.float32(0.15)  # queries and keys: scores of a few units, as in a trained model
            f.write(encode(x, a.dtype))
        f.truncate(8 + len(text) + at)
    if llama:
        (a.out / "config.json").write_text(json.dumps(dict(
            model_type="llama", architectures=["LlamaForCausalLM"], num_hidden_layers=layers, num_attention_heads=heads,
            num_key_value_heads=llama[0], hidden_size=width, intermediate_size=llama[1], max_position_embeddings=positions,
            vocab_size=vocab, rms_norm_eps=1e-5, hidden_act="silu", rope_theta=llama[2], tie_word_embeddings=llama[3]), indent=1))
        return
    (a.out / "config.json").write_text(json.dumps(dict(
        model_type="gpt2", architectures=["GPT2LMHeadModel"], n_layer=layers, n_head=heads, n_embd=width, n_positions=positions,
        n_ctx=positions, vocab_size=vocab, layer_norm_epsilon=1e-5, activation_function="gelu_new",
        bos_token_id=vocab - 1, eos_token_id=vocab - 1), indent=1))
    if vocab == 50257:
        for name in ("vocab.json", "merges.txt"):
            shutil.copy(a.tokenizer / name, a.out / name)
    else:  # one byte or made-up word a token
        words = {chr(c): i for i, c in enumerate([*range(33, 127), *range(161, 173), *range(174, 256)])}
        words |= {chr(256 + i): len(words) + i for i in range(68)}
        words |= {f"w{i}": len(words) + i for i in range(vocab - 1 - len(words))}
        words["<|endoftext|>"] = vocab - 1
        (a.out / "vocab.json").write_text(json.dumps(words, ensure_ascii=False))
        (a.out / "merges.txt").write_text("#version: 0.2\n")


if __name__ == "__main__":
    main()
