# needs: headers(regex.h)
"""The regular expressions of the C library, from regex.h alone."""

from cffi import FFI

ffi = FFI()
ffi.cdef("#include <regex.h>")
lib = ffi.dlopen(None)

print(lib.REG_EXTENDED, lib.REG_ICASE, lib.REG_NEWLINE, lib.REG_NOSUB, lib.REG_NOMATCH)
print(ffi.sizeof("regex_t"), ffi.sizeof("regmatch_t"), ffi.typeof("regmatch_t").fields[0][0], ffi.typeof("regoff_t"))


def match(pattern, text, flags):
    regex = ffi.new("regex_t *")
    status = lib.regcomp(regex, pattern.encode(), flags)
    if status:
        message = ffi.new("char[]", lib.regerror(status, regex, ffi.NULL, 0))
        lib.regerror(status, regex, message, len(message))
        return ffi.string(message).decode()
    groups = ffi.new("regmatch_t[]", regex.re_nsub + 1)
    status = lib.regexec(regex, text.encode(), len(groups), groups, 0)
    lib.regfree(regex)
    return None if status == lib.REG_NOMATCH else [text[g.rm_so:g.rm_eo] if g.rm_so >= 0 else None for g in groups]


print(match("([a-z]+)@([a-z]+)[.](org|net)", "write to ada@lovelace.org now", lib.REG_EXTENDED))
print(match("(x)|(y)", "Y", lib.REG_EXTENDED | lib.REG_ICASE))
print(match("absent", "present", 0))
print(match("(open", "", lib.REG_EXTENDED))
print(match("[z-a]", "", lib.REG_EXTENDED))
