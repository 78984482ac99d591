def lines(n):
    parts = []
    for i in range(n):
        x = i / 7
        parts.append(f"{i:>6} {x:.3f}")
    return "\n".join(parts)
text = lines(500_000)
print(len(text), text[-40:])
