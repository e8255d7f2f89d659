# needs: stdlib(time, datetime, _datetime, zoneinfo, _zoneinfo, calendar)
# Times and dates: conversion, arithmetic, formatting, parsing, time zones (fixed data where the file is needed), errors.
import calendar
import datetime as dt
import io
import struct
import time
import zoneinfo


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


t = time.gmtime(1_000_000_000)
print(t, t.tm_year, t[3], time.mktime(time.localtime(1e9)) == 1e9, time.asctime(t), time.ctime(0), time.strftime("%Y-%m-%d %H:%M:%S %j %U %w %a %b %p %y %%", t), calendar.timegm(t), time.timezone, time.tzname, time.daylight)
print(time.strptime("2001-09-09 01:46:40", "%Y-%m-%d %H:%M:%S") == t[:6] + (6, 252, -1), time.strptime("Mon Jan  5 1998", "%a %b %d %Y").tm_yday, time.struct_time(range(9)), t.tm_zone, t.tm_gmtoff, type(time.time()).__name__, time.time_ns() > 10 ** 18, time.monotonic() <= time.monotonic(), time.perf_counter_ns() >= 0, time.process_time() >= 0, time.thread_time() >= 0, time.get_clock_info("monotonic").monotonic, time.clock_gettime(time.CLOCK_REALTIME) > 1e9, time.sleep(0.001))
err(time.sleep, -1)
err(time.sleep, "x")
err(time.gmtime, 10 ** 20)
err(time.strptime, "x", "%Y")
err(time.strftime, "%Y", (1,))
err(time.struct_time, (1, 2))
err(time.mktime, (1,) * 8)
err(time.asctime, (2000, 13, 1, 0, 0, 0, 0, 1, 0))
D, DT, T, TD, TZ = dt.date, dt.datetime, dt.time, dt.timedelta, dt.timezone
d = D(2024, 2, 29)
print(d, repr(d), d.weekday(), d.isoweekday(), d.isocalendar(), d.toordinal(), d.timetuple().tm_yday, d.replace(year=2028), d.strftime("%A %d %B %Y"), f"{d:%d/%m/%y}", d.ctime(), D.fromordinal(738000), D.fromisoformat("2024-W09-4"), D.fromisocalendar(2024, 9, 4), D.min, D.max, D.resolution, hash(d) == hash(D(2024, 2, 29)), d < D(2024, 3, 1), d - D(2024, 1, 1), d + TD(1), D.fromtimestamp(0), D.strptime("1-2-2003", "%d-%m-%Y"))
n = DT(2024, 5, 6, 7, 8, 9, 123456)
print(n, repr(n), n.date(), n.time(), n.isoformat("_", "milliseconds"), n.timestamp(), n.replace(minute=0, fold=1), n.utctimetuple().tm_hour, DT.combine(d, T(1, 2)), DT.fromisoformat("2024-05-06T07:08:09.5+02:00"), DT.fromisoformat("20240506T070809Z"), DT.fromtimestamp(1.5, TZ.utc), DT.strptime("06/05/24 07:08 PM +0130", "%d/%m/%y %I:%M %p %z"), n - DT(2024, 1, 1), n > DT(2024, 1, 1), n.strftime("%H%M%S.%f"), f"{n:%c}", DT.min, DT.max)
a = DT(2024, 1, 1, tzinfo=TZ(TD(hours=2)))
print(a, a.utcoffset(), a.tzname(), a.dst(), a.astimezone(TZ.utc), a == DT(2023, 12, 31, 22, tzinfo=TZ.utc), a - DT(2024, 1, 1, tzinfo=TZ.utc), a.timestamp(), a.isoformat(), TZ.utc, repr(TZ(TD(hours=-3, minutes=-30), "NAME")), TZ(TD(seconds=1)), TZ.min, hash(a) == hash(a.astimezone(TZ.utc)))
print(T(1, 2, 3, 4), T(23, 59).replace(second=5), T.fromisoformat("12:30:45.25"), T(1) < T(2), T(12, tzinfo=TZ.utc).isoformat("hours"), bool(T()), repr(T(1, fold=1)), T.max, f"{T(5, 6):%H-%M}", T.strptime("07:08", "%H:%M"))
x = TD(days=1, seconds=-1, microseconds=5, milliseconds=1, minutes=1, hours=1, weeks=1)
print(x, repr(x), x.days, x.seconds, x.microseconds, x.total_seconds(), -x, abs(TD(-1)), x * 2, x / 2, x // 3, x % TD(1), divmod(x, TD(hours=5)), x / TD(1), TD(1.5), TD.max, TD.min, TD(0) == TD(), bool(TD()), TD(seconds=1e-6), TD(microseconds=2.5), TD(1) * 0.1, TD(5) // TD(2), str(TD(-1, 1)), sum([TD(1), TD(2)], TD()))
for call in ("D(2023, 2, 29)", "D(0, 1, 1)", "D('x', 1, 1)", "D(1)", "DT(1, 1, 1, 24)", "T(60)", "T(1, tzinfo=5)", "TD(10**10)", "TD('x')", "D.max + TD(1)", "DT.max + TD(1)", "d - 5", "d < n if False else D(1,1,1) < DT(1,1,1)", "n < a", "n - a", "D.fromisoformat('x')", "DT.fromisoformat('2024-13-01')", "T.fromisoformat('25:00')", "D.fromordinal(0)", "D.fromisocalendar(2024, 60, 1)", "DT.strptime('x', '%Y')", "TZ(TD(1))", "TZ(5)", "TD(1) / 0", "TD(1) // TD(0)", "TD(1) + 1", "n.replace(month=13)", "DT.fromtimestamp(1e20)", "n.isoformat(timespec='bad')", "a.astimezone(5)", "hash(d) and d + d", "D.fromtimestamp('x')", "DT(1, 1, 1, fold=2)"):
    print(call, end=" -> ")
    err(eval, call)


class Zone(dt.tzinfo):
    def utcoffset(self, when):
        return TD(hours=1) + self.dst(when)

    def dst(self, when):
        return TD(hours=1) if when and 4 <= when.month <= 9 else TD(0)

    def tzname(self, when):
        return "SUM" if self.dst(when) else "WIN"


z = DT(2024, 7, 1, 12, tzinfo=Zone())
print(z, z.tzname(), z.utcoffset(), z.astimezone(TZ.utc), DT(2024, 1, 1, tzinfo=TZ.utc).astimezone(Zone()), z.dst(), z.strftime("%Z %z"))
err(dt.tzinfo().utcoffset, n)


class MyDate(D):
    def __new__(cls, *a):
        self = super().__new__(cls, *a)
        self.tag = "mine"
        return self


m = MyDate(2020, 1, 31)
print(m.tag, type(m + TD(1)).__name__, type(MyDate.today()).__name__, type(m.replace(day=1)).__name__, m == D(2020, 1, 31))
# A zone made here: one change at second 1000 from +1 h to +2 h, then a POSIX rule.
head = lambda v, n, size: struct.pack(">4sc15x6l", b"TZif", v, n, n, 0, 1 if n else 0, 2, 8)
body1 = struct.pack(">bb", 0, 0)
types = struct.pack(">lbBlbB", 3600, 0, 0, 7200, 1, 4) + b"CET\0CES\0"
v1 = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 2, 8) + types
v2 = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 1, 2, 8) + struct.pack(">qB", 1000, 1) + types + b"\nCET-1CES,M3.5.0,M10.5.0/3\n"
zi = zoneinfo.ZoneInfo.from_file(io.BytesIO(v1 + v2), key="Made/Up")
print(zi, zi.key, DT(1970, 1, 1, 1, 10, tzinfo=zi).utcoffset(), DT(2024, 7, 1, tzinfo=zi).utcoffset(), DT(2024, 1, 1, tzinfo=zi).tzname(), DT(2024, 3, 31, 0, 59, 59, tzinfo=TZ.utc).astimezone(zi), DT(2024, 3, 31, 1, tzinfo=TZ.utc).astimezone(zi), DT(2024, 10, 27, 2, 30, tzinfo=zi).utcoffset(), DT(2024, 10, 27, 2, 30, fold=1, tzinfo=zi).utcoffset(), DT(2024, 7, 1, tzinfo=zi).dst())
err(zoneinfo.ZoneInfo, "No/Such_Zone")
err(zoneinfo.ZoneInfo, "../etc/passwd")
err(zoneinfo.ZoneInfo.from_file, io.BytesIO(b"junk"))
print(dt.UTC is TZ.utc, dt.MINYEAR, dt.MAXYEAR, hasattr(dt, "datetime_CAPI"), type(dt.datetime_CAPI).__name__)
print(calendar.monthrange(2024, 2), calendar.isleap(1900), calendar.month(2024, 2), calendar.Month.MARCH)
