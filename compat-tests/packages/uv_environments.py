# needs: package(uv), index
"""uv takes the runtime for an interpreter: it makes an environment of it, and installs into its own and into one of venv."""

import os
import subprocess
import sys

from uv import find_uv_bin

UV = find_uv_bin()
BASE = sys._base_executable
HERE = os.getcwd()
ENVIRONMENT = {**os.environ, "UV_CACHE_DIR": os.path.join(HERE, "cache"), "UV_NO_PROGRESS": "1", "UV_NO_CONFIG": "1"}
ENVIRONMENT.pop("PYTHONPATH", None)
PACKAGES = ("markupsafe==3.0.4", "iniconfig==2.3.1")


def run(*command, show=True):
    """Runs a program; shows how it ended and what it wrote, without paths and times."""
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    text = done.stdout + done.stderr
    for path, name in ((BASE, "BASE"), (os.path.realpath(BASE), "BASE"), (HERE + os.sep, ""), (UV, "uv")):
        text = text.replace(path, name)
    lines = [line for line in text.splitlines() if " in " not in line and line.strip()]
    words = [os.path.basename(word) if os.path.isabs(word) else word for word in command[1:] if word != BASE]
    print("$", *(word if len(word) < 60 else "..." for word in words), "->", done.returncode)
    if show:
        print(*("    " + line for line in lines), sep="\n")
    return done


def uses(python):
    """What the environment's interpreter makes of the two packages."""
    program = """
import importlib.metadata, os, sys
import iniconfig, markupsafe
from markupsafe import _speedups
print(sys.prefix != sys.base_prefix, sys.version_info[:2], sys.implementation.cache_tag)
print(markupsafe.escape("<a & 'b'>"), type(_speedups._escape_inner).__name__, markupsafe._escape_inner is _speedups._escape_inner)
print(os.path.basename(_speedups.__file__).split(".")[0], os.path.commonpath([_speedups.__file__, sys.prefix]) == sys.prefix)
print([section.name for section in iniconfig.IniConfig("x.ini", data="[a]\\nb = 1")])
for name in ("markupsafe", "iniconfig"):
    dist = importlib.metadata.distribution(name)
    missing = [str(file) for file in dist.files if not file.locate().exists()]
    print(dist.metadata["Name"], dist.version, dist.read_text("INSTALLER"), missing)
"""
    run(python, "-I", "-c", program)


run(UV, "venv", "--no-python-downloads", "--python", BASE, "of-uv", show=False)
with open("of-uv/pyvenv.cfg", encoding="utf-8") as file:
    rows = dict(line.strip().split(" = ") for line in file if " = " in line)
print(rows["home"] == os.path.dirname(BASE), rows["implementation"], rows["version_info"][:4], "uv" in rows)
python = os.path.join(HERE, "of-uv/bin/python")
run(UV, "pip", "install", "--python", python, *PACKAGES)
uses(python)
run(UV, "pip", "freeze", "--python", python)
run(UV, "pip", "check", "--python", python, show=False)

run(BASE, "-m", "venv", "--without-pip", "of-venv")
python = os.path.join(HERE, "of-venv/bin/python")
run(UV, "pip", "install", "--python", python, *PACKAGES)
uses(python)
run(UV, "pip", "uninstall", "--python", python, "markupsafe")
run(UV, "pip", "freeze", "--python", python)
run(python, "-I", "-c", "import markupsafe")
run(UV, "pip", "install", "--python", python, "./no-such-file.whl", show=False)
with open("broken-1.0-py3-none-any.whl", "wb") as file:
    file.write(b"this is no archive")
run(UV, "pip", "install", "--python", python, "./broken-1.0-py3-none-any.whl", show=False)
run(UV, "pip", "install", "--python", python, "--dry-run", "./broken-1.0-cp39-cp39-win32.whl", show=False)
run(UV, "pip", "freeze", "--python", python)
run(UV, "run", "--no-project", "--no-python-downloads", "--python", BASE, "python", "-c", "import sys; print(sys.version_info[:2], sys.argv)", "argument")
