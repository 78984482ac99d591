#!/usr/bin/env python3
"""The passes of run.py in PyTorch and in llama.cpp, on one thread or more (OMP_NUM_THREADS).

    reference.py torch f32|bf16 TOKENS PASSES MODEL   prints the seconds of the first pass and of the fastest of PASSES more, last logits only
    reference.py llama.cpp TOKENS PASSES FILE         the same of a GGUF file (llama-cpp-python)
    reference.py read PASSES FILE                     prints the seconds of reading the file's bytes once, from the page cache
"""
import os, sys, time

threads = int(os.environ.get("OMP_NUM_THREADS", os.cpu_count()))


def timed(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def report(body, passes):
    print(timed(body), min(timed(body) for _ in range(passes)))


def read(passes, file):
    import torch
    torch.set_num_threads(threads)
    size = os.path.getsize(file) // 4 * 4
    # A sum of float32 is as fast a reader as PyTorch has; what the sum is does not matter.
    numbers = torch.from_file(file, shared=False, size=size, dtype=torch.uint8).view(torch.float32)
    report(lambda: numbers.sum(), passes)


def torch_passes(kind, tokens, passes, folder):
    import torch
    from transformers import AutoModelForCausalLM
    torch.set_num_threads(threads)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype={"f32": torch.float32, "bf16": torch.bfloat16}[kind])
    ids = torch.tensor([[(i * 7919 + 13) % model.config.vocab_size for i in range(tokens)]])
    with torch.no_grad():
        report(lambda: model(ids, logits_to_keep=1, use_cache=False).logits, passes)


def llama_cpp(tokens, passes, file):
    from llama_cpp import Llama
    model = Llama(file, n_ctx=max(64, tokens * (passes + 2)), n_batch=max(tokens, 64), n_threads=threads, n_threads_batch=threads, verbose=False)
    ids = [(i * 7919 + 13) % model.n_vocab() for i in range(tokens)]

    def body():
        model.reset()
        model.eval(ids)

    report(body, passes)


task, *arguments, where = sys.argv[1:]
if task == "read":
    read(int(arguments[0]), where)
elif task == "torch":
    torch_passes(arguments[0], int(arguments[1]), int(arguments[2]), where)
else:
    llama_cpp(int(arguments[0]), int(arguments[1]), where)
