"""A pytest plugin: writes a line for each test that begins and one for its result, so that a crash is one too.

The environment variable DOVETAIL_RESULTS names the file, DOVETAIL_SKIP one with tests to leave out.
"""

import os

_skip = set()
if os.environ.get("DOVETAIL_SKIP"):
    with open(os.environ["DOVETAIL_SKIP"], encoding="utf-8") as file:
        _skip = set(file.read().split("\n"))
_out = open(os.environ["DOVETAIL_RESULTS"], "a", encoding="utf-8")


def _write(word, name, why=""):
    _out.write("\t".join((word, name.replace("\t", "\\t").replace("\n", "\\n"), " ".join(why.split())[:200])) + "\n")
    _out.flush()


def _name(nodeid):
    return nodeid.partition("::")[2] or nodeid


def pytest_collection_modifyitems(config, items):
    items[:] = [item for item in items if _name(item.nodeid) not in _skip]


def pytest_collectreport(report):
    if report.failed:
        _write("broken", report.nodeid or "collection", str(report.longrepr).split("\n")[-1])


def pytest_runtest_logstart(nodeid, location):
    _write("begin", _name(nodeid))


def pytest_runtest_logreport(report):
    if report.failed:
        crash = getattr(report.longrepr, "reprcrash", None)
        _write("failed", _name(report.nodeid), crash.message if crash else str(report.longrepr))
    elif report.when == "call" and report.passed:
        _write("passed", _name(report.nodeid))
    elif report.skipped:
        _write("skipped", _name(report.nodeid))
