"""The part of pyperf's interface that benchmark programs call, in one process.

It times each benchmark here and prints lines `RESULT <tab> name <tab> seconds`, one loop's time, the median of
a few values, each followed by `PEAK <tab> bytes`, the most memory the process has held so far. Starting processes over and over, which pyperf does itself, is the bench command's business:
it runs the program on one runtime and the other in turn.

Time is the process's own processor time, so that other work on the machine counts as little as can be.
"""

from time import process_time as perf_counter

__version__ = "2.8.0"

_LEAST_SECONDS = 0.1
_VALUES = 3


def python_implementation():
    import sys

    return sys.implementation.name


def _peak():
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024


def _report(name, run, inner=1):
    """Times `run(loops)`, which returns the seconds that its loops took; each does the thing `inner` times."""
    loops = 1
    seconds = run(loops)
    while seconds < _LEAST_SECONDS:
        loops *= 2
        seconds = run(loops)
    values = [seconds / loops]
    if seconds < 1:
        for _ in range(_VALUES - 1):
            values.append(run(loops) / loops)
    values.sort()
    print("RESULT", name, repr(values[len(values) // 2] / inner), sep="\t")
    print("PEAK", _peak(), sep="\t", flush=True)


class Runner:
    def __init__(self, **ignored):
        self.metadata = {}
        self.args = None
        self._argparser = None

    @property
    def argparser(self):
        if self._argparser is None:
            import argparse

            self._argparser = argparse.ArgumentParser()
        return self._argparser

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse_args(args)
        return self.args

    def bench_time_func(self, name, func, *args, inner_loops=1, **ignored):
        _report(name, lambda loops: func(loops, *args), inner_loops or 1)

    def bench_func(self, name, func, *args, inner_loops=1, **ignored):
        def run(loops):
            start = perf_counter()
            for _ in range(loops):
                func(*args)
            return perf_counter() - start

        _report(name, run, inner_loops or 1)

    def bench_async_func(self, name, func, *args, loop_factory=None, inner_loops=1, **ignored):
        import asyncio

        async def many(loops):
            start = perf_counter()
            for _ in range(loops):
                await func(*args)
            return perf_counter() - start

        def run(loops):
            if loop_factory is None:
                return asyncio.run(many(loops))
            with asyncio.Runner(loop_factory=loop_factory) as runner:
                return runner.run(many(loops))

        _report(name, run, inner_loops or 1)
