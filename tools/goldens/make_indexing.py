"""Cases for Tests/RuntimeTests/Tensors/IndexingGoldenTests.swift: indices of all kinds, at random, and what NumPy selects with them.

    python3 tools/goldens/make_indexing.py > Tests/Fixtures/indexing.tsv

A line is: the shape of A (row-major 0, 1, 2, …), T where A is transposed after that, the indices, the shape and the elements of what is
selected. An index is an integer; a slice a:b:c; positions [..], of several axes [[..], [..]]; a range a..b; a mask m[..] of 0 and 1, of two
axes m[[..], [..]].
"""

import random

import numpy as np

random.seed(11)


def bound(size):
    return random.choice(["", str(random.randint(-size - 1, size + 1))])


def positions(size, count):
    return [random.randint(-size, size - 1) for _ in range(count)]


def mask(*shape):
    m = np.array([random.random() < 0.6 for _ in range(int(np.prod(shape)))]).reshape(shape)
    return "m" + str(m.astype(int).tolist()), m


def index(shape, axis, count):
    """Text and value of an index, and the number of axes that it takes."""
    size = shape[axis]
    kind = random.random()
    if kind < 0.2:
        i = random.randint(-size, size - 1)
        return str(i), i, 1
    if kind < 0.45:
        text = f"{bound(size)}:{bound(size)}" + random.choice(["", "", ":2", ":-1", ":-2"])
        return text, slice(*[None if x == "" else int(x) for x in text.split(":")]), 1
    if kind < 0.7:
        places = positions(size, random.choice([count, count, count, 1]))
        return str(places), np.array(places), 1
    if kind < 0.76:
        places = [positions(size, count) for _ in range(2)]
        return str(places), np.array(places), 1
    if kind < 0.82:
        start = random.randint(0, size - 1)
        end = random.randint(start + 1, size)
        return f"{start}..{end}", np.arange(start, end), 1
    if kind < 0.93 or axis + 1 == len(shape):
        text, value = mask(size)
        return text, value, 1
    text, value = mask(size, shape[axis + 1])
    return text, value, 2


done = 0
while done < 500:
    shape = [random.randint(1, 4) for _ in range(random.randint(1, 4))]
    stored, turned = (shape[::-1], "T") if random.random() < 0.5 else (shape, "")
    a = np.arange(int(np.prod(shape))).reshape(stored)
    a = a.T if turned else a
    texts, values, axis, count = [], [], 0, random.randint(1, 3)
    while axis < len(shape) and (not texts or random.random() < 0.85):
        text, value, axes = index(shape, axis, count)
        texts.append(text)
        values.append(value)
        axis += axes
    try:
        result = a[tuple(values)]
    except IndexError:
        continue
    elements = ",".join(str(x) for x in result.reshape(-1))
    print("\t".join([str(stored), turned, "; ".join(texts), str(list(result.shape)), elements]))
    done += 1
