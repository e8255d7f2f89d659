# needs: stdlib(cProfile, profile, pstats, _lsprof, io, sys)
# The profilers: who called whom how often, recursion, generators, builtin functions, custom timers, states, reports.
import _lsprof
import cProfile
import io
import pstats
import sys


def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", type(r).__name__)


def numbers():
    yield 1
    yield 2


def work(n):
    if n:
        work(n - 1)
    len([1])
    [].append(1)
    sorted([3, 1], key=lambda x: x)
    "a".upper()
    list(numbers())
    dict.fromkeys([1])
    sys.getrefcount(1)
    try:
        int("x")
    except ValueError:
        pass


def shown(code):
    return code if isinstance(code, str) else code.co_name


def table(p):
    for e in sorted(p.getstats(), key=lambda e: shown(e.code)):
        print(shown(e.code), e.callcount, e.reccallcount, sorted((shown(s.code), s.callcount, s.reccallcount) for s in e.calls or ()))


p = _lsprof.Profiler()
p.enable()
work(2)
p.disable()
table(p)
p.clear()
print(p.getstats())
ticks = 0


def tick():
    global ticks
    ticks += 1
    return ticks


for unit in (0.5, 0.0):
    p = _lsprof.Profiler(tick, unit)
    p.enable()
    work(1)
    p.disable()
    print(sorted((shown(e.code), e.callcount, e.totaltime, e.inlinetime) for e in p.getstats()))
p = _lsprof.Profiler(subcalls=False)
p.enable(subcalls=False, builtins=False)
work(1)
p.disable()
table(p)
err(_lsprof.Profiler, 1, 2, 3, 4, 5)
err(p.enable, 1, 2, 3)
with cProfile.Profile() as p:
    print(sys.monitoring.get_tool(sys.monitoring.PROFILER_ID))
    err(cProfile.Profile().enable)
print(sys.monitoring.get_tool(sys.monitoring.PROFILER_ID))
p = cProfile.Profile(tick, 1.0)
p.runctx("work(2)", globals(), {})
print(p.runcall(max, 3, 4))
out = io.StringIO()
s = pstats.Stats(p, stream=out)
p.create_stats()
s = pstats.Stats(p, stream=out).strip_dirs().sort_stats("name")
print(s.total_calls, s.prim_calls)
for (file, line, name), (cc, nc, tt, ct, callers) in sorted(s.stats.items()):
    print(name, cc, nc, tt, ct, sorted((k[2], v) for k, v in callers.items()))
