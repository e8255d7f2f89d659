# needs: core
# A finally clause that returns, breaks or continues: the compiler warns on stderr, the exception is dropped.
def returns():
    try:
        raise ValueError("dropped")
    finally:
        return "finally wins"


def breaks():
    for i in range(3):
        try:
            1 / 0
        finally:
            break
    return i


def continues():
    n = 0
    for i in range(3):
        try:
            n += 1
            return "not this"
        finally:
            continue
    return n


def both():
    try:
        return "try"
    finally:
        return "finally"


def nested_function():
    try:
        pass
    finally:
        def inner():
            return "fine, no warning here"
        r = inner()
    return r


print(returns(), breaks(), continues(), both(), nested_function())
x = 5
print(x is 5 or "never", [1, 2, 3][0])
print("\d")
assert (x, "always true")
