# needs: core
# Names: local, global, nonlocal, class scopes, del in each scope, walrus, augmented assignment, builtins shadowed, unbound errors.
def err(f, *a):
    try:
        print("no error:", f(*a))
    except Exception as e:
        print(type(e).__name__ + ":", e)


g = "global"
len_was = len


def reads():
    return g


def shadows():
    g = "local"
    return g


def writes():
    global g
    g = "written"


def unbound_read():
    r = g
    g = 1
    return r


def conditional(flag):
    if flag:
        v = 1
    return v


def after_del():
    v = 1
    del v
    return v


def loop_var():
    for q in []:
        pass
    return q


def walrus_scope():
    if (n := 10) > 5:
        r = [m := n, (n := n + 1), n]
    while (n := n - 3) > 0:
        r.append(n)
    return r, m, n, (lambda: (z := 5) + z)(), [y for x in range(3) if (y := x * 2)], y


def with_many():
    a = b = c = []
    a += [1]
    b = b + [2]
    c.append(3)
    d = e, *f = "xyz"
    return a, b, c, d, e, f


def augmented():
    i, s, l, t, d = 5, "a", [1], (1,), {"k": 1}
    i += 1; i -= 2; i *= 3; i **= 2; i //= 5; i %= 17; i <<= 3; i >>= 1; i |= 1; i &= 13; i ^= 6
    f = 10
    f /= 4
    s += "b"
    s *= 2
    l += (2,)
    l *= 2
    t += (2,)
    d |= {"z": 2}
    d["k"] += 10
    l[0] -= 5
    l[1:2] += [9, 9]
    return i, f, s, l, t, d


def deletes():
    l, d = list(range(6)), {"a": 1, "b": 2}

    class O:
        pass
    o = O()
    o.x = 1
    del l[0], l[1:3], d["a"], o.x
    (a, b), c = (1, 2), 3
    del (a, b), [c]
    return l, d, o.__dict__, sorted(locals())


print(reads(), shadows(), writes(), reads())
err(unbound_read)
err(conditional, True)
err(conditional, False)
err(after_del)
err(loop_var)
print(walrus_scope(), with_many(), augmented(), deletes())


def shadow_builtin():
    len = lambda x: "shadowed"
    return len([1])


def global_builtin():
    global max
    max = lambda *a: "global max"
    r = max(1, 2)
    del max
    return r, max(1, 2)


print(shadow_builtin(), len([1]), global_builtin())


def delete_global():
    global temp
    temp = 1
    del temp
    del temp


err(delete_global)
err(lambda: temp)


class C:
    a = 1
    b = a + 1
    del a
    try:
        a
    except NameError as e:
        msg = str(e)
    g = g + " in class"
    locals()["injected"] = "through locals"
    global class_global
    class_global = "set in class"

    def method(self):
        return g, __class__.__name__

    for i in range(3):
        exec(f"m{i} = {i}")
    lst = [i for i in range(2)]
    nested = [lambda: g for _ in range(1)][0]()


print(C.b, hasattr(C, "a"), C.msg, C.g, C.injected, class_global, C().method(), C.m2, C.lst, C.i, C.nested)


def nonlocal_chain():
    x = 0

    def one():
        nonlocal x
        x += 1

        def two():
            nonlocal x
            x += 10

            class K:
                nonlocal x
                x += 100
                y = x
            return K.y
        return two()
    return one(), x


print(nonlocal_chain())


def class_and_free():
    v = "free"

    class K:
        w = v
        if True:
            v = "class"
        z = v

        def m(self):
            return v
        u = [v for _ in range(1)]
    return K.w, K.z, K().m(), K.u


err(class_and_free)


def del_free():
    v = 1

    def inner():
        return v
    del v
    return inner()


err(del_free)


def exec_scope():
    v = "local"
    exec("v = 'exec changed'; w = 'exec made'")
    ns = {"v": "own"}
    exec("v += '!'; def_ = [v for _ in range(2)]" if False else "v += '!'", {}, ns)
    return v, "w" in locals(), ns


print(exec_scope())


def star_locals(a, *args, b=1, **kw):
    c = 2
    return dict(sorted(locals().items()))


print(star_locals(1, 2, b=3, z=4))


def frames():
    def inner():
        return [k for k in locals()], v
    v = 5
    return inner()


print(frames())
x = 1


def same_names(x, y=x):
    def x2():
        return x, y
    x = x + 1
    return x2()


print(same_names(10), [x for x in [x]], x)
i = 0
i, [i][0] = 5, 6
print(i)
a = [0, 1]
k = 0
k, a[k] = 1, "set at new k"
print(a)
p = q = r = 0
p, (q, *r), s = 1, "abc", [2]
print(p, q, r, s)
first = second = []
first.append(1)
print(second, first is second)
(u) = 5
[v] = [6]
((w, z),) = [(7, 8)]
print(u, v, w, z)
for o.attr in [] if False else []:
    pass
try:
    o
except NameError as e:
    print(e)
for n, a[0] in enumerate("xy"):
    pass
print(n, a)
if (match := "found it".find("it")) >= 0:
    print("walrus at module level", match)
print((lambda n: [n := n + 1, n])(1), any((hit := v) > 2 for v in range(5)), hit)
assert (check := True)
print(check, __name__, "__annotations__" in globals(), [name for name in ("g", "x", "nope") if name in globals()])
del g
err(reads)
__builtins__len = len


def lookup_order():
    global list
    r = [list is type([])]
    list = "global wins"
    r.append(list)
    del list
    r.append(list is type([]))
    return r


print(lookup_order())
print(1 if 0 else 2, 1 and 0 or 3, not 1 or 2, (1, 0)[0 or 1], [] or {} or "last", 1 < 2 < 3 != 3, 5 if not [] else 6, (lambda: 1 if 0 else lambda: 2)()())
