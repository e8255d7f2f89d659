# needs: sys
# Tracing, profiling and monitoring: the events, their order and lines; changing the line; removing tools.
import sys


def sample(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
        else:
            total -= 1
    try:
        total / (n - 2)
    except ZeroDivisionError as e:
        total = str(e)
    return total


def gen(n):
    for i in range(n):
        yield i
    return "end"


def caller():
    a = sample(2)
    b = list(gen(2))
    c = [v for v in "ab"]
    d = (lambda: len(c))()
    return a, b, d


class Log:
    def __init__(self):
        self.events = []

    def show(self, title):
        print(title)
        for e in self.events:
            print("  ", *e)


base = sample.__code__.co_firstlineno
log = Log()


def tracer(frame, event, arg):
    if frame.f_code.co_filename != __file__ and not frame.f_code.co_filename.endswith("monitoring.py"):
        return None
    shown = arg if event in ("return",) and not isinstance(arg, type(gen(0))) else (arg[0].__name__ if event == "exception" else None)
    log.events.append((frame.f_code.co_name, event, frame.f_lineno - base, shown))
    return tracer


sys.settrace(tracer)
caller()
sys.settrace(None)
log.show("trace")
print(sys.gettrace())
log = Log()


def opcode_tracer(frame, event, arg):
    frame.f_trace_opcodes = True
    frame.f_trace_lines = False
    log.events.append((frame.f_code.co_name, event))
    return opcode_tracer


sys.settrace(opcode_tracer)
(lambda: 1 + len("x"))()
sys.settrace(None)
print("opcode events", sum(e[1] == "opcode" for e in log.events) > 3, {e[1] for e in log.events} == {"call", "opcode", "return"})
log = Log()


def profiler(frame, event, arg):
    name = arg.__name__ if event.startswith("c_") else frame.f_code.co_name
    log.events.append((name, event))


sys.setprofile(profiler)
sample(1)
len("x")
list(gen(1))
try:
    int("bad")
except ValueError:
    pass
sys.setprofile(None)
log.show("profile")


def jumper(frame, event, arg):
    if event == "line" and frame.f_lineno == jumps.__code__.co_firstlineno + 2:
        frame.f_lineno = jumps.__code__.co_firstlineno + 4
    return jumper


def jumps():
    out = ["one"]
    out.append("skipped")
    out.append("skipped too")
    out.append("three")
    return out


sys.settrace(jumper)
r = jumps()
sys.settrace(None)
print(r)


def raising_tracer(frame, event, arg):
    if event == "call" and frame.f_code.co_name == "sample":
        raise RuntimeError("from the tracer")


sys.settrace(raising_tracer)
try:
    sample(1)
except RuntimeError as e:
    print(e, sys.gettrace())
sys.settrace(None)

M = sys.monitoring
E = M.events
print(sorted(n for n in dir(E) if not n.startswith("_")))
print(M.get_tool(3), M.use_tool_id(3, "test tool"), M.get_tool(3))
for bad in (lambda: M.use_tool_id(3, "again"), lambda: M.use_tool_id(9, "x"), lambda: M.set_events(4, E.CALL), lambda: M.set_events(3, 1 << 30)):
    try:
        bad()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
log = Log()


def record(name):
    def callback(code, *args):
        shown = []
        for a in args:
            if isinstance(a, BaseException):
                shown.append(type(a).__name__)
            elif callable(a):
                shown.append(getattr(a, "__name__", "?"))
            elif isinstance(a, (str, list, tuple)) or a is None:
                shown.append(a)
        if name == "LINE":
            shown = [args[0] - base]
        log.events.append((name, code.co_name, *shown))
    return callback


ALL = ("PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "RAISE", "C_RETURN", "C_RAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "STOP_ITERATION", "RERAISE")
for n in ALL:
    print(M.register_callback(3, getattr(E, n), record(n)), end=" ")
print()
for code in (sample.__code__, gen.__code__, caller.__code__):
    M.set_local_events(3, code, E.PY_START | E.PY_RETURN | E.PY_YIELD | E.PY_RESUME | E.LINE | E.CALL)
print(M.get_local_events(3, sample.__code__) == E.PY_START | E.PY_RETURN | E.PY_YIELD | E.PY_RESUME | E.LINE | E.CALL)
caller()
for code in (sample.__code__, gen.__code__, caller.__code__):
    M.set_local_events(3, code, 0)
log.show("local events")
log = Log()
M.set_events(3, E.RAISE | E.EXCEPTION_HANDLED | E.PY_UNWIND | E.RERAISE)


def raises():
    try:
        {}["k"]
    finally:
        pass


try:
    raises()
except KeyError:
    pass
M.set_events(3, 0)
log.show("exceptions")
log = Log()


def count_instructions(code, offset):
    log.events.append((code.co_name,))


def branch(code, offset, target):
    log.events.append((code.co_name, "branch"))
    return M.DISABLE


M.register_callback(3, E.INSTRUCTION, count_instructions)
M.register_callback(3, E.BRANCH_LEFT, branch)
M.register_callback(3, E.BRANCH_RIGHT, branch)
M.register_callback(3, E.JUMP, count_instructions)
M.set_local_events(3, sample.__code__, E.INSTRUCTION)
sample(3)
M.set_local_events(3, sample.__code__, 0)
print("instructions", len(log.events) > 30)
log = Log()
M.set_local_events(3, sample.__code__, E.BRANCH_LEFT | E.BRANCH_RIGHT)
sample(4)
once = len(log.events)
sample(4)
print("disabled branches stay silent", once, len(log.events) == once)
M.restart_events()
sample(4)
print(len(log.events) == 2 * once)
M.set_local_events(3, sample.__code__, 0)
log = Log()


def disable_line(code, line):
    log.events.append(line - base)
    return M.DISABLE


M.register_callback(3, E.LINE, disable_line)
M.set_local_events(3, sample.__code__, E.LINE)
sample(3)
sample(3)
print(log.events)
M.set_local_events(3, sample.__code__, 0)
M.clear_tool_id(3)
M.free_tool_id(3)
print(M.get_tool(3), M.DISABLE is not None, M.MISSING is not None, M.DEBUGGER_ID, M.COVERAGE_ID, M.PROFILER_ID, M.OPTIMIZER_ID)
