"""The profiler `_lsprof` with the interface of the module `profile`, and a command line.

What is gathered has the shape that `pstats` reads: for each function, named by file, line and name, the numbers of
primitive and of all calls, the time in it alone and with what it called, and the same for each of its callers.
"""

import _lsprof
import profile as _profile

__all__ = ["run", "runctx", "Profile"]


def run(statement, filename=None, sort=-1):
    return _profile._Utils(Profile).run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    return _profile._Utils(Profile).runctx(statement, globals, locals, filename, sort)


run.__doc__ = _profile.run.__doc__
runctx.__doc__ = _profile.runctx.__doc__


def label(code):
    """The key of a code object, or of a builtin function by its words."""
    if isinstance(code, str):
        return ("~", 0, code)
    return (code.co_filename, code.co_firstlineno, code.co_name)


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=None, subcalls=True, builtins=True)

    Gathers the calls made between enable() and disable(), or within a `with` block. A timer other than the clock may
    return seconds, or integers of which each is `timeunit` seconds.
    """

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *exception):
        self.disable()

    def snapshot_stats(self):
        """Sets `stats` to what has been gathered so far."""
        entries = self.getstats()
        callers_of = {}
        stats = {}
        for entry in entries:
            # One name may stand for several functions; each has its own callers, the last one's line counts.
            callers = callers_of[id(entry.code)] = {}
            calls = entry.callcount
            stats[label(entry.code)] = (
                calls - entry.reccallcount, calls, entry.inlinetime, entry.totaltime, callers)
        for entry in entries:
            caller = label(entry.code)
            for line in entry.calls or ():
                callers = callers_of.get(id(line.code))
                if callers is None:
                    continue
                row = (line.callcount, line.callcount - line.reccallcount, line.inlinetime, line.totaltime)
                if caller in callers:
                    row = tuple(map(sum, zip(row, callers[caller])))
                callers[caller] = row
        self.stats = stats

    def create_stats(self):
        """Stops, and sets `stats`."""
        self.disable()
        self.snapshot_stats()

    def print_stats(self, sort=-1):
        import pstats
        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file):
        import marshal
        with open(file, "wb") as f:
            self.create_stats()
            marshal.dump(self.stats, f)

    def run(self, cmd):
        import __main__
        return self.runctx(cmd, __main__.__dict__, __main__.__dict__)

    def runctx(self, cmd, globals, locals):
        self.enable()
        try:
            exec(cmd, globals, locals)
        finally:
            self.disable()
        return self

    def runcall(self, func, /, *args, **kw):
        self.enable()
        try:
            return func(*args, **kw)
        finally:
            self.disable()


def _script(path):
    """The code of a script, and the module that is to be `__main__` while it runs."""
    import io
    import os
    import sys
    import types

    sys.path.insert(0, os.path.dirname(path))
    with io.open_code(path) as f:
        code = compile(f.read(), path, "exec")
    # Without a spec, as a script run directly.
    module = types.ModuleType("__main__")
    module.__file__ = path
    module.__package__ = None
    module.__cached__ = None
    return code, module


def main():
    import optparse
    import os
    import pstats
    import runpy
    import sys

    parser = optparse.OptionParser(usage="cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ...")
    parser.allow_interspersed_args = False
    parser.add_option("-o", "--outfile", dest="outfile", help="Save stats to <outfile>", default=None)
    parser.add_option("-s", "--sort", dest="sort", type="choice", default=2,
                      choices=sorted(pstats.Stats.sort_arg_dict_default),
                      help="Sort order when printing to stdout, based on pstats.Stats class")
    parser.add_option("-m", dest="module", action="store_true", help="Profile a library module", default=False)
    if not sys.argv[1:]:
        parser.print_usage()
        sys.exit(2)

    options, args = parser.parse_args()
    sys.argv[:] = args
    # The program may change the current folder.
    if options.outfile is not None:
        options.outfile = os.path.abspath(options.outfile)
    if not args:
        parser.print_usage()
        return parser

    if options.module:
        code = "run_module(modname, run_name='__main__')"
        names = {"run_module": runpy.run_module, "modname": args[0]}
    else:
        code, module = _script(args[0])
        sys.modules["__main__"] = module
        names = module.__dict__
    try:
        runctx(code, names, None, options.outfile, options.sort)
    except BrokenPipeError as e:
        # Nobody reads the report: nothing is left to flush.
        sys.stdout = None
        sys.exit(e.errno)
    return parser


if __name__ == "__main__":
    main()
