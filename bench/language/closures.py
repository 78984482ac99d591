from functools import reduce
def run(n, k):
    scaled = list(map(lambda x: x * 7 + k, range(n)))
    odd = list(filter(lambda x: x % 2 == 1, scaled))
    return reduce(lambda a, x: a + x, odd, 0)
print(run(1_000_000, 3))
