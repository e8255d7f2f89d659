# needs: stdlib(csv, io)
# _csv in detail: dialects and what they refuse, every line under every option, every row under every option.
import _csv
import csv
import io


def t(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


NAMES = ("delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict")
for name in NAMES:
    for value in (None, "", ";", "ab", "\n", " ", '"', ",", 5, 9, -1, 1.5, b"x", True):
        print(name, repr(value), end=" ")
        t(lambda: [getattr(_csv.Dialect(**{name: value}), n) for n in NAMES])
for options in [{"quotechar": None, "quoting": 1}, {"foo": 1}, {"delimiter": ",", "quotechar": ","},
                {"delimiter": ",", "escapechar": ","}, {"quotechar": " ", "skipinitialspace": 1},
                {"lineterminator": "a\\", "escapechar": "\\"}]:
    t(lambda: _csv.Dialect(**options))
d = _csv.Dialect()
t(lambda: _csv.Dialect(d) is d)
t(lambda: _csv.Dialect(d, delimiter=";").delimiter)
t(lambda: _csv.Dialect("x"))
t(lambda: d.__reduce__())
t(lambda: setattr(d, "delimiter", "x"))
t(lambda: setattr(d, "strict", 1))
t(lambda: csv.register_dialect("z", delimiter="|"))
t(lambda: csv.get_dialect("z").delimiter)
t(lambda: csv.list_dialects())
t(lambda: csv.unregister_dialect("z"))
t(lambda: csv.unregister_dialect("z"))
t(lambda: csv.register_dialect(5))
t(lambda: csv.register_dialect())
t(lambda: csv.get_dialect([]))
t(lambda: csv.field_size_limit(5))
t(lambda: list(csv.reader(["abcdefgh"])))
t(lambda: csv.field_size_limit(1.5))
t(lambda: csv.field_size_limit(131072))
READ = [{}, {"strict": True}, {"doublequote": False}, {"escapechar": "\\"}, {"skipinitialspace": True}, {"quoting": 3},
        {"quoting": 3, "escapechar": "\\"}, {"quoting": 2}, {"quoting": 4}, {"quoting": 5}, {"quotechar": "'"},
        {"delimiter": " "}, {"quotechar": None, "quoting": 3}]
for line in ("a,b,c", "", "\n", "a,b\r\n", "a,b\r", '"a,b",c', '"a""b"', '"a"b', 'a"b', '"a\nb"', '"a', '"a\n', 'a,"b', "a\rb",
             "a\r\nb", "\0", " a, b", '"a" ,b', "1,'2'", '1.5,"2.5",x', "a,,b", ",", '""', '"a\\"b"', "a\\,b", "a\\", "\\\n",
             "é,ü\u1234", 'a\\\nb', '1,"",'):
    for options in READ:
        print(repr(line), options, end=" ")
        t(lambda: list(csv.reader([line], **options)))
for lines in (['"a\n', 'b"'], ['"a', 'b"'], [b"abc"], [5], ["a\\\n", "b"], [], ["a", "b"]):
    for options in ({}, {"strict": True}, {"escapechar": "\\"}):
        t(lambda: list(csv.reader(lines, **options)))
t(lambda: csv.reader(5))
t(lambda: csv.reader())
t(lambda: csv.reader([], "xx"))
r = csv.reader(["a", '"b\n', 'c"'])
print(next(r), r.line_num, next(r), r.line_num)
WRITE = [{}, {"quoting": 1}, {"quoting": 2}, {"quoting": 4}, {"quoting": 5}, {"quoting": 3}, {"quoting": 3, "escapechar": "\\"},
         {"escapechar": "\\"}, {"doublequote": False}, {"doublequote": False, "escapechar": "\\"}, {"lineterminator": "|"},
         {"delimiter": " "}, {"delimiter": " ", "skipinitialspace": True}, {"quotechar": "'"}, {"quoting": 3, "quotechar": None}]
for row in (["a", "b"], [1, 2.5, None, True], [""], ["", ""], [None], [None, None], [], ["a,b"], ['a"b'], ["a\nb"], ["a b"],
            ["a\\b"], ['"'], 5, "abc", {"k": 1}, [[1]], [10**30], ["é\U0001f600"], ["|"], ["a", "\r\n"], [b"x"]):
    for options in WRITE:
        def write():
            out = io.StringIO(newline="")
            return csv.writer(out, **options).writerow(row), out.getvalue()
        print(repr(row), options, end=" ")
        t(write)
t(lambda: csv.writer(5))
t(lambda: csv.writer())
t(lambda: csv.writer(io.StringIO()).writerows([5]))
t(lambda: csv.writer(io.StringIO()).writerows(5))
