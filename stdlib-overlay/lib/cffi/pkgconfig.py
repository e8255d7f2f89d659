"""Compiler flags that pkg-config knows of installed libraries."""

import subprocess
import sys

from .error import PkgConfigError


def merge_flags(cfg1, cfg2):
    """Adds the lists of `cfg2` to those of `cfg1`."""
    for key, value in cfg2.items():
        if key not in cfg1:
            cfg1[key] = value
            continue
        for name, flags in (('cfg1', cfg1[key]), ('cfg2', value)):
            if not isinstance(flags, list):
                raise TypeError("%s[%r] should be a list of strings" % (name, key))
        cfg1[key].extend(value)
    return cfg1


def call(libname, flag, encoding=sys.getfilesystemencoding()):
    """What pkg-config prints."""
    try:
        process = subprocess.Popen(["pkg-config", "--print-errors", flag, libname], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
    except OSError as e:
        raise PkgConfigError("cannot run pkg-config: %s" % str(e).strip())
    output, errors = process.communicate()
    if process.returncode != 0:
        if isinstance(errors, bytes):
            errors = errors.decode(encoding, 'replace')
        raise PkgConfigError(errors.strip())
    try:
        text = output.decode(encoding)
    except UnicodeDecodeError:
        raise PkgConfigError("pkg-config %s %s returned bytes that cannot be decoded with encoding %r:\n%r"
                             % (flag, libname, encoding, output))
    if '\\' in text:
        raise PkgConfigError("pkg-config %s %s returned an unsupported backslash-escaped output:\n%r"
                             % (flag, libname, text))
    return text


def _macro(text):
    name, equals, value = text.partition('=')
    return (name, value if equals else None)


def flags_from_pkgconfig(libs):
    """Keywords for set_source() that the packages of that names need; a name may ask for a version ("libfoo >= 1.8")."""
    flags = {}
    for lib in libs:
        cflags = call(lib, "--cflags").split()
        ldflags = call(lib, "--libs").split()
        merge_flags(flags, {
            "include_dirs": [f[2:] for f in cflags if f.startswith("-I")],
            "library_dirs": [f[2:] for f in ldflags if f.startswith("-L")],
            "libraries": [f[2:] for f in ldflags if f.startswith("-l")],
            "define_macros": [_macro(f[2:]) for f in cflags if f.startswith("-D")],
            "extra_compile_args": [f for f in cflags if not f.startswith(("-I", "-D"))],
            "extra_link_args": [f for f in ldflags if not f.startswith(("-L", "-l"))],
        })
    return flags
