# needs: stdlib(os, signal, subprocess, sys, time)
# Ends that nobody planned: standard output closed early or full, interrupts in all kinds of calls, SIGTERM.
import os
import signal
import subprocess
import sys
import time


def tail(error):
    return [line for line in error.replace(sys.executable, "python").splitlines() if not line.startswith("  ")]


def closed_pipe(what, code):
    r, w = os.pipe()
    os.close(r)
    p = subprocess.run([sys.executable, "-c", code], stdout=w, stderr=subprocess.PIPE, text=True, timeout=30)
    os.close(w)
    print(what, p.returncode, tail(p.stderr))


closed_pipe("printed at the end", "print('x')")
closed_pipe("flushed", "print('x', flush=True)")
closed_pipe("written to the buffer", "import sys; sys.stdout.buffer.write(b'x')")
closed_pipe("caught", "import sys\ntry:\n    print('x', flush=True)\nexcept BrokenPipeError as e:\n    print('caught', e, file=sys.stderr)\n    sys.exit(3)")
closed_pipe("exit status of its own", "import sys; print('x'); sys.exit(7)")
with open("/dev/full", "w") as full:
    p = subprocess.run([sys.executable, "-c", "print('x')"], stdout=full, stderr=subprocess.PIPE, text=True)
    print("no space", p.returncode, tail(p.stderr))
p = subprocess.run(f"exec '{sys.executable}' -c 'import sys; print(sys.stdin, sys.stdout); print(1, file=sys.stdout)' <&- >&-", shell=True, capture_output=True, text=True)
print("no streams", p.returncode, tail(p.stderr))


def signalled(what, code, number):
    # READY stands where the signal may come.
    code = code.replace("READY", "print('ready', flush=True)")
    p = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    p.stdout.readline()
    time.sleep(0.05)
    p.send_signal(number)
    try:
        p.wait(10)
    except subprocess.TimeoutExpired:
        p.kill()
        print(what, "did not end")
    out, error = p.communicate()
    print(what, p.returncode, out.split(), tail(error))


signalled("interrupt in a generator", "def g():\n    while True: yield\nREADY\nfor _ in g(): pass", signal.SIGINT)
signalled("interrupt in a join", "import threading, time\nt = threading.Thread(target=time.sleep, args=(0.5,)); t.start(); READY; t.join()", signal.SIGINT)
signalled("interrupt in a select", "import select; READY; select.select([], [], [], 30)", signal.SIGINT)
signalled("interrupt with a finally", "import time\ntry:\n    READY; time.sleep(30)\nfinally:\n    print('cleaned')", signal.SIGINT)
signalled("interrupt in a big power", "READY\nwhile True: 3 ** 20000", signal.SIGINT)
signalled("SIGTERM", "import time, atexit; atexit.register(print, 'never'); READY; time.sleep(30)", signal.SIGTERM)
signalled("SIGTERM handled", "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *a: sys.exit(9))\nREADY; time.sleep(30)", signal.SIGTERM)
signalled("SIGHUP", "import time; READY; time.sleep(30)", signal.SIGHUP)
