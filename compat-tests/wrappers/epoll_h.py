# needs: headers(sys/epoll.h)
"""epoll from sys/epoll.h alone, held against the module select: a packed struct with a union in it."""

import os
import select

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    #include <sys/epoll.h>
    #include <errno.h>
""")
lib = ffi.dlopen(None)

for name in ("EPOLLIN", "EPOLLOUT", "EPOLLERR", "EPOLLHUP", "EPOLLPRI", "EPOLLRDHUP", "EPOLLONESHOT", "EPOLLET"):
    print(name, getattr(lib, name) % 2**32 == getattr(select, name), end="; ")
print()
event = ffi.typeof("struct epoll_event")
print(ffi.sizeof(event), ffi.alignof(event), ffi.offsetof(event, "data"), [n for n, _ in ffi.typeof("epoll_data_t").fields])
print(lib.EPOLL_CTL_ADD, lib.EPOLL_CTL_DEL, lib.EPOLL_CTL_MOD, lib.EPOLL_CLOEXEC == select.EPOLL_CLOEXEC)

poll = lib.epoll_create1(lib.EPOLL_CLOEXEC)
reader, writer = os.pipe()
print(lib.epoll_ctl(poll, lib.EPOLL_CTL_ADD, reader, ffi.new("struct epoll_event *", {"events": lib.EPOLLIN, "data": {"u64": 2**63 + 5}})))
print(lib.epoll_ctl(poll, lib.EPOLL_CTL_ADD, reader, ffi.new("struct epoll_event *")), ffi.errno == lib.EEXIST)
ready = ffi.new("struct epoll_event[4]")
print(lib.epoll_wait(poll, ready, 4, 0))
os.write(writer, b"!")
print(lib.epoll_wait(poll, ready, 4, -1), ready[0].events == lib.EPOLLIN, ready[0].data.u64 == 2**63 + 5, ready[0].data.u32)
os.close(writer)
os.read(reader, 1)
print(lib.epoll_wait(poll, ready, 4, 1000), bool(ready[0].events & lib.EPOLLHUP))
print(lib.epoll_ctl(poll, lib.EPOLL_CTL_DEL, reader, ffi.NULL), lib.epoll_wait(poll, ready, 4, 0))
os.close(reader)
os.close(poll)
