# needs: stdlib(os, subprocess, py_compile, signal, importlib)
# Bad files and rude endings: corrupt .pyc files, closed streams, interrupts in a loop, a sleep and a lock, deleted modules.
import importlib.util
import os
import py_compile
import signal
import subprocess
import sys
import time


def run(code, *args, **kw):
    p = subprocess.run([sys.executable, *args, "-c", code], capture_output=True, text=True, timeout=60, **kw)
    return p.returncode, p.stdout, [line for line in p.stderr.splitlines() if not line.startswith("  ")][-2:]


with open("target.py", "w") as f:
    f.write("value = 'from source'\n")
cache = importlib.util.cache_from_source("target.py")
env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
env["PYTHONPATH"] = os.getcwd()
os.makedirs("__pycache__")
py_compile.compile("target.py")
with open(cache, "rb") as f:
    good = f.read()
print(len(good) > 16, good[:4] == importlib.util.MAGIC_NUMBER)
for name, data in (("good", good), ("empty", b""), ("short header", good[:10]), ("wrong magic", b"\x01\x02\r\n" + good[4:]), ("truncated", good[:20]), ("bad flags", good[:4] + b"\x0f\0\0\0" + good[8:]), ("old time", good[:8] + b"\0" * 8 + good[16:]), ("not a code object", good[:16] + b"N"), ("junk code", good[:16] + b"\xff" * 20)):
    with open(cache, "wb") as f:
        f.write(data)
    print(name, run("import target; print(target.value)", "-B", env=env))
os.remove(cache)
with open("only.pyc", "wb") as f:
    f.write(good[:30])
print(run("import only", "-B", env=env))
with open("only.pyc", "wb") as f:
    f.write(b"\0" * 30)
print(run("import only", "-B", env=env))
with open("nul.py", "wb") as f:
    f.write(b"x = 1\0\n")
print(run("import nul", "-B", env=env))
with open("latin.py", "wb") as f:
    f.write(b"x = '\xe9'\n")
print(run("import latin", "-B", env=env))
print(run("import target, os, sys; os.remove('target.py') if False else None; del sys.modules['target']; import target; print(target.value)", "-B", env=env))
print(run("import sys; sys.modules.clear(); print('cleared')", "-B"))
with open("bomb.py", "w") as f:
    f.write("import sys\ndel sys.modules[__name__]\nx = 1\n")
print(run("import bomb", "-B", env=env))

r, w = os.pipe()
os.close(r)
p = subprocess.run([sys.executable, "-c", "for i in range(100000): print(i)"], stdout=w, stderr=subprocess.PIPE, text=True)
os.close(w)
print("closed pipe", p.returncode, p.stderr.splitlines()[-1])
p = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdout.close(); print('x')"], stderr=subprocess.PIPE, text=True)
print("closed stdout", p.communicate()[1].splitlines()[-1], p.returncode)
for code in ("while True: pass", "import time; time.sleep(60)", "import threading; l = threading.Lock(); l.acquire(); l.acquire()", "import threading; threading.Event().wait()", "input()", "import queue; queue.SimpleQueue().get()", "import os; os.read(os.pipe()[0], 1)"):
    p = subprocess.Popen([sys.executable, "-c", "print('ready', flush=True)\n" + code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    print(code.split(";")[-1].strip(), p.stdout.readline().strip(), end=" ")
    time.sleep(0.05)
    p.send_signal(signal.SIGINT)
    try:
        out, error = p.communicate(timeout=20)
        print(p.returncode, error.splitlines()[-1])
    except subprocess.TimeoutExpired:
        p.kill()
        print("not interrupted")
p = subprocess.Popen([sys.executable, "-c", "try:\n    print('ready', flush=True)\n    while True: pass\nexcept KeyboardInterrupt: print('caught')"], stdout=subprocess.PIPE, text=True)
p.stdout.readline()
time.sleep(0.05)
p.send_signal(signal.SIGINT)
print(p.communicate()[0], p.returncode)
p = subprocess.Popen([sys.executable, "-c", "import atexit; atexit.register(print, 'never')\nprint('ready', flush=True)\nwhile True: pass"], stdout=subprocess.PIPE, text=True)
p.stdout.readline()
p.terminate()
print("terminated", p.communicate()[0], p.returncode)
for args, text in ((["-c", "1 +"], None), (["no_such_file.py"], None), (["-m", "no_such_module"], None), (["-Q"], None), (["-X", "nope", "-c", "print(1)"], None), (["-"], "print('from stdin')"), (["-c", "import sys; sys.exit('bye')"], None), (["-c", "raise SystemExit(300)"], None), (["-c", "import os; os._exit(4)"], None), (["-c", "raise KeyboardInterrupt"], None), (["-W", "error", "-c", "import warnings; warnings.warn('w')"], None), (["."], None), (["-c"], None), (["-m"], None)):
    p = subprocess.run([sys.executable, *args], input=text, capture_output=True, text=True, timeout=60)
    last = [line for line in p.stderr.splitlines() if line.strip()]
    print(args, p.returncode, p.stdout, last[-1].replace(os.getcwd(), "cwd").replace(sys.executable, "python").replace(os.path.basename(sys.executable), "python") if last and args not in (["-Q"], ["-c"], ["-m"]) else bool(last))
