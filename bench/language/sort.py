def numbers(n):
    xs = []
    x = 12345
    for i in range(n):
        x = (x * 1103515 + 12345) % 2147483648
        xs.append(x)
    return xs
xs = sorted(numbers(1_000_000))
print(xs[0], xs[500_000], xs[-1])
