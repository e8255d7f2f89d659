# needs: headers(postgresql/libpq-fe.h), postgresql
"""libpq from its header alone, against a live server: parameters, results, errors, notices, prepared statements."""

import os

from cffi import FFI

ffi = FFI()
ffi.cdef("#include <postgresql/libpq-fe.h>")
lib = ffi.dlopen("libpq.so.5")

print(ffi.typeof("PGconn").kind, ffi.typeof("Oid"), lib.CONNECTION_OK, lib.PGRES_TUPLES_OK, chr(lib.PG_DIAG_SQLSTATE))
connection = lib.PQconnectdb(os.environ["DOVETAIL_POSTGRES"].encode())
print(lib.PQstatus(connection) == lib.CONNECTION_OK, lib.PQserverVersion(connection) > 90000)


@ffi.callback("void(void *, const char *)")
def notice(user, message):
    print("notice:", ffi.from_handle(user), ffi.string(message).decode().strip())


mine = ffi.new_handle("heard")
lib.PQsetNoticeProcessor(connection, notice, mine)


def query(sql, *parameters):
    kept = [ffi.new("char[]", p.encode()) if p is not None else ffi.NULL for p in parameters]
    result = lib.PQexecParams(connection, sql.encode(), len(kept), ffi.NULL, ffi.new("const char *[]", kept), ffi.NULL, ffi.NULL, 0)
    return ffi.gc(result, lib.PQclear)


def rows(result):
    return [[None if lib.PQgetisnull(result, r, c) else ffi.string(lib.PQgetvalue(result, r, c)).decode()
             for c in range(lib.PQnfields(result))] for r in range(lib.PQntuples(result))]


print(rows(query("select $1::int + 1, $2::text || '!', $3::text", "41", "gr\xfc\xdfe", None)))
r = query("select n, n * n as square from generate_series(1, 3) n")
print([ffi.string(lib.PQfname(r, i)).decode() for i in range(lib.PQnfields(r))], rows(r), lib.PQftype(r, 0))
print(ffi.string(lib.PQcmdStatus(query("create temporary table t(a int, b text)"))).decode())
print(lib.PQresultStatus(ffi.gc(lib.PQprepare(connection, b"put", b"insert into t values ($1, $2)", 0, ffi.NULL), lib.PQclear))
      == lib.PGRES_COMMAND_OK)
for i in range(3):
    values = [ffi.new("char[]", str(i).encode()), ffi.new("char[]", b"row %d" % i)]
    done = lib.PQexecPrepared(connection, b"put", 2, ffi.new("const char *[]", values), ffi.NULL, ffi.NULL, 0)
    print(ffi.string(lib.PQcmdTuples(done)).decode(), end=" ")
    lib.PQclear(done)
print(rows(query("select b from t order by a desc")))
query("do $$ begin raise notice 'from the server'; end $$")
bad = query("select 1 / 0")
print(lib.PQresultStatus(bad) == lib.PGRES_FATAL_ERROR, ffi.string(lib.PQresultErrorField(bad, lib.PG_DIAG_SQLSTATE)).decode(),
      ffi.string(lib.PQresultErrorMessage(bad)).decode().strip())
quoted = lib.PQescapeLiteral(connection, b"it's", 4)
print(ffi.string(quoted).decode())
lib.PQfreemem(quoted)
lib.PQfinish(connection)
