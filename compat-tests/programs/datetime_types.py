# needs: stdlib(_datetime)
# date, time, datetime, timedelta, timezone, tzinfo: construction, arithmetic, text, pickling state, errors.
from _datetime import *
import _datetime

CASES = r'''
date(1,2)
date('a',1,1)
date(1,1,1,1)
date(0,1,1)
date(10000,1,1)
date(2000,13,1)
date(2000,2,30)
date(2**70,1,1)
date(2**31,1,1)
date(1.5,1,1)
date.fromtimestamp('a')
date.fromtimestamp(1e20)
date.fromtimestamp(2**64)
date.fromtimestamp(86400.9)
date.fromordinal(0)
date.fromordinal(3652060)
date.fromordinal('a')
date.fromordinal(730000)
date.fromisoformat(1)
date.fromisoformat('2020-13-01')
date.fromisoformat('foo')
date.fromisoformat('2020-W54-1')
date.fromisoformat('2020-W10-8')
date.fromisoformat('2020W105')
date.fromisocalendar(2020,54,1)
date.fromisocalendar(2020,1,8)
date.fromisocalendar(0,1,8)
date.fromisocalendar(10000,1,8)
date.fromisocalendar(2020,1)
date.fromisocalendar('a',1,1)
date.fromisocalendar(2**70,1,1)
date(2020,1,1).strftime(1)
date(2020,1,1).strftime()
date(2020,1,1).__format__(1)
date(2020,1,1).replace(a=1)
date(2020,1,1).replace(year=0)
date(2020,1,1).replace(month=5)
date(2020,1,1).__replace__(1)
date(2020,1,1).__replace__(day=7)
date(2020,1,1)-1
date(2020,1,1)+timedelta(10**7)
timedelta(10)+date(2020,1,1)
date(2020,1,1)-timedelta(10)
date(2020,1,1)-date(1999,5,5)
date(2020,1,1)<1
date(2020,1,1)<date(2020,1,2)
date(2020,1,1).isocalendar()
type(date(2020,1,1).isocalendar())
date(2020,1,1).isocalendar().__reduce__()
date(2020,1,1).isocalendar().week
type(date(2020,1,1).isocalendar())(1,2,3)
type(date(2020,1,1).isocalendar())(1,2)
date(2020,1,1).__reduce__()
date(b'abcd')
date(b'\x07\xe4\x01\x01')
date('\x07\xe4\x01\x01')
date('\x07\u1234\x01\x01')
date(b'\x07\xe4\x00\x01')
time(b'\x00\x00\x00\x00\x00\x00', 5)
time(b'\x81\x00\x00\x00\x00\x00')
time(b'\x98\x00\x00\x00\x00\x00')
time(24)
time(1,60)
time(1,1,60)
time(1,1,1,1000000)
time(1,1,1,1,5)
time(1,1,1,1,None,fold=2)
time(1,1,1,1,None,1)
time(foo=1)
time(1).__reduce_ex__(2)
time(1,fold=1).__reduce_ex__(4)
time(1,fold=1).__reduce_ex__(3)
time(1,tzinfo=timezone.utc).__reduce__()
time.fromisoformat('25:00')
time.fromisoformat('24:00')
time.fromisoformat('24:00:01')
time.fromisoformat('a')
time.fromisoformat(1)
time.fromisoformat('T12:30:45,123456789+01:02:03.5')
time(12).isoformat('foo')
time(12).isoformat(timespec='milliseconds')
time(12).isoformat(1)
str(time(12,30,15,5,timezone(timedelta(hours=-5))))
time(1)<time(1,tzinfo=timezone.utc)
time(1)==time(1,tzinfo=timezone.utc)
time(5,tzinfo=timezone.utc)==time(6,tzinfo=timezone(timedelta(hours=1)))
time(1)<1
bool(time(0))
time(1,2,3,4,timezone.utc,fold=1)
time(1,2,3).replace(minute=7,fold=1,tzinfo=timezone.utc)
time(1,tzinfo=timezone.utc).replace(tzinfo=None)
datetime(1,1)
datetime(1,1,1,25)
datetime(1,1,1,1,1,1,1,5)
datetime(b'\x07\xe4\x01\x01\0\0\0\0\0\0',1)
datetime(b'\x07\xe4\x01\x01\0\0\0\0\0\0',timezone.utc)
datetime(b'\x07\xe4\x81\x01\0\0\0\0\0\0')
datetime.fromtimestamp('a')
datetime.fromtimestamp(1e20)
datetime.fromtimestamp(float('nan'))
datetime.fromtimestamp(0, 5)
datetime.fromtimestamp(1.0000005, timezone.utc)
datetime.fromtimestamp(-1.5, timezone.utc)
datetime.fromtimestamp(1e9, timezone(timedelta(hours=2)))
datetime.now(5)
datetime.now(tz=5)
datetime.now(foo=5)
datetime.combine(1,1)
datetime.combine(date(1,1,1),1)
datetime.combine(date(1,1,1),time(1),5)
datetime.combine(date(1,1,1),time(1,fold=1,tzinfo=timezone.utc))
datetime.combine(date(1,1,1),time(1,tzinfo=timezone.utc),None)
datetime.fromisoformat(1)
datetime.fromisoformat('foo')
datetime.fromisoformat('2020-01-01T25:00')
datetime.fromisoformat('2020-01-01T24:00')
datetime.fromisoformat('2020-12-31T24:00:00.5')
datetime.fromisoformat('2020-12-31T24:00')
datetime.fromisoformat('2020-01-01\ud80010:00')
datetime.fromisoformat('9999-12-31T24:00')
datetime.fromisoformat('2020-01-01T')
datetime.fromisoformat('2020-01-01T12:+01:00')
datetime.fromisoformat('2020-01-01T12:30:45.')
datetime.fromisoformat('20200101T123045.5')
datetime.fromisoformat('2020-W01-1T12')
datetime.fromisoformat('2020W0112')
datetime.fromisoformat('2020-01-01T12:30:45+25:00')
datetime.fromisoformat('2020-01-01é12:30')
datetime.fromisoformat('2020-01-01T12:30Z')
datetime.fromisoformat('2020-01-01T12:30Zx')
datetime.fromisoformat('2020-01-01T12:30:45-00:00:00.5')
datetime.fromisoformat('2020-01-01T12:3045')
datetime(2020,1,1).astimezone(5)
datetime(2020,1,1,12,tzinfo=timezone.utc).astimezone(timezone(timedelta(hours=5)))
datetime(2020,1,1).isoformat(sep='ab')
datetime(2020,1,1).isoformat(5)
datetime(2020,1,1).isoformat('x','foo')
datetime(2020,1,1).isoformat('x','hours')
datetime(2020,1,1)-datetime(2020,1,1,tzinfo=timezone.utc)
datetime(2020,1,1,5,tzinfo=timezone.utc)-datetime(2020,1,1,tzinfo=timezone(timedelta(hours=5)))
datetime(2020,1,1)<datetime(2020,1,1,tzinfo=timezone.utc)
datetime(2020,1,1)==datetime(2020,1,1,tzinfo=timezone.utc)
datetime(2020,1,1,5,tzinfo=timezone.utc)==datetime(2020,1,1,10,tzinfo=timezone(timedelta(hours=5)))
hash(datetime(2020,1,1,5,tzinfo=timezone.utc))==hash(datetime(2020,1,1,10,tzinfo=timezone(timedelta(hours=5))))
datetime(2020,1,1)<date(2020,1,1)
datetime(2020,1,1)==date(2020,1,1)
datetime(2020,1,1)-date(2020,1,1)
date(2020,1,1)-datetime(2020,1,1)
datetime(9999,12,31)+timedelta(1)
datetime(2020,1,1)+timedelta(-1,5,7)
datetime(2020,1,1,tzinfo=timezone.utc)
datetime(2020,1,1,1,1,1,1,timezone(timedelta(hours=1)),fold=1)
datetime(2020,1,1).ctime()
datetime(2020,1,1,fold=1).__reduce_ex__(4)
datetime(2020,1,1,fold=1).__reduce_ex__(3)
datetime(2020,1,1,tzinfo=timezone.utc).__reduce__()
datetime(2020,1,1).replace(tzinfo=5)
datetime(2020,1,1).replace(fold=5)
datetime(2020,1,1).replace(hour=5,fold=1)
datetime.fromordinal(5)
datetime(2020,1,1,5,6,7,8,timezone.utc).timetz()
datetime(2020,1,1,5,6,7,8,timezone.utc).time()
datetime(2020,1,1,5,6,7,8,timezone.utc).date()
datetime(2020,1,1,tzinfo=timezone.utc).timestamp()
datetime(2020,1,1,5,6,7,123457,tzinfo=timezone(timedelta(0,5,5))).timestamp()
datetime(2020,1,1,tzinfo=timezone(timedelta(0,5,5))).tzname()
datetime(2020,1,1,tzinfo=timezone(timedelta(0,5,5),'é')).tzname()
datetime(1,1,1,tzinfo=timezone(timedelta(hours=5))).utctimetuple()
timedelta('a')
timedelta(None)
timedelta(1,2,3,4,5,6,7,8)
timedelta(foo=1)
timedelta(10**10)
timedelta(10**400)
timedelta(1e400)
timedelta(float('nan'))
timedelta(days=1e10)
timedelta(0.5,0.5)
timedelta(microseconds=0.5)
timedelta(microseconds=1.5)
timedelta(seconds=0.1,microseconds=0.5)
timedelta(1)*'a'
timedelta(1)/0
timedelta(1)//0
timedelta(1)//timedelta(0)
timedelta(1)%timedelta(0)
timedelta(1)/timedelta(0)
timedelta(1)/0.0
timedelta(1)*float('nan')
timedelta(1)*float('inf')
timedelta(1)*1.5
3*timedelta(1,5)
timedelta(1)/1.5
timedelta(1)/7
timedelta(1)/-7
timedelta(1)//-7
timedelta(1)/10**50
timedelta(1)//-10**50
timedelta(1)*10**50
timedelta(7,5)/timedelta(0,3,7)
timedelta(7,5)//timedelta(0,3,7)
timedelta(7,5)%timedelta(0,-3,7)
divmod(timedelta(7,5),timedelta(0,3,7))
timedelta(1)%2
divmod(timedelta(1),2)
timedelta(1)<1
timedelta(1)==1
timedelta(-1,5,6)
str(timedelta(-1,5,6))
str(timedelta(5))
timedelta(0)
timedelta(1).__reduce__()
-timedelta.max
timedelta.max
timedelta.min
abs(timedelta.min)
abs(timedelta(-1,5,6))
+timedelta(1)
timedelta.max+timedelta.resolution
timedelta(3,4,5).total_seconds()
timedelta.max.total_seconds()
hash(timedelta(1,2,3))==hash((1,2,3))
tzinfo().utcoffset(None)
tzinfo().utcoffset()
tzinfo().fromutc(1)
tzinfo().fromutc(datetime(1,1,1))
tzinfo().__reduce__()
type(tzinfo(1,2,a=1))
timezone(1)
timezone(timedelta(1))
timezone(timedelta(0),1)
timezone(timedelta(0))
timezone(timedelta(0)) is timezone.utc
timezone(timedelta(0),'x')
timezone(timedelta(1,-5),name='x')
timezone()
timezone(timedelta(0),'x',1)
timezone.utc.utcoffset(1)
timezone.utc.tzname(1)
timezone.utc.dst(1)
timezone.utc.fromutc(1)
timezone.utc.fromutc(datetime(1,1,1))
timezone.utc.fromutc(datetime(1,1,1,tzinfo=timezone.utc))
timezone.utc.__getinitargs__()
timezone(timedelta(1,-5),name='x').__getinitargs__()
timezone(timedelta(0,5,5))
str(timezone(timedelta(0,5,5)))
str(timezone(timedelta(0,-5)))
str(timezone.utc)
timezone.utc<1
timezone.utc==1
timezone.utc==timezone(timedelta(0),'x')
timezone.utc.__reduce__()
timezone.min, timezone.max
date.today(1)
date(year=1,month=1,day=1,foo=1)
date(1,1,1,day=1)
date(1,1,day=1)
(date.min,date.max,date.resolution,time.min,time.max,time.resolution,datetime.min,datetime.max,datetime.resolution)
(MINYEAR,MAXYEAR,UTC)
date.replace.__text_signature__, datetime.now.__text_signature__
'''
for line in CASES.strip().split("\n"):
    try:
        print(line, "->", ascii(eval(line)))
    except Exception as e:
        print(line, "!!", type(e).__name__, ascii(str(e)))


class D(date):
    def __new__(cls, *a, **k):
        self = date.__new__(cls, *a, **k)
        self.made = a
        return self


class DT(datetime):
    x = 5


class Zone(tzinfo):
    def __init__(self, h, d=0):
        self.h, self.d = h, d

    def utcoffset(self, dt):
        return timedelta(hours=self.h + self.d)

    def dst(self, dt):
        return timedelta(hours=self.d)

    def tzname(self, dt):
        return "Z%d" % self.h


class Bad(tzinfo):
    def utcoffset(self, dt):
        return 5

    def dst(self, dt):
        return timedelta(2)

    def tzname(self, dt):
        return 7


d = D(2020, 2, 3)
print(d, type(d + timedelta(1)), (d + timedelta(1)).made, type(d.replace(day=5)), D.fromordinal(5).made, D.fromisoformat("2020-01-01").made)
t = DT(2020, 2, 3, 4, tzinfo=Zone(2, 1))
print(repr(type(t + timedelta(1))), t.astimezone(timezone.utc), type(t.astimezone(timezone.utc)), DT.fromtimestamp(0, Zone(3)), t.tzname(), t.dst())
print(DT.combine(date(2000, 1, 1), time(5)).__class__, isinstance(t, date), DT.fromordinal(1), DT.fromisoformat("2000-01-01T00:00Z"))
for f in ("utcoffset", "dst", "tzname"):
    for o in (datetime(2020, 1, 1, tzinfo=Bad()), time(1, tzinfo=Bad())):
        try:
            print(getattr(o, f)())
        except Exception as e:
            print(f, type(e).__name__, e)
print(datetime(2020, 1, 1, tzinfo=Zone(1)) - datetime(2020, 1, 1, tzinfo=Zone(2)), Zone(1).__reduce__()[0])
n = 0
for o in range(1, 3652059, 7919):
    a = date.fromordinal(o)
    assert a.toordinal() == o
    c = a.isocalendar()
    n = (n * 31 + c[0] * 371 + c[1] * 7 + c[2] + a.weekday()) % 2**61
    assert date.fromisocalendar(*c) == a and date.fromisoformat(a.isoformat()) == a
print(n)
print(type(_datetime.datetime_CAPI).__name__, repr(_datetime.datetime_CAPI).split(" at ")[0])
