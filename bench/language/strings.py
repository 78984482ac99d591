def lines(n):
    parts = []
    for i in range(n):
        parts.append(f"{i}: line {i * 2}")
    return "\n".join(parts)
text = lines(500_000)
print(len(text), len(text.split("\n")))
