/* api: full */
/* Strings beneath their public functions: comparison, joining, copies, interning, the old writer's preparation, and what
   the character tables say. */
#include "support.h"
#include <string.h>
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* Exported, but declared by no public header of 3.14. */
PyAPI_FUNC(PyObject *) _PyUnicode_AsUTF8String(PyObject *, const char *);
PyAPI_FUNC(int) _PyUnicode_CheckConsistency(PyObject *, int);
PyAPI_FUNC(PyObject *) _PyUnicode_Copy(PyObject *);
PyAPI_FUNC(int) _PyUnicode_Equal(PyObject *, PyObject *);
PyAPI_FUNC(int) _PyUnicode_EqualToASCIIString(PyObject *, const char *);
PyAPI_FUNC(void) _PyUnicode_InternInPlace(PyInterpreterState *, PyObject **);
PyAPI_FUNC(PyObject *) _PyUnicode_JoinArray(PyObject *, PyObject *const *, Py_ssize_t);
PyAPI_FUNC(void) PyUnicode_InternImmortal(PyObject **);

F(as_utf8) { NEED(2); const char *errors = A(1) ? PyUnicode_AsUTF8(args[1]) : NULL; return checked(_PyUnicode_AsUTF8String(args[0], errors)); }
F(consistent) { NEED(1); return plain(_PyUnicode_CheckConsistency(args[0], 1)); }
OBJ1(copy, _PyUnicode_Copy)
F(equal) { NEED(2); return status(_PyUnicode_Equal(args[0], args[1])); }
F(equal_ascii) { NEED(2); return plain(_PyUnicode_EqualToASCIIString(args[0], PyBytes_AsString(args[1]))); }
F(join)
{
    NEED(2);
    PyObject *r = _PyUnicode_JoinArray(A(0), PySequence_Fast_ITEMS(args[1]), PySequence_Fast_GET_SIZE(args[1]));
    return checked(r);
}
/* The interned one of two equal strings, and whether both became the same object. */
static PyObject *two_strings(PyObject *text, PyObject **b)
{
    PyObject *a = PyUnicode_Concat(text, text);
    *b = PyUnicode_Concat(text, text);
    return a;
}
F(intern)
{
    NEED(1);
    PyObject *b, *a = two_strings(args[0], &b);
    int different = a != b;
    PyInterpreterState *interp = PyInterpreterState_Get();
    _PyUnicode_InternInPlace(interp, &a);
    _PyUnicode_InternInPlace(interp, &b);
    PyObject *r = Py_BuildValue("Oiii", a, different, a == b, PyUnicode_CHECK_INTERNED(a) != 0);
    Py_DECREF(a);
    Py_DECREF(b);
    return checked(r);
}
F(intern_immortal)
{
    NEED(1);
    PyObject *b, *a = two_strings(args[0], &b);
    int different = a != b;
    PyUnicode_InternImmortal(&a);
    PyUnicode_InternImmortal(&b);
    return checked(Py_BuildValue("Oiiii", a, different, a == b, PyUnicode_CHECK_INTERNED(a) != 0, PyUnstable_IsImmortal(a)));
}
/* prepare(first, length, maxchar, kind, overallocate): a writer that has written `first` and made room, then the widest character. */
F(prepare)
{
    NEED(5);
    Py_ssize_t length = N(1), maxchar = N(2), kind = N(3), over = N(4);
    ARG_ERROR;
    _PyUnicodeWriter w;
    _PyUnicodeWriter_Init(&w);
    w.overallocate = (unsigned char)over;
    if (_PyUnicodeWriter_WriteStr(&w, args[0]) < 0) return checked(NULL);
    int r = kind ? _PyUnicodeWriter_PrepareKindInternal(&w, (int)kind) : _PyUnicodeWriter_PrepareInternal(&w, length, (Py_UCS4)maxchar);
    int room = w.size - w.pos >= length, more = w.size - w.pos > length;
    Py_UCS4 top = w.maxchar;
    kind = w.kind;
    if (r < 0 || _PyUnicodeWriter_WriteChar(&w, top) < 0) {
        _PyUnicodeWriter_Dealloc(&w);
        return checked(NULL);
    }
    PyObject *s = _PyUnicodeWriter_Finish(&w);
    return checked(Py_BuildValue("NniIi", s, kind, room, top, more));
}
F(character)
{
    NEED(1);
    unsigned long v = PyLong_AsUnsignedLong(args[0]);
    ARG_ERROR;
    Py_UCS4 c = (Py_UCS4)v;
    return Py_BuildValue("iiiidII", _PyUnicode_IsLinebreak(c), _PyUnicode_IsPrintable(c), _PyUnicode_ToDecimalDigit(c), _PyUnicode_ToDigit(c),
                         _PyUnicode_ToNumeric(c), _PyUnicode_ToTitlecase(c), _PyUnicode_ToUppercase(c));
}

static PyMethodDef methods[] = {M(as_utf8), M(consistent), M(copy), M(equal), M(equal_ascii), M(join), M(intern), M(intern_immortal), M(prepare),
                                M(character), END};

MODULE(capi_private_unicode, methods, NULL)
