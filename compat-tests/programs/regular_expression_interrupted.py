# needs: stdlib(re, signal)
# A signal reaches a regular expression that tries for ever: its handler runs, and what it raises ends the match.
import re
import signal
import time


class Stop(Exception):
    pass


def stop(number, frame):
    raise Stop(number == signal.SIGALRM)


signal.signal(signal.SIGALRM, stop)
for name, pattern in (("nested", r"(a+)+b"), ("alternatives", r"(a|a)*c"), ("search", r"(x+x+)+y")):
    started = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        re.search(pattern, "a" * 40 + "x" * 40)
    except Stop as e:
        print(name, e, time.monotonic() - started < 5)
print(re.search(r"(a+)b", "aab").group())
