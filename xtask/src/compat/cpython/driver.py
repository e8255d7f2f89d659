"""Runs one module of CPython's test suite, one JSON line per event.

    driver.py MODULE OUT WORK

OUT is the file that events are appended to, WORK the folder to run in. Tests that OUT already tells of are left out: so the runner starts the driver
again after a crash. Events: `start` and `end` of a test (with `result` and `why`), `module` when the module cannot be
run, `class` when a class or module fixture failed, `done`.
"""

import json
import os
import sys


def told_of(out):
    """The names of the tests that were started before."""
    names = set()
    try:
        with open(out, encoding="utf-8") as file:
            for line in file:
                event = json.loads(line)
                if event["event"] == "start":
                    names.add(event["name"])
    except FileNotFoundError:
        pass
    return names


class Events:
    """Writes each event at once, so that a crash loses nothing."""

    def __init__(self, out):
        self.file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.owner = os.getpid()

    def write(self, event, **fields):
        if os.getpid() == self.owner:  # not in a forked child of a test
            for key, text in fields.items():  # lone surrogates are no JSON
                fields[key] = text.encode("utf-8", "backslashreplace").decode()
            line = json.dumps({"event": event, **fields}) + "\n"
            os.write(self.file, line.encode())


def reason(error):
    """The last line of a traceback and where it came from."""
    kind, value, trace = error
    place = ""
    while trace is not None:
        name = os.path.basename(trace.tb_frame.f_code.co_filename)
        if name.startswith("test_") or trace.tb_next is None and not place:
            place = f"{name}:{trace.tb_lineno}: "
        trace = trace.tb_next
    try:
        text = str(value)
    except BaseException:
        text = "(its text cannot be made)"
    cause = value.__cause__
    if isinstance(cause, NotImplementedError):  # a C function that is not written yet
        text += f" (from {cause!r})"
    return f"{place}{kind.__name__}: {text}"[:2000]


def main():
    module, out, work = sys.argv[1:]
    del sys.path[0]
    os.chdir(work)
    done = told_of(out)
    events = Events(out)

    import unittest

    class Recorder(unittest.TestResult):
        def __init__(self):
            super().__init__()
            self.names = {}
            self.now = None

        def startTest(self, test):
            super().startTest(test)
            self.now = ["passed", ""]
            events.write("start", name=self.names.get(id(test)) or test.id())

        def stopTest(self, test):
            super().stopTest(test)
            result, why = self.now
            self.now = None
            events.write("end", name=self.names.get(id(test)) or test.id(), result=result, why=why)

        def note(self, test, result, why):
            if self.now is None:
                events.write("class", name=test.id(), result=result, why=why)
            elif self.now[0] in ("passed", "skipped"):
                self.now = [result, why]

        def addError(self, test, error):
            self.note(test, "error", reason(error))

        def addFailure(self, test, error):
            self.note(test, "failed", reason(error))

        def addSkip(self, test, why):
            if self.now is None or self.now[0] == "passed":
                self.note(test, "skipped", why)

        def addSubTest(self, test, subtest, error):
            if error is not None:
                kind = "failed" if issubclass(error[0], test.failureException) else "error"
                self.note(test, kind, f"{subtest._subDescription()} {reason(error)}")

        def addExpectedFailure(self, test, error):
            pass

        def addUnexpectedSuccess(self, test):
            self.note(test, "failed", "unexpected success")

    try:
        from test import support

        support.use_resources = {}
        support.verbose = False
        suite = unittest.defaultTestLoader.loadTestsFromName("test." + module)
    except unittest.SkipTest as skip:
        events.write("module", result="skipped", why=str(skip))
        return
    except BaseException:
        events.write("module", result="error", why=reason(sys.exc_info()))
        return

    recorder = Recorder()
    seen = {}

    def chosen(suite):
        kept = []
        for test in suite:
            if isinstance(test, unittest.TestSuite):
                part = chosen(test)
                if part.countTestCases():
                    kept.append(part)
                continue
            if type(test).__name__ == "_FailedTest":
                why = str(getattr(test, "_exception", "cannot be imported")).strip().splitlines()[-1]
                # A part of the module only: `module` would say that there is nothing to run.
                events.write("class", name=str(test), result="error", why=why)
                continue
            name = test.id().removeprefix(f"test.{module}.")
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                name += f"#{seen[name]}"
            recorder.names[id(test)] = name
            if name not in done:
                kept.append(test)
        return type(suite)(kept)

    suite = chosen(suite)
    try:
        suite.run(recorder)
    except BaseException:
        events.write("module", result="error", why=reason(sys.exc_info()))
        raise
    events.write("done")


if __name__ == "__main__":
    main()
