# needs: package(psycopg2-binary), postgresql
"""psycopg2 against a live server: adaptation, types, cursors, transactions, COPY, errors, notifications."""

import datetime as dt
import decimal
import io
import json
import os
import threading
import uuid

import psycopg2
import psycopg2.extensions as ext
import psycopg2.extras
from psycopg2 import errors, pool, sql

DSN = os.environ["DOVETAIL_POSTGRES"]


def attempt(label, call):
    try:
        print(label, "->", call())
    except psycopg2.Error as error:
        print(label, "raises", type(error).__name__, error.pgcode, (str(error).splitlines() or [""])[0])
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", error)


connection = psycopg2.connect(DSN)
connection.set_client_encoding("UTF8")
cursor = connection.cursor()
print(connection.status == ext.STATUS_READY, connection.encoding, connection.autocommit, connection.closed)
print(psycopg2.apilevel, psycopg2.paramstyle, psycopg2.threadsafety, ext.parse_dsn("host=x port=1")["port"])

print("== values there and back")
for value in (
    1, -(2**40), 10**30, True, None, 2.5, float("inf"), "it's \\ ü 日本", b"\x00\xff'", decimal.Decimal("12.340"),
    dt.date(2026, 1, 31), dt.time(1, 2, 3, 4), dt.datetime(2026, 1, 2, 3, 4, 5, 6), dt.timedelta(days=1, seconds=-5),
    dt.datetime(2026, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2))), [1, 2, None], ["a", "b,\""], [[1, 2], [3, 4]],
    (1, "x"), [], uuid.UUID(int=5),
):
    psycopg2.extras.register_uuid()
    quoted = cursor.mogrify("%s", (value,))
    print(type(value).__name__, quoted.decode("utf-8", "replace"), end=" ")
    if isinstance(value, (tuple, list)) and (not value or isinstance(value, tuple)):
        print()
        continue
    cursor.execute("select %s", (value,))
    back = cursor.fetchone()[0]
    back = bytes(back) if isinstance(back, memoryview) else back
    print(repr(back), cursor.description[0].type_code)
cursor.execute("set timezone to 'UTC'")
cursor.execute("select '2026-05-06 07:08:09+03'::timestamptz, 'infinity'::float8, '{1,NULL}'::int[], '1 day'::interval")
print(cursor.fetchone())
print(cursor.mogrify("%(a)s %% %(b)s", {"a": "x", "b": None}))
attempt("too few", lambda: cursor.execute("select %s, %s", (1,)))
attempt("no key", lambda: cursor.execute("select %(k)s", {}))
attempt("no adapter", lambda: cursor.mogrify("%s", (object,)))

print("== a table")
cursor.execute("create temporary table item (id serial primary key, name text not null unique, price numeric(10,2), at date, tags text[])")
rows = [(f"n{i}", decimal.Decimal(i) / 4, dt.date(2026, 1, 1) + dt.timedelta(days=i), [f"t{i}", "é"]) for i in range(10)]
cursor.executemany("insert into item (name, price, at, tags) values (%s, %s, %s, %s)", rows[:5])
print(cursor.rowcount, cursor.statusmessage)
psycopg2.extras.execute_values(cursor, "insert into item (name, price, at, tags) values %s", rows[5:])
psycopg2.extras.execute_batch(cursor, "update item set price = price + %s where id = %s", [(1, 1), (2, 2)])
cursor.execute("select name, price, at, tags from item order by id")
print(cursor.rowcount, [c.name for c in cursor.description], cursor.fetchone(), cursor.fetchmany(2), len(cursor.fetchall()))
cursor.execute("insert into item (name) values ('ret') returning id, name")
print(cursor.fetchone(), cursor.query, cursor.rownumber)
connection.commit()
with connection.cursor(cursor_factory=psycopg2.extras.DictCursor) as c:
    c.execute("select * from item where id = 1")
    row = c.fetchone()
    print(row["name"], row[1], list(row.keys()), dict(row)["tags"])
with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as c:
    c.execute("select id, name from item where id < 3 order by id")
    print(json.dumps(c.fetchall()))
with connection.cursor(cursor_factory=psycopg2.extras.NamedTupleCursor) as c:
    c.execute("select id, name from item where id = 2")
    print(c.fetchone())
with connection.cursor("server_side") as c:
    c.itersize = 3
    c.execute("select id from item order by id")
    print([r[0] for r in c], c.name)
    c2 = connection.cursor("scroll", scrollable=True)
    c2.execute("select id from item order by id")
    c2.scroll(4)
    print(c2.fetchone(), c2.scroll(-2), c2.fetchone())
    c2.close()
query = sql.SQL("select {} from {} where {} = {}").format(
    sql.SQL(", ").join(map(sql.Identifier, ["id", "name"])), sql.Identifier("item"), sql.Identifier("name"), sql.Placeholder("n"))
cursor.execute(query, {"n": "n3"})
print(query.as_string(connection), cursor.fetchall(), sql.Literal("o'k").as_string(cursor))

print("== transactions and errors")
attempt("unique", lambda: cursor.execute("insert into item (name) values ('n1')"))
attempt("aborted", lambda: cursor.execute("select 1"))
connection.rollback()
for statement in ("selec 1", "select * from nowhere", "select 1/0", "select nocol from item", "insert into item (name) values (null)",
                  "select 'x'::int", "select pg_sleep(5)", "drop table item cascade; select bad"):
    try:
        cursor.execute("set local statement_timeout = 100")
        cursor.execute(statement)
    except psycopg2.Error as error:
        d = error.diag
        print(type(error).__name__, type(error).__mro__[1].__name__, error.pgcode, d.severity, d.message_primary, d.statement_position, d.column_name)
    connection.rollback()
print(errors.lookup("23505").__name__, issubclass(errors.UniqueViolation, psycopg2.IntegrityError))
try:
    with connection:
        cursor.execute("delete from item")
        raise KeyError("undo")
except KeyError:
    cursor.execute("select count(*) from item")
    print("still", cursor.fetchone(), connection.get_transaction_status() == ext.TRANSACTION_STATUS_INTRANS)
connection.commit()
connection.set_session(isolation_level="SERIALIZABLE", readonly=True)
attempt("read only", lambda: cursor.execute("create table t (a int)"))
connection.rollback()
connection.set_session(isolation_level="DEFAULT", readonly=False)
attempt("closed cursor", lambda: (lambda c: (c.close(), c.execute("select 1")))(connection.cursor()))
attempt("nothing to fetch", lambda: (cursor.execute("set search_path to default"), cursor.fetchone()))
attempt("no server", lambda: psycopg2.connect("host=127.0.0.1 port=1 user=x connect_timeout=2").close() or "?")
connection.rollback()

print("== copy, callbacks, notices, large objects")
cursor.copy_expert("copy (select id, name from item order by id limit 3) to stdout with csv header", out := io.StringIO())
print(repr(out.getvalue()))
cursor.execute("create temporary table pair (a int, b text)")
cursor.copy_from(io.StringIO("1\tone\n2\t\\N\n"), "pair")
cursor.copy_expert("copy pair from stdin with csv", io.StringIO("3,\"x,y\"\n"))
cursor.execute("select * from pair order by a")
print(cursor.fetchall())
attempt("bad copy", lambda: cursor.copy_from(io.StringIO("z\n"), "pair"))
connection.rollback()
cursor.execute("do $$ begin raise notice 'hello %', 5; end $$")
print(connection.notices)
large = connection.lobject(0, "w")
large.write(b"abc" * 1000)
large.seek(1500)
oid = large.oid
large.close()
print(connection.lobject(oid, "rb").read()[:4], connection.lobject(oid, "rb").seek(0, 2))
connection.rollback()


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


ext.register_adapter(Point, lambda p: ext.AsIs(f"point({p.x}, {p.y})"))
POINT = ext.new_type((600,), "POINT", lambda value, cur: None if value is None else tuple(map(float, value[1:-1].split(","))))
ext.register_type(POINT, connection)
cursor.execute("select %s, null::point", (Point(1, 2.5),))
print(cursor.fetchone(), POINT.name, POINT.values)
cursor.execute("select %s::jsonb -> 'a', %s::json", (psycopg2.extras.Json({"a": [1, {"b": None}]}), '{"k": 1.5}'))
print(cursor.fetchone())
psycopg2.extras.register_default_json(connection, loads=lambda s: json.loads(s, parse_float=decimal.Decimal))
cursor.execute("select '{\"k\": 1.5}'::json, int4range(1, 5), '[2026-01-01,)'::daterange")
print(cursor.fetchone())
cursor.execute("create type pair_t as (a int, b text)")
pair = psycopg2.extras.register_composite("pair_t", cursor)
cursor.execute("select (1, 'x')::pair_t, array[(2, 'y')::pair_t]")
print(cursor.fetchone(), pair.type.__name__)
connection.rollback()

print("== notifications, threads, pools, asynchronous use")
connection.set_isolation_level(ext.ISOLATION_LEVEL_AUTOCOMMIT)
cursor.execute("listen news")
with psycopg2.connect(DSN) as second, second.cursor() as c:
    c.execute("select pg_notify('news', 'payload')")
    second.commit()
second.close()
cursor.execute("select 1")
connection.poll()
print([(n.channel, n.payload) for n in connection.notifies])
results = []


def work(n):
    own = psycopg2.connect(DSN)
    with own.cursor() as c:
        c.execute("select sum(x) from generate_series(1, %s) x", (n * 1000,))
        results.append((n, c.fetchone()[0]))
    own.close()


threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results))
connections = pool.ThreadedConnectionPool(1, 2, DSN)
first, second = connections.getconn(), connections.getconn()
attempt("exhausted", connections.getconn)
connections.putconn(first)
print(connections.getconn() is first)
connections.closeall()
waiting = psycopg2.connect(DSN, async_=True)
psycopg2.extras.wait_select(waiting)
c = waiting.cursor()
c.execute("select 7 * 6")
psycopg2.extras.wait_select(waiting)
print(c.fetchone(), waiting.isexecuting())
waiting.close()
cursor.close()
connection.close()
print(connection.closed, cursor.closed)
attempt("closed connection", connection.cursor)
