# needs: core
# Where the carets go: a group of exceptions, each from another kind of expression, printed at exit.
def attempt(f, out):
    try:
        f()
    except Exception as e:
        out.append(e)


class Obj:
    attr = None


o, d, lst, text = Obj(), {"key": {}}, [1, 2], "text"
long_name_for_a_variable = 1
errors = []
attempt(lambda: 1 + (2 / 0) * 3, errors)
attempt(lambda: o.attr.missing.deeper, errors)
attempt(lambda: d["key"]["none"]["deeper"], errors)
attempt(lambda: lst[5], errors)
attempt(lambda: lst["a" + text], errors)
attempt(lambda: undefined_variable + 1, errors)
attempt(lambda: long_name_for_a_variabel, errors)
attempt(lambda: text.uper(), errors)
attempt(lambda: o(1, 2)(3), errors)
attempt(lambda: len(5) + len("x"), errors)
attempt(lambda: "é日本" + 1 + "after wide characters", errors)
attempt(lambda: (1 +
                 len(lst) +
                 text), errors)
attempt(lambda: max(lst, key=lambda v: v.nope), errors)
attempt(lambda: [x for x in lst if x.bad], errors)
attempt(lambda: f"{text} {1 / 0:>5}", errors)
attempt(lambda: -text, errors)
attempt(lambda: lst < text, errors)
attempt(lambda: (yield_ := 1) and text @ lst, errors)
attempt(lambda: int("not a number"), errors)
attempt(lambda: divmod(1, 0), errors)


def unpack():
    a, b, c = lst


def store():
    text[0] = "T"


def delete():
    del o.nothing


def assertion():
    assert lst == text, "not equal"


def augmented():
    o.attr += 1


def importing():
    raise ImportError("raised by hand", name="module")


def call_many_lines():
    return dict(
        a=1,
        b=int(
            "x"
        ),
    )


for f in (unpack, store, delete, assertion, augmented, importing, call_many_lines):
    attempt(f, errors)
print(len(errors), [type(e).__name__ for e in errors])
raise ExceptionGroup("all of them", [ExceptionGroup(f"part {i}", errors[i:i + 9]) for i in range(0, len(errors), 9)])
