"""A tour over three packages with native code: NumPy, lxml and psycopg2, each from its unmodified wheel.

Every step checks what it computes and prints `STEP <tab> name <tab> seconds`. The first argument is the
connection string of a PostgreSQL server.
"""

import sys
from time import perf_counter

STEPS = []


def step(function):
    STEPS.append(function)
    return function


@step
def import_numpy():
    global np
    import numpy as np

    return "NumPy " + np.__version__


@step
def arrays():
    grid = np.arange(1_000_000, dtype=np.float64).reshape(1000, 1000)
    assert grid[::2, 1].sum() == sum(range(1, 1_000_000, 2000))
    assert (grid.T[3] == np.arange(3, 1_000_000, 1000)).all()
    mask = grid % 3 == 0
    assert mask.sum() == 333_334
    table = np.zeros(3, dtype=[("name", "U8"), ("value", "f4")])
    table["name"] = ["a", "b", "c"]
    assert table[1]["name"] == "b"
    return f"{grid.nbytes // 1_000_000} MB, views, masks, records"


@step
def linear_algebra():
    rng = np.random.default_rng(1)
    a = rng.standard_normal((300, 300))
    a = a @ a.T + 300 * np.eye(300)
    b = rng.standard_normal(300)
    x = np.linalg.solve(a, b)
    assert np.allclose(a @ x, b)
    values, vectors = np.linalg.eigh(a)
    assert np.allclose(vectors * values @ vectors.T, a)
    u, s, v = np.linalg.svd(a)
    assert np.allclose((u * s) @ v, a)
    return "solve, eigenvalues, singular values of 300 x 300"


@step
def random_numbers():
    rng = np.random.Generator(np.random.PCG64(42))
    sample = rng.normal(5.0, 2.0, 1_000_000)
    assert abs(sample.mean() - 5.0) < 0.01 and abs(sample.std() - 2.0) < 0.01
    assert np.random.default_rng(7).integers(0, 1000, 5).tolist() == np.random.default_rng(7).integers(0, 1000, 5).tolist()
    return f"a million normal numbers, mean {sample.mean():.3f}"


@step
def fft():
    t = np.linspace(0, 1, 4096, endpoint=False)
    signal = np.sin(2 * np.pi * 50 * t) + 0.5 * np.sin(2 * np.pi * 120 * t)
    spectrum = np.abs(np.fft.rfft(signal))
    assert sorted(np.argsort(spectrum)[-2:].tolist()) == [50, 120]
    assert np.allclose(np.fft.irfft(np.fft.rfft(signal)), signal)
    return "found the tones at 50 and 120"


@step
def import_lxml():
    global etree
    from lxml import etree

    return "lxml {}.{}.{}.{}".format(*etree.LXML_VERSION)


@step
def xml_and_xpath():
    root = etree.Element("orders")
    for number in range(1000):
        order = etree.SubElement(root, "order", id=str(number))
        etree.SubElement(order, "total").text = str(number % 7)
    text = etree.tostring(root, pretty_print=True)
    again = etree.fromstring(text)
    large = again.xpath("/orders/order[total > 5]/@id")
    assert len(large) == len([n for n in range(1000) if n % 7 > 5])
    assert again.xpath("sum(//total)") == sum(n % 7 for n in range(1000))
    try:
        etree.fromstring("<a><b></a>")
    except etree.XMLSyntaxError as error:
        assert "mismatch" in str(error)
    else:
        raise AssertionError("bad XML was taken")
    return f"{len(text)} bytes, {len(large)} orders by XPath"


SHEET = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/orders"><ul><xsl:apply-templates select="order[position() &lt; 4]"/></ul></xsl:template>
  <xsl:template match="order"><li><xsl:value-of select="concat(@id, ': ', total)"/></li></xsl:template>
</xsl:stylesheet>"""


@step
def xslt():
    transform = etree.XSLT(etree.XML(SHEET))
    document = etree.XML("<orders>" + "".join(f"<order id='{i}'><total>{i}</total></order>" for i in range(9)) + "</orders>")
    result = str(transform(document))
    assert "<li>2: 2</li></ul>" in result and "3: 3" not in result
    return "a stylesheet applied"


@step
def import_psycopg2():
    global psycopg2
    import psycopg2
    import psycopg2.extras

    return "psycopg2 " + psycopg2.__version__.split()[0]


@step
def rows_to_postgresql_and_back():
    import datetime
    import decimal

    rows = [
        (i, f"name {i} äöü", decimal.Decimal(i) / 8, datetime.datetime(2026, 1, 1) + datetime.timedelta(hours=i), [i, i + 1])
        for i in range(500)
    ]
    with psycopg2.connect(sys.argv[1]) as connection:
        with connection.cursor() as cursor:
            cursor.execute("create temporary table tour (id int, name text, price numeric, at timestamp, list int[])")
            psycopg2.extras.execute_values(cursor, "insert into tour values %s", rows)
            cursor.execute("select * from tour order by id")
            assert cursor.fetchall() == rows
            cursor.execute("select sum(price) from tour where id < %s", (100,))
            assert cursor.fetchone()[0] == sum(decimal.Decimal(i) / 8 for i in range(100))
            try:
                cursor.execute("select * from no_such_table")
            except psycopg2.errors.UndefinedTable:
                connection.rollback()
            else:
                raise AssertionError("there is no such table")
    connection.close()
    return "500 rows with text, numbers, times and arrays"


for function in STEPS:
    start = perf_counter()
    told = function()
    seconds = perf_counter() - start
    print("STEP", function.__name__.replace("_", " "), repr(seconds), told, sep="\t", flush=True)
