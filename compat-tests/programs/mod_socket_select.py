# needs: stdlib(socket, _socket, select, selectors, ssl, _ssl, ipaddress)
# Sockets on loopback and in pairs, select, poll, epoll, names and addresses, the ssl module without a network.
import select
import selectors
import socket
import ssl
import threading
import _socket


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", str(e).split(" (_ssl.c")[0])


a, b = socket.socketpair()
print(a.family.name, a.type.name, a.proto, a.fileno() > 2, a.send(b"hello"), b.recv(3), b.recv(10, socket.MSG_PEEK), b.recv_into(buf := bytearray(5)), buf, a.sendall(b"x" * 100), len(b.recv(1000)), a.getblocking(), a.gettimeout())
a.settimeout(0.01)
err(a.recv, 1)
a.setblocking(False)
err(a.recv, 1)
print(a.gettimeout(), a.sendmsg([b"part1", b"part2"]), b.recvmsg(100)[0], b.shutdown(socket.SHUT_WR), select.select([a], [a], [], 1)[0] == [a], a.recv(1), a.close(), a.fileno(), repr(a))
err(a.send, b"x")
err(b.send, "text")
err(b.recv, -1)
b.close()
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 0))
server.listen(5)
host, port = server.getsockname()
print(host, port > 0, server.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), server.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE, 4) == bytes([1, 0, 0, 0]))


def serve():
    conn, addr = server.accept()
    with conn, conn.makefile("rwb") as f:
        for line in f:
            f.write(line.upper())
            f.flush()


t = threading.Thread(target=serve)
t.start()
with socket.create_connection((host, port), timeout=10) as c, c.makefile("rw", newline="\n") as f:
    f.write("one\ntwo\n")
    f.flush()
    print(f.readline(), f.readline(), c.getpeername() == (host, port), c.gettimeout())
    c.shutdown(socket.SHUT_WR)
t.join()
server.close()
err(socket.create_connection, (host, port), timeout=5)
err(socket.socket().connect, ("127.0.0.1", 99999))
err(socket.socket().connect, "x")
err(socket.socket().bind, ("300.0.0.1", 0)) if False else None
err(socket.socket, 999)
u1, u2 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u1.bind(("127.0.0.1", 0))
u2.sendto(b"datagram", u1.getsockname())
data, addr = u1.recvfrom(100)
print(data, addr[0], u1.sendto(b"back", addr), u2.recv(10), u1.close(), u2.close())
x = socket.socket(socket.AF_UNIX)
x.bind("sock")
x.listen()
y = socket.socket(socket.AF_UNIX)
y.connect("sock")
z, _ = x.accept()
r, w = socket.socketpair()
socket.send_fds(y, [b"m"], [w.fileno()])
msg, fds, flags, addr = socket.recv_fds(z, 10, 1)
got = socket.socket(fileno=fds[0])
got.send(b"through a passed descriptor")
print(msg, len(fds), r.recv(100), x.getsockname())
for s in (x, y, z, r, w, got):
    s.close()
print(socket.inet_aton("127.0.0.1"), socket.inet_ntoa(b"\x7f\0\0\1"), socket.inet_pton(socket.AF_INET6, "::1")[-1], socket.inet_ntop(socket.AF_INET6, b"\0" * 15 + b"\1"), socket.htons(1), socket.ntohl(1), socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)[0][4], socket.gethostbyname("127.0.0.1"), socket.getservbyname("http"), socket.AF_INET, socket.has_ipv6, socket.getdefaulttimeout(), _socket.SocketType.__name__, socket.CMSG_LEN(4), socket.if_nameindex()[0][1] == "lo", socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))
err(socket.inet_aton, "x")
err(socket.inet_pton, socket.AF_INET, "x")
err(socket.inet_ntoa, b"x")
err(socket.htons, -1)
err(socket.htons, 2 ** 20)
err(socket.getaddrinfo, "127.0.0.1", "no-such-service")
r, w = socket.socketpair()
p = select.poll()
p.register(r, select.POLLIN)
print(p.poll(0), w.send(b"x"), [e for _, e in p.poll(1000)], p.modify(r, select.POLLOUT), [e for _, e in p.poll(0)], p.unregister(r), select.select([r], [], [], 0)[0] == [r])
err(p.unregister, r)
err(select.select, [5.5], [], [])
err(select.select, [r], [], [], -1)
err(select.select, 5, [], [])
with select.epoll() as ep:
    ep.register(r.fileno(), select.EPOLLIN | select.EPOLLET)
    print([e for _, e in ep.poll(1)], ep.poll(0), ep.closed, ep.modify(r.fileno(), select.EPOLLOUT), [e for _, e in ep.poll(1, 5)])
    err(ep.register, r.fileno())
    err(ep.register, 9999)
err(ep.poll)
with selectors.DefaultSelector() as sel:
    sel.register(r, selectors.EVENT_READ, "data")
    print([(k.data, m) for k, m in sel.select(0)], sel.get_key(r).events, len(sel.get_map()), sel.unregister(r).data)
    err(sel.get_key, r)
r.close()
w.close()
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
print(ctx.check_hostname, ctx.verify_mode.name, ctx.minimum_version <= ssl.TLSVersion.TLSv1_2, ssl.HAS_SNI, ssl.HAS_TLSv1_3, len(ctx.get_ciphers()) > 0, ssl.OPENSSL_VERSION_INFO >= (1, 1), ctx.cert_store_stats(), ssl.create_default_context().verify_mode.name, issubclass(ssl.SSLError, OSError), issubclass(ssl.SSLCertVerificationError, ValueError))
inc, out = ssl.MemoryBIO(), ssl.MemoryBIO()
obj = ctx.wrap_bio(inc, out, server_hostname="example.com")
err(obj.do_handshake)
hello = out.read()
print(hello[:1], len(hello) > 100, out.pending, obj.version(), obj.server_hostname, obj.cipher(), inc.write(b"junk that is no TLS record"))
try:
    obj.do_handshake()
except ssl.SSLError as e:
    print(type(e).__name__, e.reason)
err(ctx.load_verify_locations, "none.pem")
err(ctx.load_cert_chain, "none.pem")
err(ctx.wrap_bio, inc, out)
err(ctx.set_ciphers, "NOPE")
err(ssl.SSLContext, 999)
ctx.check_hostname = False
ctx.verify_mode = ssl.CERT_NONE
ctx.set_alpn_protocols(["h2"])
bio = ssl.MemoryBIO()
print(ctx.verify_mode, bio.write(b"ab"), bio.read(1), bio.pending, bio.eof, bio.write_eof(), bio.read(), bio.eof, ssl.cert_time_to_seconds("Jan  5 09:34:43 2018 GMT"), len(ssl.RAND_bytes(5)), ssl.PEM_cert_to_DER_cert(ssl.DER_cert_to_PEM_cert(b"abc")))
