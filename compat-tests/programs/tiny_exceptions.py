# needs: core
# Exceptions: raise, except, else, finally, own classes.
def f(x):
    try:
        if x == 0:
            raise ValueError("zero")
        if x == 1:
            return [][1]
        if x == 2:
            return {}["k"]
        if x == 3:
            return 1 / 0
    except ValueError as e:
        print("value", e)
        return "handled"
    except (IndexError, KeyError) as e:
        print(type(e).__name__, e)
    else:
        print("else")
    finally:
        print("finally", x)
    return "end"


for i in range(6):
    try:
        print(f(i))
    except ZeroDivisionError as e:
        print("outer", e)


class Own(Exception):
    pass


try:
    raise Own("a", 1)
except Exception as e:
    print(repr(e), e.args)
try:
    undefined_name
except NameError as e:
    print(e)
try:
    assert 1 == 2, "message"
except AssertionError as e:
    print(e)
