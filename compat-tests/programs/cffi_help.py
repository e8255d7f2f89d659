# needs: stdlib(cffi)
"""What help() says of C functions: their prototypes, with the names of the parameters, and the comments before them."""

import pydoc

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    typedef struct { int quot, rem; } pair_t;

    /** The absolute value of a number. */
    int abs(int number);

    size_t strlen(const char *);
    // Writes text.
    // As much as fits.
    int snprintf(char *restrict room, size_t size, const char *format, ...);
    void qsort(void *base, size_t count, size_t width, int (*compare)(const void *, const void *));
    pair_t div(int numerator, int denominator);
    void abort(void);
    extern int optind;
""")
lib = ffi.dlopen(None)
for name in ("abs", "strlen", "snprintf", "qsort", "div", "abort"):
    print(getattr(lib, name).__doc__)
    print("--")
print(*pydoc.plain(pydoc.render_doc(lib.abs)).rstrip().splitlines()[-3:], sep="\n")
print(lib.abs.__doc__ == ffi.addressof(lib, "abs").__doc__)

other = ffi.new("int *")
print(other.__doc__ == type(other).__doc__, ffi.cast("int(*)(void)", 16).__doc__ == ffi.CData.__doc__)
print(ffi.CData.__doc__.splitlines()[0])
function = lib.abs
ffi.dlclose(lib)
print(function.__doc__ == ffi.CData.__doc__)
