# needs: stdlib(os, posix, stat, _stat, errno, pwd, grp, resource, fcntl, mmap)
# The system's files and ids through posix and its neighbours, in a folder of the program's own.
import errno
import fcntl
import grp
import mmap
import os
import posix
import pwd
import resource
import stat
import _stat


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


os.mkdir("d")
os.chdir("d")
print(os.path.basename(os.getcwd()), os.listdir("."), os.name, os.sep, os.curdir, os.linesep, os.devnull, posix.listdir is os.listdir)
fd = os.open("f", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
print(os.write(fd, b"hello world"), os.lseek(fd, 0, os.SEEK_SET), os.read(fd, 5), os.pread(fd, 3, 6), os.pwrite(fd, b"W", 6), os.fstat(fd).st_size, os.ftruncate(fd, 9), os.isatty(fd), os.get_inheritable(fd), os.set_inheritable(fd, True), os.get_inheritable(fd), os.get_blocking(fd))
d2 = os.dup(fd)
print(os.lseek(d2, 0, os.SEEK_CUR), os.close(d2), os.fsync(fd), os.preadv(fd, [a := bytearray(2), b := bytearray(3)], 0), a, b, os.writev(fd, [b"x", b"y"]))
err(os.read, d2, 1)
err(os.open, "f", os.O_CREAT | os.O_EXCL)
err(os.open, "none", os.O_RDONLY)
err(os.mkdir, "f")
err(os.rmdir, "none")
err(os.listdir, "none")
err(os.stat, "none")
err(os.stat, 5.5)
err(os.stat, "a\0")
err(os.rename, "none", "x")
err(os.readlink, "f")
s = os.stat("f")
print(stat.filemode(s.st_mode), stat.S_ISREG(s.st_mode), oct(stat.S_IMODE(s.st_mode)), s.st_size, s.st_nlink, s[6], type(s).__name__, s.st_mtime_ns > 0, s == os.stat(fd), os.chmod("f", 0o600), oct(os.stat("f").st_mode), _stat.S_ISDIR(os.stat(".").st_mode), os.access("f", os.R_OK), os.access("none", os.F_OK))
os.utime("f", (1000, 2000.5))
print(os.stat("f").st_atime, os.stat("f").st_mtime, os.stat("f").st_mtime_ns, os.utime("f", ns=(1, 2)), os.stat("f").st_mtime_ns)
os.symlink("f", "link")
os.link("f", "hard")
print(os.readlink("link"), os.path.islink("link"), os.lstat("link").st_size, os.stat("f").st_nlink, os.path.samefile("f", "hard"), stat.filemode(os.lstat("link").st_mode), os.path.realpath("link").endswith("d/f"))
os.rename("hard", "renamed")
os.makedirs("x/y/z", exist_ok=True)
os.replace("renamed", "x/moved")
with os.scandir(".") as it:
    entries = sorted(it, key=lambda e: e.name)
    print([(e.name, e.is_file(), e.is_dir(), e.is_symlink(), e.path, e.stat(follow_symlinks=False).st_size if e.is_file() else None, repr(e)) for e in entries])
print(sorted((p, sorted(d), sorted(f)) for p, d, f in os.walk(".")))
print(os.fspath("p"), os.fsencode("é"), ascii(os.fsdecode(b"\xff")), os.path.join("a", "b", "/c"), os.path.split("/a/b"), os.path.splitext("a.tar.gz"), os.path.normpath("a//b/../c"), os.path.relpath("/a/b", "/a/c"), os.path.commonpath(["/a/b", "/a/c"]), os.path.expanduser("~x-none"), os.path.isabs("/"), os.path.splitroot("//a/b"))
err(os.fspath, 5)
r, w = os.pipe()
print(os.write(w, b"piped"), os.read(r, 100), os.close(w), os.read(r, 10), os.close(r), stat.S_ISFIFO(0o010000), os.get_terminal_size.__name__)
err(os.get_terminal_size, fd)
print(fcntl.fcntl(fd, fcntl.F_GETFD), fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.FD_CLOEXEC), fcntl.fcntl(fd, fcntl.F_GETFD), fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB), fcntl.flock(fd, fcntl.LOCK_UN), fcntl.lockf(fd, fcntl.LOCK_EX), fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_RDWR)
err(fcntl.fcntl, 9999, fcntl.F_GETFD)
err(fcntl.ioctl, fd, 0x5413, b"\0" * 8)
os.ftruncate(fd, 0)
os.pwrite(fd, b"mapped file content", 0)
with mmap.mmap(fd, 0) as m:
    print(len(m), m[:6], m.find(b"file"), m.rfind(b"t"), m.read(6), m.tell(), m.seek(0), m.readline(), m.size(), m[0], m.flush())
    m[0:6] = b"MAPPED"
    m.move(7, 0, 4)
    m.seek(0)
    m.write_byte(33)
    print(m[:], m.read_byte(), memoryview(m).nbytes, b"content" in m)
    err(m.resize, -1)
    err(lambda: m[100])
err(lambda: m[0])
anon = mmap.mmap(-1, 20)
anon.write(b"anonymous")
print(anon[:9], anon.closed, anon.close(), anon.closed)
err(mmap.mmap, fd, 0, access=99)
err(mmap.mmap, -1, 0)
os.close(fd)
print(pwd.getpwuid(0).pw_name, pwd.getpwnam("root").pw_uid, len(pwd.getpwall()) > 0, grp.getgrgid(0).gr_name, grp.getgrnam("root").gr_gid, type(grp.getgrgid(0)).__name__)
err(pwd.getpwnam, "no-such-user")
err(grp.getgrgid, 2 ** 31 - 7)
err(pwd.getpwuid, "x")
print(resource.getrlimit(resource.RLIMIT_CORE)[0] >= -1, resource.getrusage(resource.RUSAGE_SELF).ru_utime >= 0, resource.getpagesize(), resource.RLIM_INFINITY)
err(resource.getrlimit, 999)
print(errno.ENOENT, errno.errorcode[2], errno.EAGAIN == errno.EWOULDBLOCK, os.strerror(2), len(errno.errorcode) > 100)
print(os.getpid() > 0, os.getppid() >= 0, os.getuid() >= 0, os.umask(0o22) >= 0, os.cpu_count() > 0, len(os.urandom(8)), os.uname().sysname, os.times().user >= 0, os.getloadavg().__len__(), os.sysconf("SC_PAGE_SIZE"), os.confstr("CS_PATH") is not None, os.getpgid(0) > 0, os.getgroups() is not None, len(os.sched_getaffinity(0)) > 0)
os.environ["MADE_UP"] = "value"
print(os.getenv("MADE_UP"), os.environ.get("MADE_UP"), os.environb[b"MADE_UP"], os.getenv("NONE"), "MADE_UP" in os.environ, os.system('test "$MADE_UP" = value'), os.environ.pop("MADE_UP"), os.getenv("MADE_UP"))
err(lambda: os.environ["NONE"])
err(os.putenv, "a=b", "c")
err(os.environ.__setitem__, 5, "x")
pid = os.fork()
if pid == 0:
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
with os.popen("echo from shell") as p:
    print(p.read())
pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 3"], {})
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
err(os.waitpid, -1, 0)
err(os.kill, 2 ** 22 + 5, 0)
for name in ("link", "f", "x/moved"):
    os.remove(name)
os.removedirs("x/y/z")
print(os.listdir("."), os.chdir(".."), os.rmdir("d"))
err(os.remove, "none")
print(os.supports_fd >= {os.stat}, os.supports_follow_symlinks >= {os.stat}, os.stat_result.__name__, os.PathLike.__subclasshook__(str) is not True, os.get_exec_path() != [], os.memfd_create.__name__ if hasattr(os, "memfd_create") else "", os.sendfile.__name__)
