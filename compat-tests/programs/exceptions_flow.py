# needs: core
# Control flow with try: finally with return, break and continue, nesting, exception variables, context restoration, loops.
def log(*a):
    print(" ", *a)


def finally_return():
    try:
        return "try"
    finally:
        log("finally runs")


def finally_in_loop():
    out = []
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            out.append(i)
        finally:
            out.append(f"f{i}")
    else:
        out.append("else")
    return out


def while_finally():
    n = 0
    while True:
        try:
            n += 1
            if n < 3:
                continue
            return n
        finally:
            log("n", n)


def nested():
    out = []
    try:
        try:
            try:
                raise ValueError("deep")
            finally:
                out.append("inner finally")
        except KeyError:
            out.append("not here")
        else:
            out.append("nor here")
        finally:
            out.append("middle finally")
    except ValueError as e:
        out.append(str(e))
    else:
        out.append("no")
    finally:
        out.append("outer finally")
    return out


def else_branch(x):
    try:
        r = 10 // x
    except ZeroDivisionError:
        return "zero"
    else:
        try:
            return {5: "five"}[r]
        except KeyError as e:
            return f"key {e}"
    finally:
        log("done", x)


def rebinding():
    e = "before"
    try:
        raise ValueError("x")
    except ValueError as e:
        pass
    try:
        return e
    except UnboundLocalError as u:
        return type(u).__name__


def del_in_handler():
    try:
        raise ValueError
    except ValueError as e:
        del e
    return "fine"


def reraise():
    try:
        try:
            raise KeyError("again")
        except KeyError:
            log("first handler")
            raise
    except LookupError as e:
        return repr(e), e.__context__


def raise_in_finally():
    try:
        try:
            raise ValueError("body")
        finally:
            raise TypeError("finally")
    except TypeError as e:
        return repr(e), repr(e.__context__)


def raise_in_handler():
    try:
        try:
            raise ValueError("body")
        except ValueError as e:
            e.seen = True
            raise TypeError("handler") from e
        finally:
            log("finally after handler")
    except TypeError as e:
        return repr(e.__cause__), e.__cause__.seen


def chain_of_contexts():
    try:
        try:
            try:
                raise ValueError(1)
            except ValueError:
                raise KeyError(2)
        except KeyError:
            raise IndexError(3)
    except IndexError as e:
        out = []
        while e:
            out.append(repr(e))
            e = e.__context__
        return out


def context_cycle():
    a, b = ValueError("a"), KeyError("b")
    try:
        try:
            raise a
        except ValueError:
            raise b
    except KeyError:
        try:
            raise a
        except ValueError as e:
            return repr(e.__context__), repr(b.__context__)


def generator_with_finally():
    try:
        yield 1
        yield 2
    finally:
        log("generator finally")


def through_calls(depth):
    if depth == 0:
        raise RuntimeError("bottom")
    try:
        through_calls(depth - 1)
    finally:
        if depth % 10 == 0:
            log("unwinding", depth)


def tuple_handlers(e):
    try:
        raise e
    except (KeyError, IndexError) as x:
        return "lookup", type(x).__name__
    except ArithmeticError:
        return "arith"
    except Exception:
        return "other"
    except:
        return "bare"


def expression_handler(kinds, e):
    try:
        raise e
    except tuple(kinds) as x:
        return "caught " + type(x).__name__


def many(n):
    caught = 0
    for i in range(n):
        try:
            if i % 2:
                raise ValueError(i)
            [][i]
        except ValueError as e:
            caught += e.args[0]
        except IndexError:
            caught -= 1
    return caught


print(finally_return(), finally_in_loop(), while_finally(), nested())
print(else_branch(0), else_branch(2), else_branch(1))
print(rebinding(), del_in_handler(), reraise(), raise_in_finally(), raise_in_handler(), chain_of_contexts(), context_cycle())
for v in generator_with_finally():
    log(v)
    break
try:
    through_calls(30)
except RuntimeError as e:
    tb, n = e.__traceback__, 0
    while tb:
        n += 1
        tb = tb.tb_next
    print(e, n)
print([tuple_handlers(e) for e in (KeyError(1), IndexError(), ZeroDivisionError(), ValueError(), KeyboardInterrupt())])
print(expression_handler([OSError, ValueError], ValueError()), expression_handler([LookupError], KeyError()))
try:
    expression_handler([], ValueError("uncaught"))
except ValueError as e:
    print("outside", e)
print(many(1000))


class Lazy:
    @property
    def kind(self):
        print("  kind evaluated")
        return ValueError


try:
    pass
except Lazy().kind:
    pass
try:
    raise ValueError
except Lazy().kind:
    print("lazy matched")
result = []
for i in range(3):
    try:
        try:
            result.append(10 / (i - 1))
        except ZeroDivisionError as z:
            result.append("div")
            if i == 1:
                continue
        finally:
            result.append("fin")
        result.append("after")
    finally:
        result.append(i)
print(result)


def assertion(x):
    assert x, "x is " + repr(x)
    assert x
    return "passed"


for x in (1, 0, [], "s"):
    try:
        print(assertion(x))
    except AssertionError as e:
        print("assert", e)
try:
    assert False, ("tuple", 1)
except AssertionError as e:
    print(e.args)


def exc_value_lost():
    try:
        1 / 0
    except ZeroDivisionError as e:
        saved = e
    try:
        raise ValueError("later")
    except ValueError as v:
        return v.__context__ is None, saved.__traceback__ is not None


print(exc_value_lost())


def early(flag):
    try:
        if flag == 0:
            return "early"
        try:
            if flag == 1:
                return "inner"
        finally:
            log("inner fin")
        log("between")
    finally:
        log("outer fin")
    return "late"


print([early(i) for i in range(3)])
with_value = [1, 2, 3]
try:
    first, second = with_value
except ValueError as e:
    print(e)
