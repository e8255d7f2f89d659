# needs: stdlib(zoneinfo, datetime, io, struct, pickle, weakref, copy)
# Time zones: files made here, rules, folds and gaps, caches, subclasses, pickling, errors.
import copy
import datetime
import io
import pickle
import struct
import weakref
import zoneinfo
from _zoneinfo import ZoneInfo
from datetime import datetime as D, timedelta

print(zoneinfo.ZoneInfo is ZoneInfo, ZoneInfo.__module__, ZoneInfo.__mro__[1], ZoneInfo.__doc__)


def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", str(e).split(" at 0x")[0])
    else:
        print("no error:", repr(r))


def data(version, transitions, types, rule=b""):
    names = b"".join(n.encode() + b"\0" for _, _, n in types)
    at = [names.index(n.encode() + b"\0") for _, _, n in types]

    def block(size, code):
        head = b"TZif" + version + bytes(15) + struct.pack(">6l", 0, 0, 0, len(transitions), len(types), len(names))
        times = b"".join(struct.pack(">" + code, t) for t, _ in transitions)
        which = bytes(w for _, w in transitions)
        kinds = b"".join(struct.pack(">lbb", off, dst, i) for (off, dst, _), i in zip(types, at))
        return head + times + which + kinds + names

    out = block(4, "l")
    if version != b"\0":
        out += block(8, "q") + b"\n" + rule + b"\n"
    return io.BytesIO(out)


def show(zone, *times):
    for t in times:
        for fold in (0, 1):
            t = t.replace(tzinfo=zone, fold=fold)
            print(t.isoformat(), t.tzname(), t.dst(), t.astimezone(datetime.timezone.utc).isoformat())


YEAR = D(1970, 1, 1)
BERLIN = [(0, 1), (86400 * 200, 2), (86400 * 300, 1), (86400 * 400, 3)], [(3208, 0, "LMT"), (3600, 0, "CET"), (7200, 1, "CEST"), (7200, 0, "EET")]
for version, rule in ((b"\0", b""), (b"2", b""), (b"2", b"EET-2EEST,M3.5.0/3,M10.5.0/4"), (b"3", b"<+02>-2<+03>,M3.4.4/50,M10.4.4/50"), (b"4", b"EET-2")):
    zone = ZoneInfo.from_file(data(version, *BERLIN, rule), "Made/Up")
    print(version, rule, zone, repr(zone), zone.key)
    show(zone, D(1969, 12, 31, 23, 30), YEAR + timedelta(days=200, hours=1, minutes=30), YEAR + timedelta(days=300, hours=1, minutes=30), YEAR + timedelta(days=400, hours=1, minutes=10), D(2020, 3, 29, 3, 30), D(2020, 10, 25, 3, 30), D(2020, 7, 1))
    for utc in (D(1969, 12, 31), YEAR + timedelta(days=200), YEAR + timedelta(days=300, minutes=30), YEAR + timedelta(days=400, seconds=-1), D(2020, 3, 29, 1), D(2020, 10, 25, 0, 59), D(2020, 10, 25, 1), D(2020, 10, 25, 1, 59)):
        local = zone.fromutc(utc.replace(tzinfo=zone))
        print(utc, "->", local.replace(tzinfo=None), local.fold, local.tzname())
    print(zone.utcoffset(None), zone.dst(None), zone.tzname(None), datetime.time(1, tzinfo=zone).utcoffset())
fixed = ZoneInfo.from_file(data(b"2", [], [(19800, 0, "IST")], b"IST-5:30"))
print(fixed.utcoffset(None), fixed.tzname(None), datetime.time(1, tzinfo=fixed), repr(fixed).split(" at ")[0])
for rule in "UT0 A0 <A+1>0 AAA23:59:59 AAA-3 AAA001 AAA3BBB,J1,J365 AAA3BBB,0/0,J365/25 AAA-1BBB-2,J60,J59/-1 AAA3BBB,M1.1.1/167:59:59,M12.5.6/-167 AAA0BBB-1,0,365 AAA2BBB3,M3.2.0,M11.1.0/+2".split():
    zone = ZoneInfo.from_file(data(b"2", [], [(0, 0, "UTC")], rule.encode()))
    print(rule, *(f"{t.utcoffset()} {t.tzname()} {t.dst()};" for t in (D(y, m, d, 1, 30, tzinfo=zone) for y in (2019, 2020) for m, d in ((1, 1), (2, 28), (2, 29 if y == 2020 else 27), (3, 1), (7, 1), (12, 31)))))
for rule in ("UTC", "AAA", "AAA0B", "<>0", "AAA25", "AAA0001", "AAA--3", "AAA3BBB", "AAA3BBB,", "AAA3BBB,M1.1.1", "AAA3BBB,M13.1.1,M2.1.1", "AAA3BBB,J0,J5", "AAA3BBB,0,366", "AAA3BBB,M1.1.1/168,M2.1.1", "AAA3BBB,M1.1.1,M2.1.1/3x", "AAA3,J1,J05", " AAA3"):
    err(ZoneInfo.from_file, data(b"2", [], [(0, 0, "UTC")], rule.encode()))
for bad in (io.BytesIO(b"x"), io.BytesIO(b"TZif2"), 1, data(b"2", [(0, 9)], [(0, 0, "UTC")]), data(b"\0", [], [])):
    try:
        ZoneInfo.from_file(bad)
    except Exception as e:
        print(type(e).__name__)
one = ZoneInfo.from_file(data(b"2", *BERLIN, b"EET-2EEST,M3.5.0/3,M10.5.0/4"), "One")
err(one.fromutc, D(2020, 1, 1))
err(one.fromutc, None)
err(one.utcoffset, 1)
err(one.utcoffset, datetime.date(2020, 1, 1))
err(setattr, one, "key", 2)
err(pickle.dumps, one)
err(ZoneInfo)
err(ZoneInfo, "no/such zone")
err(ZoneInfo, "../x")
err(ZoneInfo, "/etc/passwd")
err(ZoneInfo, 1)
err(ZoneInfo.clear_cache, 1)


class Stamp(D):
    def __add__(self, other):
        r = super().__add__(other)
        return Stamp(r.year, r.month, r.day, r.hour, r.minute, r.second, tzinfo=r.tzinfo, fold=r.fold)


s = one.fromutc(Stamp(2020, 10, 25, 1, 30, tzinfo=one))
print(type(s).__name__, s, s.fold)


class Zone(ZoneInfo):
    pass


print(sorted(n for n in vars(Zone) if "cache" in n), type(Zone._weak_cache).__name__)
made = Zone.from_file(data(b"2", *BERLIN, b"EET-2"), "Two")
print(made, repr(made), isinstance(made, ZoneInfo), made.utcoffset(D(1970, 8, 1)))
made.note = 5
print(made.note, weakref.ref(made)() is made)
Zone._weak_cache["Two"] = made
print(Zone("Two") is made, Zone._unpickle("Two", 1) is made)
Zone.clear_cache(only_keys=["x"])
print(Zone("Two") is made)
Zone.clear_cache()
err(Zone, "Two")
Zone._weak_cache = {"Two": 1}
err(Zone, "Two")
del Zone._weak_cache
