"""Takes a folder out of a package's source archive in the index, which it is not built from.

    source_tests.py NAME VERSION FOLDER DESTINATION

The index is the one that pip is set to use. The archive must have the hash that the index tells.
"""

import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tarfile
import urllib.parse
import urllib.request


def index():
    """The simple index that pip asks."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True
    )
    return asked.stdout.strip() or "https://pypi.org/simple"


def read(url, kind="*/*"):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": kind})) as answer:
        return answer.read()


def archive(name, version):
    """The bytes of the source archive."""
    page = f"{index().rstrip('/')}/{name}/"
    wanted = f"{name}-{version}.tar.gz"
    for file in json.loads(read(page, "application/vnd.pypi.simple.v1+json"))["files"]:
        if file["filename"] == wanted:
            data = read(urllib.parse.urljoin(page, file["url"]))
            found = hashlib.sha256(data).hexdigest()
            if found != file["hashes"]["sha256"]:
                raise SystemExit(f"{wanted}: sha256 is {found}, the index says {file['hashes']['sha256']}")
            return data
    raise SystemExit(f"{page} has no {wanted}")


def main():
    name, version, folder, destination = sys.argv[1:]
    start = pathlib.PurePosixPath(f"{name}-{version}", folder)
    with tarfile.open(fileobj=io.BytesIO(archive(name, version))) as tar:
        for member in tar.getmembers():
            path = pathlib.PurePosixPath(member.name)
            if member.isfile() and path.is_relative_to(start):
                to = pathlib.Path(destination, path.relative_to(start))
                to.parent.mkdir(parents=True, exist_ok=True)
                to.write_bytes(tar.extractfile(member).read())


main()
