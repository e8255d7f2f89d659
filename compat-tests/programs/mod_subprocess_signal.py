# needs: stdlib(subprocess, _posixsubprocess, signal, _signal)
# Child processes with pipes, exit codes, environment and timeouts; signals with handlers, alarms, masks.
import os
import signal
import subprocess
import sys
import time


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


run, PIPE = subprocess.run, subprocess.PIPE
r = run(["/bin/sh", "-c", "echo out; echo err >&2; exit 3"], capture_output=True)
print(r.returncode, r.stdout, r.stderr, r.args[0], run(["/bin/cat"], input="text é", text=True, stdout=PIPE).stdout, run("echo $X", shell=True, env={"X": "from env"}, capture_output=True).stdout, run(["/bin/pwd"], cwd="/", capture_output=True).stdout)
err(run, ["/bin/sh", "-c", "exit 2"], check=True)
err(run, ["/no/such/program"])
err(run, ["/bin/sleep", "10"], timeout=0.1)
err(run, ["/bin/sh"], cwd="/no/such/dir")
err(run, [])
err(run, ["a\0b"])
err(run, ["/bin/true"], stdout=PIPE, capture_output=True)
err(r.check_returncode)
p = subprocess.Popen(["/bin/cat"], stdin=PIPE, stdout=PIPE)
print(p.poll(), p.pid > 0, p.stdin.write(b"line\n"), p.stdin.flush(), p.stdout.readline(), p.terminate(), p.wait(), p.returncode, p.stdin.close(), p.stdout.close())
with subprocess.Popen("read a; read b; echo $b $a", shell=True, stdin=PIPE, stdout=PIPE, text=True) as p:
    print(p.communicate("1\n2\n"))
p1 = subprocess.Popen(["/bin/echo", "piped through"], stdout=PIPE)
p2 = subprocess.Popen(["/usr/bin/tr", "a-z", "A-Z"], stdin=p1.stdout, stdout=PIPE)
p1.stdout.close()
print(p2.communicate()[0], p1.wait(), subprocess.check_output(["/bin/echo", "x"]), subprocess.call(["/bin/false"]), subprocess.getoutput("echo shell"), subprocess.getstatusoutput("exit 4"), subprocess.list2cmdline(["a b", 'c"d']))
print(run(["/bin/sh", "-c", "kill -9 $$"]).returncode, run("echo both; echo streams >&2", shell=True, stdout=PIPE, stderr=subprocess.STDOUT).stdout, run(["/bin/echo", "gone"], stdout=subprocess.DEVNULL).stdout, run(["/bin/sh", "-c", "echo $0 $1", "zero", "one"], capture_output=True, text=True).stdout)
rd, wr = os.pipe()
q = run(["/bin/sh", "-c", f"echo inherited >&{wr}"], pass_fds=[wr])
os.close(wr)
print(os.read(rd, 100), os.close(rd), run(["/bin/sh", "-c", "umask"], umask=0o077, capture_output=True).stdout, run(["/bin/echo", "pre"], preexec_fn=lambda: os.write(1, b""), capture_output=True).stdout, run(["/bin/true"], start_new_session=True).returncode)
err(run, ["/bin/true"], preexec_fn=lambda: 1 / 0)
child = run([sys.executable, "-c", "import sys; print(sys.argv, sys.stdin.read()); sys.exit(5)", "a1"], input=b"in", capture_output=True)
print(child.returncode, child.stdout, child.stderr)

got = []


def handler(num, frame):
    got.append((signal.Signals(num).name, frame.f_code.co_name))


old = signal.signal(signal.SIGUSR1, handler)
print(old is signal.SIG_DFL, signal.getsignal(signal.SIGUSR1) is handler, os.kill(os.getpid(), signal.SIGUSR1), got, signal.raise_signal(signal.SIGUSR1), len(got), signal.strsignal(signal.SIGINT), signal.Signals.SIGTERM.value, repr(signal.SIG_IGN), signal.SIGRTMIN > 30, signal.valid_signals() >= {signal.SIGINT}, signal.getsignal(signal.SIGINT) is signal.default_int_handler)


def raiser(num, frame):
    raise LookupError("from the handler")


signal.signal(signal.SIGALRM, raiser)
signal.setitimer(signal.ITIMER_REAL, 0.05)
t0 = time.monotonic()
err(time.sleep, 10)
print(time.monotonic() - t0 < 5)
signal.setitimer(signal.ITIMER_REAL, 0.05)


def spin():
    while True:
        pass


err(spin)
print(signal.alarm(10), signal.alarm(0), signal.getitimer(signal.ITIMER_REAL), signal.signal(signal.SIGALRM, signal.SIG_DFL) is raiser)
err(os.kill, os.getpid(), signal.SIGINT)
err(signal.default_int_handler, 2, None)
mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.kill(os.getpid(), signal.SIGUSR1)
n = len(got)
print(signal.sigpending(), signal.pthread_sigmask(signal.SIG_SETMASK, mask) == {signal.SIGUSR1}, len(got) - n)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
os.kill(os.getpid(), signal.SIGUSR2)
print(signal.sigwait([signal.SIGUSR2]), signal.sigtimedwait([signal.SIGUSR2], 0.01), signal.siginterrupt(signal.SIGUSR1, False))
rd, wr = os.pipe()
os.set_blocking(wr, False)
print(signal.set_wakeup_fd(wr), signal.raise_signal(signal.SIGUSR1), os.read(rd, 10) == bytes([signal.SIGUSR1]), signal.set_wakeup_fd(-1) == wr)
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.raise_signal(signal.SIGUSR1)
err(signal.signal, signal.SIGKILL, handler)
err(signal.signal, 9999, handler)
err(signal.signal, signal.SIGUSR1, 5)
err(signal.set_wakeup_fd, 9999)
err(signal.setitimer, 99, 1)
err(signal.raise_signal, 9999)
for code, name in (("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "SIGTERM"), ("import signal; signal.raise_signal(signal.SIGINT)", "SIGINT"), ("import signal, time; signal.alarm(1) if 0 else None; signal.signal(2, signal.SIG_IGN); signal.raise_signal(2); print('ignored')", "ignored")):
    c = run([sys.executable, "-c", code], capture_output=True, text=True)
    print(name, c.returncode, c.stdout, c.stderr.splitlines()[-1:])
