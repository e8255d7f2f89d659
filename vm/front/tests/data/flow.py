import asyncio, sys


def guard(path):
    try:
        with open(path) as first, open(path, "rb") as second:
            return first.read(), second.read()
    except (OSError, ValueError) as error:
        raise RuntimeError(f"cannot read {path!r:>10} {error=}") from error
    finally:
        print("done", file=sys.stderr)


def groups(jobs):
    try:
        for job in jobs:
            job()
    except* (KeyError, IndexError) as found:
        print(found.exceptions)
    except* TypeError:
        raise


async def gather(sources):
    async with asyncio.timeout(1.5e-3) as limit:
        async for item in sources:
            yield item, limit
    results = [await s.get() async for s in sources if s is not None]
    yield {k: v for k, v in zip(results, results)}


def numbers():
    sent = yield 1
    while sent is not None and (half := sent // 2) != 0x10:
        sent = yield from (half, 0b11, 0o17, 3j, 10**20, 1e300, -0.0)
    return sent


def kinds(value):
    match value:
        case 0 | 1 | -2:
            return "few"
        case [first, *_, {"key": inner, **rest}] if rest:
            return first, inner
        case str(text) | bytes(text):
            return text
        case Point(x=0, y=float() as y):
            return y
        case None | True:
            return None
        case _:
            return value[1:2, ::3, ...]
