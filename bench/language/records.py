def walk(n):
    p = {"x": 0, "y": 0, "steps": 0}
    for i in range(n):
        p["x"] += i % 3
        p["y"] = p["x"] - p["y"]
        p["steps"] += 1
    return p
p = walk(2_000_000)
print(p["x"], p["y"], p["steps"])
