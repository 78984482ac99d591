def total(n):
    s = 0
    for i in range(n):
        s += i * 2 % 7
    return s
print(total(10_000_000))
