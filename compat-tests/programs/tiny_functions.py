# needs: core
# Functions: arguments, defaults, keywords, recursion, closures, lambda.
def add(a, b=10, *rest, c=100, **more):
    return a, b, rest, c, more


print(add(1))
print(add(1, 2, 3, 4))
print(add(1, c=2, d=3))
print(add(*[1, 2], **{"c": 5}))


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(15))


def counter():
    n = 0

    def step(by=1):
        nonlocal n
        n += by
        return n

    return step


one, two = counter(), counter()
print(one(), one(), two(5), one())
print((lambda x, y=2: x * y)(21))
print(sorted([3, 1, 2], key=lambda v: -v))
print(add.__name__, add.__defaults__, add.__kwdefaults__)
