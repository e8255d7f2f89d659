/* api: full, limited */
/* Argument parsing under its other names: the _SizeT forms of 3.11, the parsers of generated code, _PyArg_* checks and
   the buffer functions from before the buffer protocol. */
#define PY_SSIZE_T_CLEAN
#include "support.h"
#include <stdarg.h>

/* Exported, but declared by no public header of 3.14. */
PyAPI_FUNC(int) PyObject_AsCharBuffer(PyObject *, const char **, Py_ssize_t *);
PyAPI_FUNC(int) PyObject_AsReadBuffer(PyObject *, const void **, Py_ssize_t *);
PyAPI_FUNC(int) PyObject_AsWriteBuffer(PyObject *, void **, Py_ssize_t *);
PyAPI_FUNC(int) PyObject_CheckReadBuffer(PyObject *);
PyAPI_FUNC(int) _PyArg_ParseTuple_SizeT(PyObject *, const char *, ...);
PyAPI_FUNC(int) _PyArg_Parse_SizeT(PyObject *, const char *, ...);
PyAPI_FUNC(int) _PyArg_ParseTupleAndKeywords_SizeT(PyObject *, PyObject *, const char *, char **, ...);
PyAPI_FUNC(int) _PyArg_VaParse_SizeT(PyObject *, const char *, va_list);
PyAPI_FUNC(int) _PyArg_VaParseTupleAndKeywords_SizeT(PyObject *, PyObject *, const char *, char **, va_list);
PyAPI_FUNC(PyObject *) _Py_BuildValue_SizeT(const char *, ...);
PyAPI_FUNC(PyObject *) _Py_VaBuildValue_SizeT(const char *, va_list);

static char *names[] = {"text", "number", "object", NULL};

/* A pair (text, rest) or (text, number, object) of what was parsed; `...` for what was not set. */
static PyObject *answer(int ok, const char *s, Py_ssize_t n, int i, PyObject *o)
{
    if (!ok) return checked(NULL);
    return checked(Py_BuildValue("y#iO", s, n, i, o ? o : Py_Ellipsis));
}
F(parse_tuple) { NEED(1); const char *s = NULL; Py_ssize_t n = -1; int i = -1; PyObject *o = NULL; int ok = _PyArg_ParseTuple_SizeT(args[0], "s#|iO:fname", &s, &n, &i, &o); return answer(ok, s, n, i, o); }
F(parse_one) { NEED(1); const char *s = NULL; Py_ssize_t n = -1; int ok = _PyArg_Parse_SizeT(args[0], "s#;only text here", &s, &n); return answer(ok, s, n, -1, NULL); }
F(parse_keywords) { NEED(2); const char *s = NULL; Py_ssize_t n = -1; int i = -1; PyObject *o = NULL; int ok = _PyArg_ParseTupleAndKeywords_SizeT(A(0), A(1), "s#|i$O:fname", names, &s, &n, &i, &o); return answer(ok, s, n, i, o); }
static int va_parse(PyObject *a, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int r = _PyArg_VaParse_SizeT(a, format, va);
    va_end(va);
    return r;
}
static int va_keywords(PyObject *a, PyObject *kw, const char *format, ...)
{
    va_list va;
    va_start(va, format);
    int r = _PyArg_VaParseTupleAndKeywords_SizeT(a, kw, format, names, va);
    va_end(va);
    return r;
}
static PyObject *va_build(const char *format, ...)
{
    va_list va;
    va_start(va, format);
    PyObject *r = _Py_VaBuildValue_SizeT(format, va);
    va_end(va);
    return r;
}
F(va_parse) { NEED(1); const char *s = NULL; Py_ssize_t n = -1; int i = -1; PyObject *o = NULL; int ok = va_parse(args[0], "s#|iO:fname", &s, &n, &i, &o); return answer(ok, s, n, i, o); }
F(va_keywords) { NEED(2); const char *s = NULL; Py_ssize_t n = -1; int i = -1; PyObject *o = NULL; int ok = va_keywords(A(0), A(1), "s#|i$O:fname", &s, &n, &i, &o); return answer(ok, s, n, i, o); }
F(build) { NEED(1); return checked(_Py_BuildValue_SizeT("s#y#(O)", "ab\0cd", (Py_ssize_t)5, "xyz", (Py_ssize_t)2, A(0))); }
F(va_build) { NEED(1); return checked(va_build("s#y#(O)", "ab\0cd", (Py_ssize_t)5, "xyz", (Py_ssize_t)2, A(0))); }
F(build_bad) { NEED(0); return checked(_Py_BuildValue_SizeT("(i", 1)); }

F(char_buffer) { NEED(1); const char *s = NULL; Py_ssize_t n = -1; return PyObject_AsCharBuffer(A(0), &s, &n) < 0 ? checked(NULL) : checked(PyBytes_FromStringAndSize(s, n)); }
F(read_buffer) { NEED(1); const void *s = NULL; Py_ssize_t n = -1; return PyObject_AsReadBuffer(A(0), &s, &n) < 0 ? checked(NULL) : checked(PyBytes_FromStringAndSize(s, n)); }
F(write_buffer)
{
    NEED(1);
    void *s = NULL;
    Py_ssize_t n = -1;
    if (PyObject_AsWriteBuffer(A(0), &s, &n) < 0) return checked(NULL);
    PyObject *r = PyBytes_FromStringAndSize(s, n);
    if (n > 0) ((char *)s)[0] = 'W';
    return checked(r);
}
BOOL1(check_read_buffer, PyObject_CheckReadBuffer)

#ifndef Py_LIMITED_API
PyAPI_FUNC(void) _PyArg_BadArgument(const char *, const char *, const char *, PyObject *);
PyAPI_FUNC(int) _PyArg_CheckPositional(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t);
PyAPI_FUNC(int) _PyArg_NoKeywords(const char *, PyObject *);
PyAPI_FUNC(int) _PyArg_NoPositional(const char *, PyObject *);
PyAPI_FUNC(int) _PyArg_ParseStack(PyObject *const *, Py_ssize_t, const char *, ...);
PyAPI_FUNC(int) _PyArg_ParseStackAndKeywords(PyObject *const *, Py_ssize_t, PyObject *, struct _PyArg_Parser *, ...);
PyAPI_FUNC(PyObject *const *) _PyArg_UnpackKeywords(PyObject *const *, Py_ssize_t, PyObject *, PyObject *, struct _PyArg_Parser *, int, int, int, int, PyObject **);
PyAPI_FUNC(int) _Py_convert_optional_to_ssize_t(PyObject *, void *);

static PyObject *yes(int r) { return r ? plain(r) : checked(NULL); }
static const char *text_of(PyObject *o) { return o == NULL ? NULL : PyUnicode_AsUTF8(o); }
F(bad_argument) { NEED(4); _PyArg_BadArgument(text_of(args[0]), text_of(args[1]), text_of(args[2]), args[3]); return checked(NULL); }
F(check_positional) { NEED(4); Py_ssize_t n = N(1), low = N(2), high = N(3); ARG_ERROR; return yes(_PyArg_CheckPositional(text_of(A(0)), n, low, high)); }
F(no_keywords) { NEED(2); return yes(_PyArg_NoKeywords(text_of(args[0]), A(1))); }
F(no_positional) { NEED(2); return yes(_PyArg_NoPositional(text_of(args[0]), A(1))); }
F(parse_stack)
{
    NEED(1);
    const char *s = NULL;
    Py_ssize_t n = -1;
    int i = -1;
    PyObject *o = NULL;
    int ok = _PyArg_ParseStack(&PyTuple_GET_ITEM(args[0], 0), PyTuple_GET_SIZE(args[0]), "s#|iO:fname", &s, &n, &i, &o);
    return answer(ok, s, n, i, o);
}
/* The arguments of a fast call from a tuple of positional ones and a dict: the values, then `names`, a new tuple or NULL. */
static PyObject **flat(PyObject *positional, PyObject *keywords, PyObject **kwnames, Py_ssize_t *n)
{
    static PyObject *room[16];
    Py_ssize_t pos = 0, i = 0;
    PyObject *k, *v;
    *n = PyTuple_GET_SIZE(positional);
    for (; i < *n; i++) room[i] = PyTuple_GET_ITEM(positional, i);
    *kwnames = NULL;
    if (keywords == NULL) return room;
    *kwnames = PyTuple_New(PyDict_GET_SIZE(keywords));
    for (Py_ssize_t at = 0; PyDict_Next(keywords, &pos, &k, &v); at++) {
        PyTuple_SET_ITEM(*kwnames, at, Py_NewRef(k));
        room[i++] = v;
    }
    return room;
}
static const char *const fast_names[] = {"text", "number", "object", NULL};
static _PyArg_Parser fast_parser = {.format = "s#|i$O:fname", .keywords = fast_names};
static _PyArg_Parser required_parser = {.format = "s#iO", .keywords = fast_names, .fname = "required"};
static PyObject *stack_keywords(PyObject *const *args, _PyArg_Parser *parser)
{
    const char *s = NULL;
    Py_ssize_t n = -1, count;
    int i = -1;
    PyObject *o = NULL, *kwnames, **values = flat(args[0], nullable(args[1]), &kwnames, &count);
    int ok = _PyArg_ParseStackAndKeywords(values, count, kwnames, parser, &s, &n, &i, &o);
    PyObject *r = answer(ok, s, n, i, o);
    Py_XDECREF(kwnames);
    return r;
}
F(stack_keywords) { NEED(2); return stack_keywords(args, &fast_parser); }
F(stack_required) { NEED(2); return stack_keywords(args, &required_parser); }
F(fast_keywords) { NEED(2); const char *s = NULL; Py_ssize_t n = -1; int i = -1; PyObject *o = NULL; int ok = _PyArg_ParseTupleAndKeywordsFast(A(0), A(1), &fast_parser, &s, &n, &i, &o); return answer(ok, s, n, i, o); }

/* unpack(positional, keywords or NULL, as a dict?, least and most positional, least keywords): the three places. */
static const char *const unpack_names[] = {"", "middle", "last", NULL};
static _PyArg_Parser unpack_parser = {.keywords = unpack_names, .fname = "unpack"};
F(unpack)
{
    NEED(6);
    Py_ssize_t as_dict = N(2), low = N(3), high = N(4), least = N(5), n;
    ARG_ERROR;
    PyObject *kwnames = NULL, *room[3] = {NULL, NULL, NULL}, **values = flat(args[0], as_dict ? NULL : A(1), &kwnames, &n);
    PyObject *const *r = _PyArg_UnpackKeywords(values, n, as_dict ? A(1) : NULL, kwnames, &unpack_parser, (int)low, (int)high, (int)least, 0, room);
    PyObject *answer = NULL;
    if (r != NULL) answer = Py_BuildValue("OOOi", r[0] ? r[0] : Py_Ellipsis, n > 1 || r == room ? (r[1] ? r[1] : Py_Ellipsis) : Py_Ellipsis, n > 2 || r == room ? (r[2] ? r[2] : Py_Ellipsis) : Py_Ellipsis, r == room);
    Py_XDECREF(kwnames);
    return checked(answer);
}
F(optional_size) { NEED(1); Py_ssize_t n = -77; return _Py_convert_optional_to_ssize_t(args[0], &n) ? plain(n) : checked(NULL); }
#endif

static PyMethodDef methods[] = {
    M(parse_tuple), M(parse_one), M(parse_keywords), M(va_parse), M(va_keywords), M(build), M(va_build), M(build_bad), M(char_buffer), M(read_buffer),
    M(write_buffer), M(check_read_buffer),
#ifndef Py_LIMITED_API
    M(bad_argument), M(check_positional), M(no_keywords), M(no_positional), M(parse_stack), M(stack_keywords), M(stack_required), M(fast_keywords),
    M(unpack), M(optional_size),
#endif
    END};

MODULE(capi_private_args, methods, NULL)
