def primes(n):
    sieve = list(map(lambda i: True, range(n + 1)))
    i = 2
    while i * i <= n:
        if sieve[i]:
            j = i * i
            while j <= n:
                sieve[j] = False
                j += i
        i += 1
    count = 0
    for i in range(2, n + 1):
        if sieve[i]:
            count += 1
    return count
print(primes(2_000_000))
