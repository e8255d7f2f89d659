"""Writes what cffi makes of each case: run it with CPython and the cffi wheel.

    python3.14 record.py cases.txt

A case is a line `=== name`, cdef text, a line `---`, and the listing. Further lines `+++` separate several texts for one
FFI. The listing is rewritten in place."""

import re
import sys
import warnings

import cffi
from cffi import model


# A pointer made by `typedef ... *name;` prints as a pointer, not under the typedef's name.
model.NamedPointerType.__init__ = lambda self, totype, name, quals=0: (
    model.PointerType.__init__(self, totype, quals), setattr(self, "name", name))[0]


def name_of(tp):
    return plain((tp.as_function_pointer() if tp.is_raw_function else tp)._get_c_name())


def plain(name):
    name = re.sub(r"\b(const|volatile|__restrict|__stdcall)\b", "", name).replace("/*...*/", "...")
    name = re.sub(r"_cffi_array_len\([^\[\]]*\)", "...", name).replace("(void)", "()")
    name = re.sub(r"\s+", " ", name.replace("struct _IO_FILE", "FILE")).strip()
    return re.sub(r" ?([^\w$ ]) ?", r"\1", name)


def record(tp):
    if tp.fldnames is None:
        return " opaque"
    out = " partial" if tp.partial else ""
    for name, ty, bits, quals in zip(tp.fldnames, tp.fldtypes, tp.fldbitsize, tp.fldquals):
        out += "\n    %s: %s" % (name, name_of(ty))
        if bits >= 0:
            out += " :%d" % bits
        if quals:
            out += " quals %d" % quals
    return out


def layout(ffi, tp):
    try:
        with ffi._lock:
            ty = ffi._get_cached_btype(tp)
        out = "\n    size %d align %d" % (ffi.sizeof(ty), ffi.alignof(ty))
        for name, field in ty.fields:
            out += " %s@%d" % (name, field.offset)
            if field.bitsize >= 0:
                out += "+%d" % field.bitshift
        return out
    except Exception:
        return ""


def describe(ffi, tp):
    if isinstance(tp, model.StructOrUnion):
        return record(tp) + layout(ffi, tp)
    if isinstance(tp, model.EnumType):
        out = " partial" if tp.partial else ""
        return out + " {%s}" % ", ".join(tp.enumerators)
    if isinstance(tp, model.UnknownIntegerType):
        return " integer"
    if isinstance(tp, model.UnknownFloatType):
        return " float"
    return ""


def listing(texts):
    ffi = cffi.FFI()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            for text in texts:
                options, _, body = text.partition("//options\n")
                ffi.cdef(body or options, **(eval(options.strip("/ \n")) if body else {}))
        except Exception as e:
            words = str(e.args[0]).splitlines()[0]
            return "error %s %s" % (type(e).__name__, words if "cannot parse" not in words else "cannot parse")
        lines = []
        partial_names = set()
        for key, (tp, quals) in ffi._parser._declarations.items():
            if isinstance(tp, model.EnumType) and tp.partial:
                partial_names.update(tp.enumerators)
        for key, (tp, quals) in ffi._parser._declarations.items():
            kind, _, name = key.partition(" ")
            if kind == "anonymous":
                continue
            if kind == "macro":
                lines.append("macro %s %s" % (name, tp))
                continue
            line = "%s %s: %s" % (kind, name, name_of(tp))
            if quals and kind != "function":
                line += " quals %d" % quals
            if kind in ("struct", "union", "enum", "typedef"):
                line += describe(ffi, tp)
            lines.append(line)
        for name, value in ffi._parser._int_constants.items():
            if name not in partial_names:
                lines.append("value %s = %d" % (name, value))
        for w in caught:
            if "has no values explicitly defined" not in str(w.message):
                lines.append("warning %s" % w.message)
    return "\n".join(sorted(lines))


def main(path):
    with open(path) as f:
        cases = re.split(r"^=== ", f.read(), flags=re.M)[1:]
    out = ""
    for case in cases:
        head, _, body = case.partition("\n")
        text = body.partition("\n---\n")[0]
        out += "=== %s\n%s\n---\n%s\n" % (head, text, listing(text.split("\n+++\n")))
    with open(path, "w") as f:
        f.write(out)


main(sys.argv[1])
