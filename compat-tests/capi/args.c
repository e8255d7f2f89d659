/* api: full, limited */
/* PyArg_Parse*, PyArg_Unpack*, PyArg_Validate*, Py_BuildValue, Py_VaBuildValue: every format unit. */
#define PY_SSIZE_T_CLEAN
#include "support.h"
#include <string.h>

static PyObject *parse_numbers(PyObject *self, PyObject *args)
{
    unsigned char b, B;
    short h;
    unsigned short H;
    int i;
    unsigned int I;
    long l;
    unsigned long k;
    long long L;
    unsigned long long K;
    Py_ssize_t n;
    float f;
    double d;
    if (!PyArg_ParseTuple(args, "bBhHiIlkLKnfd:numbers", &b, &B, &h, &H, &i, &I, &l, &k, &L, &K, &n, &f, &d)) return NULL;
    return Py_BuildValue("bBhHiIlkLKnfd", b, B, h, H, i, I, l, k, L, K, n, f, d);
}
#define ONE(name, ctype, unit)                                                                      \
    static PyObject *name(PyObject *self, PyObject *args)                                           \
    {                                                                                               \
        ctype v;                                                                                    \
        if (!PyArg_ParseTuple(args, unit ":" #name, &v)) return NULL;                               \
        return Py_BuildValue(unit, v);                                                              \
    }
ONE(unit_b, unsigned char, "b")
ONE(unit_h, short, "h")
ONE(unit_i, int, "i")
ONE(unit_l, long, "l")
ONE(unit_L, long long, "L")
ONE(unit_n, Py_ssize_t, "n")
ONE(unit_f, float, "f")
ONE(unit_d, double, "d")
ONE(unit_B, unsigned char, "B")
ONE(unit_H, unsigned short, "H")
ONE(unit_I, unsigned int, "I")
ONE(unit_k, unsigned long, "k")
ONE(unit_K, unsigned long long, "K")
ONE(unit_s, const char *, "s")
ONE(unit_z, const char *, "z")
ONE(unit_y, const char *, "y")
ONE(unit_c, char, "c")
ONE(unit_O, PyObject *, "O")
static PyObject *unit_p(PyObject *self, PyObject *args) { int v; return PyArg_ParseTuple(args, "p:unit_p", &v) ? PyLong_FromLong(v) : NULL; }
static PyObject *unit_C(PyObject *self, PyObject *args) { int v; return PyArg_ParseTuple(args, "C:unit_C", &v) ? Py_BuildValue("C", v) : NULL; }
static PyObject *unit_S(PyObject *self, PyObject *args) { PyObject *v; return PyArg_ParseTuple(args, "S:unit_S", &v) ? Py_BuildValue("S", v) : NULL; }
static PyObject *unit_U(PyObject *self, PyObject *args) { PyObject *v; return PyArg_ParseTuple(args, "U:unit_U", &v) ? Py_BuildValue("U", "text") : NULL; }
static PyObject *unit_Y(PyObject *self, PyObject *args) { PyObject *v; return PyArg_ParseTuple(args, "Y:unit_Y", &v) ? Py_NewRef(v) : NULL; }
static PyObject *unit_s_hash(PyObject *self, PyObject *args) { const char *s; Py_ssize_t n; return PyArg_ParseTuple(args, "s#", &s, &n) ? Py_BuildValue("y#n", s, n, n) : NULL; }
static PyObject *unit_z_hash(PyObject *self, PyObject *args) { const char *s; Py_ssize_t n; return PyArg_ParseTuple(args, "z#", &s, &n) ? Py_BuildValue("y#n", s, n, n) : NULL; }
static PyObject *unit_y_hash(PyObject *self, PyObject *args) { const char *s; Py_ssize_t n; return PyArg_ParseTuple(args, "y#", &s, &n) ? Py_BuildValue("y#n", s, n, n) : NULL; }
#define BUFFER(name, unit)                                                                          \
    static PyObject *name(PyObject *self, PyObject *args)                                           \
    {                                                                                               \
        Py_buffer v;                                                                                \
        if (!PyArg_ParseTuple(args, unit, &v)) return NULL;                                         \
        PyObject *r = Py_BuildValue("y#i", v.buf, v.len, v.readonly);                               \
        PyBuffer_Release(&v);                                                                       \
        return r;                                                                                   \
    }
BUFFER(unit_s_star, "s*")
BUFFER(unit_z_star, "z*")
BUFFER(unit_y_star, "y*")
BUFFER(unit_w_star, "w*")
static PyObject *unit_es(PyObject *self, PyObject *args)
{
    const char *encoding;
    char *buffer = NULL;
    if (!PyArg_ParseTuple(args, "zO", &encoding, &args)) return NULL;
    PyObject *one = PyTuple_Pack(1, args), *r = NULL;
    if (PyArg_ParseTuple(one, "es", encoding, &buffer)) {
        r = PyBytes_FromString(buffer);
        PyMem_Free(buffer);
    }
    Py_DECREF(one);
    return r;
}
static PyObject *unit_et_hash(PyObject *self, PyObject *args)
{
    char *buffer = NULL;
    Py_ssize_t n = 0;
    if (!PyArg_ParseTuple(args, "et#", "latin-1", &buffer, &n)) return NULL;
    PyObject *r = PyBytes_FromStringAndSize(buffer, n);
    PyMem_Free(buffer);
    return r;
}
static PyObject *unit_O_bang(PyObject *self, PyObject *args) { PyObject *v; return PyArg_ParseTuple(args, "O!:unit_O_bang", &PyList_Type, &v) ? Py_NewRef(v) : NULL; }
static int convert(PyObject *o, void *p)
{
    if (o == NULL) return 1;
    long v = PyLong_AsLong(o);
    if (v == -1 && PyErr_Occurred()) return 0;
    *(long *)p = v * 2;
    return 1;
}
static PyObject *unit_O_amp(PyObject *self, PyObject *args) { long v; return PyArg_ParseTuple(args, "O&", convert, &v) ? PyLong_FromLong(v) : NULL; }
static PyObject *nested(PyObject *self, PyObject *args)
{
    int a, b, c;
    PyObject *o;
    return PyArg_ParseTuple(args, "i(i(iO)):nested", &a, &b, &c, &o) ? Py_BuildValue("iiiO", a, b, c, o) : NULL;
}
static PyObject *optional(PyObject *self, PyObject *args)
{
    int a, b = -1;
    PyObject *c = Py_None;
    return PyArg_ParseTuple(args, "i|iO:optional", &a, &b, &c) ? Py_BuildValue("iiO", a, b, c) : NULL;
}
static PyObject *message(PyObject *self, PyObject *args) { int a; return PyArg_ParseTuple(args, "i;own message", &a) ? PyLong_FromLong(a) : NULL; }
static PyObject *nothing(PyObject *self, PyObject *args) { return PyArg_ParseTuple(args, ":nothing") ? Py_NewRef(Py_None) : NULL; }
static PyObject *bad_format(PyObject *self, PyObject *args) { int a; return PyArg_ParseTuple(args, "?", &a) ? Py_NewRef(Py_None) : NULL; }
static PyObject *parse_old(PyObject *self, PyObject *arg) { int a, b; return PyArg_Parse(arg, "(ii)", &a, &b) ? Py_BuildValue("ii", a, b) : NULL; }
static PyObject *keywords(PyObject *self, PyObject *args, PyObject *kw)
{
    static char *names[] = {"a", "b", "c", "d", NULL};
    int a, b = -1, c = -2;
    PyObject *d = Py_None;
    return PyArg_ParseTupleAndKeywords(args, kw, "i|i$iO:keywords", names, &a, &b, &c, &d) ? Py_BuildValue("iiiO", a, b, c, d) : NULL;
}
static PyObject *keywords_positional(PyObject *self, PyObject *args, PyObject *kw)
{
    static char *names[] = {"", "", "name", NULL};
    PyObject *a, *b = Py_None, *c = Py_None;
    return PyArg_ParseTupleAndKeywords(args, kw, "O|OO:kp", names, &a, &b, &c) ? PyTuple_Pack(3, a, b, c) : NULL;
}
static int va_helper(PyObject *args, PyObject *kw, const char *format, char **names, ...)
{
    va_list va;
    va_start(va, names);
    int r = names ? PyArg_VaParseTupleAndKeywords(args, kw, format, names, va) : PyArg_VaParse(args, format, va);
    va_end(va);
    return r;
}
static PyObject *va_parse(PyObject *self, PyObject *args)
{
    int a;
    double b;
    static char *names[] = {"x", "y", NULL};
    if (!va_helper(args, NULL, "id", NULL, &a, &b) || !va_helper(args, NULL, "id", names, &a, &b)) return NULL;
    return Py_BuildValue("id", a, b);
}
static PyObject *va_build_helper(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *r = Py_VaBuildValue(format, va);
    va_end(va);
    return r;
}
F(unpack)
{
    PyObject *t = PyTuple_New(nargs), *a, *b = Py_Ellipsis, *c = Py_Ellipsis, *r = NULL;
    for (Py_ssize_t i = 0; i < nargs; i++) PyTuple_SetItem(t, i, Py_NewRef(args[i]));
    if (PyArg_UnpackTuple(t, "unpack", 1, 3, &a, &b, &c)) r = PyTuple_Pack(3, a, b, c);
    Py_DECREF(t);
    return r;
}
F(validate_keywords) { NEED(1); return plain(PyArg_ValidateKeywordArguments(args[0])); }
static PyObject *multiply(void *p) { return PyLong_FromLong(*(long *)p * 3); }
F(build)
{
    NEED(1);
    long seven = 7;
    Py_buffer dummy = {0};
    (void)dummy;
    PyObject *list = PyList_New(0);
#define PUT(...)                                                                                    \
    do {                                                                                            \
        PyObject *v = Py_BuildValue(__VA_ARGS__);                                                   \
        if (v == NULL || PyList_Append(list, v) < 0) { Py_XDECREF(v); Py_DECREF(list); return NULL; } \
        Py_DECREF(v);                                                                               \
    } while (0)
    PUT("");
    PUT("i", -5);
    PUT("()");
    PUT("(i)", 1);
    PUT("ii", 1, 2);
    PUT("[i,s]", 1, "two");
    PUT("{s:i,s:O}", "a", 1, "b", args[0]);
    PUT("((ii)[ii]{ii})", 1, 2, 3, 4, 5, 6);
    PUT("bhilqL"[0] == 'b' ? "bhilL" : "", 1, 2, 3, 4L, 5LL);
    PUT("BHIkK", 255, 65535, 4294967295u, ~0UL, ~0ULL);
    PUT("nfd", (Py_ssize_t)-1, 1.5, 2.5);
    PUT("cC", 'x', 0x1F600);
    PUT("sz", "str", NULL);
    PUT("s#z#", "abcdef", (Py_ssize_t)3, NULL, (Py_ssize_t)0);
    PUT("yy#", "bytes", "a\0b", (Py_ssize_t)3);
    PUT("U#u", "uni", (Py_ssize_t)2, L"wide");
    PUT("OSN", args[0], args[0], Py_NewRef(args[0]));
    PUT("O&", multiply, &seven);
    PUT("p", 5);
    PUT("s", NULL);
    PUT(" ( i , i ) ", 1, 2);
    PyObject *v = va_build_helper("(is)", 9, "va");
    if (v == NULL || PyList_Append(list, v) < 0) return NULL;
    Py_DECREF(v);
    return list;
}
F(build_null_object) { NEED(0); return checked(Py_BuildValue("(iO)", 1, NULL)); }
F(build_passes_error) { NEED(1); PyErr_SetNone(args[0]); return Py_BuildValue("(iN)", 1, NULL); }
F(build_bad) { NEED(0); return checked(Py_BuildValue("(i", 1)); }
F(build_bad_unit) { NEED(0); return checked(Py_BuildValue("?", 1)); }

#define V(name) {#name, name, METH_VARARGS, NULL}
#define K(name) {#name, (PyCFunction)(void (*)(void))name, METH_VARARGS | METH_KEYWORDS, NULL}
static PyMethodDef methods[] = {
    V(parse_numbers), V(unit_b), V(unit_h), V(unit_i), V(unit_l), V(unit_L), V(unit_n), V(unit_f), V(unit_d), V(unit_B), V(unit_H), V(unit_I),
    V(unit_k), V(unit_K), V(unit_s), V(unit_z), V(unit_y), V(unit_c), V(unit_O), V(unit_p), V(unit_C), V(unit_S), V(unit_U), V(unit_Y),
    V(unit_s_hash), V(unit_z_hash), V(unit_y_hash), V(unit_s_star), V(unit_z_star), V(unit_y_star), V(unit_w_star), V(unit_es),
    V(unit_et_hash), V(unit_O_bang), V(unit_O_amp), V(nested), V(optional), V(message), V(nothing), V(bad_format),
    {"parse_old", parse_old, METH_O, NULL}, K(keywords), K(keywords_positional), V(va_parse), M(unpack), M(validate_keywords), M(build),
    M(build_null_object), M(build_passes_error), M(build_bad), M(build_bad_unit), END};

MODULE(capi_args, methods, NULL)
