import datetime as dt
import capi_datetime_api as m
from support import *


def test_make():
    same(m.date(2024, 2, 29), dt.date(2024, 2, 29))
    raises(ValueError, m.date, 2023, 2, 29)
    d = m.datetime(5, 1)
    same((d, d.fold), (dt.datetime(2024, 5, 6, 7, 8, 9, 5), 1))
    same(m.datetime_plain(), dt.datetime(2024, 5, 6, 7, 8, 9, 10))
    a, b = m.time()
    same((a, a.fold, b.fold), (dt.time(1, 2, 3, 4), 0, 1))
    same(m.delta(1, -1, 2_000_000), dt.timedelta(1, -1, 2_000_000))
    raises(OverflowError, m.delta, 2 ** 31 - 1, 0, 0)
    is_(m.utc(), dt.timezone.utc)
    same(m.timezone(dt.timedelta(hours=2), NULL), dt.timezone(dt.timedelta(hours=2)))
    same(m.timezone(dt.timedelta(hours=2), "N").tzname(None), "N")
    is_(m.timezone(dt.timedelta(0), NULL), dt.timezone.utc)
    raises(ValueError, m.timezone, dt.timedelta(2), NULL)
    same(m.from_timestamp((1.5, dt.timezone.utc)), dt.datetime(1970, 1, 1, 0, 0, 1, 500000, dt.timezone.utc))
    same(m.date_from_timestamp((86400 * 3.5,)), dt.date(1970, 1, 4))
    same(m.with_zone(dt.timezone.utc), dt.datetime(2000, 1, 2, 3, 4, 5, 6, dt.timezone.utc))
    same(m.types(), (dt.date, dt.datetime, dt.time, dt.timedelta, dt.tzinfo))


def test_read():
    class D(dt.date):
        pass

    same(m.checks(dt.date(1, 1, 1)), (1, 1, 0, 0, 0, 0, 0, 0, 0, 0))
    same(m.checks(dt.datetime(1, 1, 1)), (1, 0, 1, 1, 0, 0, 0, 0, 0, 0))
    same(m.checks(D(1, 1, 1)), (1, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    same(m.checks(dt.time()), (0, 0, 0, 0, 1, 1, 0, 0, 0, 0))
    same(m.checks(dt.timedelta()), (0, 0, 0, 0, 0, 0, 1, 1, 0, 0))
    same(m.checks(dt.timezone.utc), (0, 0, 0, 0, 0, 0, 0, 0, 1, 0))
    same(m.checks(5), (0,) * 10)
    same(m.date_fields(dt.date(2024, 12, 31)), (2024, 12, 31))
    same(m.date_fields(dt.datetime(9999, 1, 2)), (9999, 1, 2))
    z = dt.timezone(dt.timedelta(hours=1))
    same(m.datetime_fields(dt.datetime(1, 1, 1, 23, 59, 58, 999999, z, fold=1)), (23, 59, 58, 999999, 1, z))
    same(m.datetime_fields(dt.datetime(1, 1, 1)), (0, 0, 0, 0, 0, None))
    same(m.time_fields(dt.time(1, 2, 3, 400000, z)), (1, 2, 3, 400000, 0, z))
    same(m.time_fields(dt.time(fold=1)), (0, 0, 0, 0, 1, None))
    same(m.delta_fields(dt.timedelta(-5, 3, 7)), (-5, 3, 7))
    changes(z, 0, m.with_zone, z)
    changes(z, 0, m.datetime_fields, dt.datetime(1, 1, 1, tzinfo=z))


run(globals())
