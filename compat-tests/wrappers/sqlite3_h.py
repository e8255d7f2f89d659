# needs: headers(sqlite3.h)
"""SQLite from its header alone: statements, values of every kind, a function written in Python, errors."""

from cffi import FFI

ffi = FFI()
ffi.cdef("#include <sqlite3.h>")
lib = ffi.dlopen("libsqlite3.so.0")

print(ffi.string(lib.sqlite3_libversion()).decode() == f"{lib.sqlite3_libversion_number() // 1000000}."
      f"{lib.sqlite3_libversion_number() // 1000 % 1000}.{lib.sqlite3_libversion_number() % 1000}")
print(lib.SQLITE_OK, lib.SQLITE_ROW, lib.SQLITE_DONE, lib.SQLITE_CONSTRAINT, hex(lib.SQLITE_OPEN_CREATE))
print(ffi.typeof("sqlite3").kind, ffi.typeof("sqlite3_int64"), ffi.typeof("sqlite3_callback"))

handle = ffi.new("sqlite3 **")
print(lib.sqlite3_open(b":memory:", handle))
db = handle[0]
# A destructor that means "copy it": a macro whose value is a pointer made of a number.
TRANSIENT = lib.SQLITE_TRANSIENT


def complain():
    return ffi.string(lib.sqlite3_errmsg(db)).decode()


@ffi.callback("int(void *, int, char **, char **)")
def show(user, columns, values, names):
    print("  ", ffi.from_handle(user), [
        (ffi.string(names[i]).decode(), ffi.string(values[i]).decode() if values[i] else None) for i in range(columns)])
    return 0


def run(sql):
    note = ffi.new_handle("row")
    return lib.sqlite3_exec(db, sql.encode(), show, note, ffi.NULL)


print(run("create table t(id integer primary key, name text not null, score real, data blob)"))
statement = ffi.new("sqlite3_stmt **")
print(lib.sqlite3_prepare_v2(db, b"insert into t values (?, ?, ?, ?)", -1, statement, ffi.NULL))
insert = statement[0]
for number, (name, score, data) in enumerate([("ada", 1.5, b"\0\1"), ("gr\xe4ce", None, b""), ("joan", -2.25, None)]):
    text = name.encode()
    lib.sqlite3_bind_int64(insert, 1, 2**40 + number)
    lib.sqlite3_bind_text(insert, 2, text, len(text), TRANSIENT)
    lib.sqlite3_bind_double(insert, 3, score) if score is not None else lib.sqlite3_bind_null(insert, 3)
    lib.sqlite3_bind_blob(insert, 4, data if data is not None else ffi.NULL, len(data or b""), TRANSIENT)
    print(lib.sqlite3_step(insert) == lib.SQLITE_DONE, lib.sqlite3_reset(insert), lib.sqlite3_last_insert_rowid(db))
print(lib.sqlite3_finalize(insert), lib.sqlite3_changes(db))
print(run("select name, score, length(data) as size from t order by id"))

lib.sqlite3_prepare_v2(db, b"select * from t where id = ?1", -1, statement, ffi.NULL)
select = statement[0]
lib.sqlite3_bind_int64(select, 1, 2**40)
print(lib.sqlite3_step(select) == lib.SQLITE_ROW, lib.sqlite3_column_count(select))
kinds = {getattr(lib, "SQLITE_" + kind): kind for kind in ("INTEGER", "FLOAT", "TEXT", "BLOB", "NULL")}
print([(ffi.string(lib.sqlite3_column_name(select, i)).decode(), kinds[lib.sqlite3_column_type(select, i)]) for i in range(4)])
print(lib.sqlite3_column_int64(select, 0), ffi.string(lib.sqlite3_column_text(select, 1)), lib.sqlite3_column_double(select, 2),
      ffi.buffer(lib.sqlite3_column_blob(select, 3), lib.sqlite3_column_bytes(select, 3))[:])
print(lib.sqlite3_step(select) == lib.SQLITE_DONE, lib.sqlite3_finalize(select))


@ffi.callback("void(sqlite3_context *, int, sqlite3_value **)")
def triple(context, count, values):
    lib.sqlite3_result_int64(context, 3 * lib.sqlite3_value_int64(values[0]))


print(lib.sqlite3_create_function(db, b"triple", 1, lib.SQLITE_UTF8, ffi.NULL, triple, ffi.NULL, ffi.NULL))
print(run("select triple(14) as answer"))
print(run("insert into t values (1, null, 0, null)") == lib.SQLITE_CONSTRAINT, complain())
print(run("selekt 1"), complain())
print(lib.sqlite3_close(db))
