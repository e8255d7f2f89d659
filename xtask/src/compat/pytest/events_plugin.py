"""A pytest plugin that writes one JSON line per event, so that a crash of the process loses nothing.

The environment variable DOVETAIL_EVENTS names the file that lines are appended to. Tests that it tells of already are left
out: so a module goes on behind a test that killed its process. Events: `start` and `end` of a test (with `result` and
`why`), `module` when the module cannot be collected, `done`.
"""

import json
import os

_path = os.environ["DOVETAIL_EVENTS"]
_owner = os.getpid()


def _told_of():
    """The names of the tests that were started before."""
    names = set()
    if os.path.exists(_path):
        with open(_path, encoding="utf-8") as file:
            for line in file:
                event = json.loads(line)
                if event["event"] == "start":
                    names.add(event["name"])
    return names


_skip = _told_of()
_out = os.open(_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)


def _write(event, **fields):
    if os.getpid() == _owner:  # not in a forked child of a test
        for key, text in fields.items():  # lone surrogates are no JSON
            fields[key] = text.encode("utf-8", "backslashreplace").decode()
        os.write(_out, (json.dumps({"event": event, **fields}) + "\n").encode())


def _end(report, result, why=""):
    _write("end", name=_name(report.nodeid), result=result, why=" ".join(why.split())[:400])


def _name(nodeid):
    return nodeid.partition("::")[2] or nodeid


def _message(report):
    crash = getattr(report.longrepr, "reprcrash", None)
    return crash.message if crash else str(report.longrepr)


def pytest_collection_modifyitems(config, items):
    items[:] = [item for item in items if _name(item.nodeid) not in _skip]


def pytest_collectreport(report):
    if report.failed:
        _write("module", why=" ".join(_message(report).split())[-400:])


def pytest_runtest_logstart(nodeid, location):
    _write("start", name=_name(nodeid))


def pytest_runtest_logreport(report):
    if report.failed:  # of a test or of its fixtures, which outweighs what was said before
        _end(report, "failed" if report.when == "call" else "error", _message(report))
    elif report.skipped:
        _end(report, "skipped")
    elif report.when == "call":
        _end(report, "passed")


def pytest_sessionfinish(session, exitstatus):
    _write("done")
