/* api: full, limited */
/* Codecs with tables and state (charmaps, UTF-7, halves of UTF-16 and UTF-32), and the fields of their errors. */
#include "support.h"

#define BYTES(i)                                                                                    \
    char *s;                                                                                        \
    Py_ssize_t n;                                                                                   \
    if (PyBytes_AsStringAndSize(args[i], &s, &n) < 0) return NULL
static const char *text(PyObject *o) { return o == Py_Ellipsis ? NULL : PyUnicode_AsUTF8AndSize(o, NULL); }

F(decode_charmap) { NEED(3); BYTES(0); const char *e = text(args[2]); ARG_ERROR; return checked(PyUnicode_DecodeCharmap(s, n, A(1), e)); }
OBJ2(as_charmap, PyUnicode_AsCharmapString)
OBJ1(build_encoding_map, PyUnicode_BuildEncodingMap)
F(decode_raw_unicode_escape) { NEED(2); BYTES(0); const char *e = text(args[1]); ARG_ERROR; return checked(PyUnicode_DecodeRawUnicodeEscape(s, n, e)); }
F(decode_utf7) { NEED(2); BYTES(0); const char *e = text(args[1]); ARG_ERROR; return checked(PyUnicode_DecodeUTF7(s, n, e)); }
#define STATEFUL(name, call)                                                                        \
    F(name)                                                                                         \
    {                                                                                               \
        NEED(2);                                                                                    \
        BYTES(0);                                                                                   \
        const char *e = text(args[1]);                                                              \
        Py_ssize_t used = -1;                                                                       \
        ARG_ERROR;                                                                                  \
        PyObject *r = checked(call);                                                                \
        return r ? Py_BuildValue("Nn", r, used) : NULL;                                             \
    }
STATEFUL(utf7_stateful, PyUnicode_DecodeUTF7Stateful(s, n, e, &used))
#define ORDERED(name, call)                                                                         \
    F(name)                                                                                         \
    {                                                                                               \
        NEED(3);                                                                                    \
        BYTES(0);                                                                                   \
        const char *e = text(args[1]);                                                              \
        int order = (int)N(2);                                                                      \
        Py_ssize_t used = -1;                                                                       \
        ARG_ERROR;                                                                                  \
        PyObject *r = checked(call);                                                                \
        return r ? Py_BuildValue("Nni", r, used, order) : NULL;                                     \
    }
ORDERED(utf16_stateful, PyUnicode_DecodeUTF16Stateful(s, n, e, &order, &used))
ORDERED(utf32_stateful, PyUnicode_DecodeUTF32Stateful(s, n, e, &order, &used))

/* ---- fields of the errors ---- */
F(decode_error_fields)
{
    NEED(1);
    PyObject *e = args[0];
    if (PyUnicodeDecodeError_SetStart(e, 2) < 0 || PyUnicodeDecodeError_SetEnd(e, 4) < 0 || PyUnicodeDecodeError_SetReason(e, "new reason") < 0)
        return NULL;
    return PyObject_Str(e);
}
F(translate_error_fields)
{
    NEED(1);
    PyObject *e = args[0];
    Py_ssize_t start = -1, end = -1;
    if (PyUnicodeTranslateError_GetStart(e, &start) < 0 || PyUnicodeTranslateError_GetEnd(e, &end) < 0) return NULL;
    PyObject *object = PyUnicodeTranslateError_GetObject(e), *reason = PyUnicodeTranslateError_GetReason(e);
    if (object == NULL || reason == NULL) return NULL;
    if (PyUnicodeTranslateError_SetStart(e, 0) < 0 || PyUnicodeTranslateError_SetEnd(e, 1) < 0 || PyUnicodeTranslateError_SetReason(e, "why") < 0)
        return NULL;
    return Py_BuildValue("nnNNN", start, end, object, reason, PyObject_Str(e));
}
F(wrong_error)
{
    NEED(1);
    Py_ssize_t at = 0;
    PyUnicodeTranslateError_GetStart(args[0], &at);
    return NULL;
}

#ifndef Py_LIMITED_API
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#define CODED(name, call) F(name) { NEED(3); const char *c = text(args[1]), *e = text(args[2]); ARG_ERROR; return checked(call(A(0), c, e)); }
/* Exported, and no longer declared. */
extern PyObject *PyUnicode_AsDecodedObject(PyObject *, const char *, const char *), *PyUnicode_AsDecodedUnicode(PyObject *, const char *, const char *),
    *PyUnicode_AsEncodedObject(PyObject *, const char *, const char *), *PyUnicode_AsEncodedUnicode(PyObject *, const char *, const char *);
extern Py_ssize_t PyUnicode_GetSize(PyObject *);
CODED(as_decoded_object, PyUnicode_AsDecodedObject)
CODED(as_decoded_unicode, PyUnicode_AsDecodedUnicode)
CODED(as_encoded_object, PyUnicode_AsEncodedObject)
CODED(as_encoded_unicode, PyUnicode_AsEncodedUnicode)
INT1(get_size, PyUnicode_GetSize)
F(private_classes)
{
    NEED(1);
    Py_UCS4 c = (Py_UCS4)N(0);
    ARG_ERROR;
    return Py_BuildValue("iiiiiiiik", _PyUnicode_IsAlpha(c), _PyUnicode_IsDecimalDigit(c), _PyUnicode_IsDigit(c), _PyUnicode_IsLowercase(c), _PyUnicode_IsNumeric(c),
                         _PyUnicode_IsTitlecase(c), _PyUnicode_IsUppercase(c), _PyUnicode_IsWhitespace(c), (unsigned long)_PyUnicode_ToLowercase(c));
}
F(ascii_tables)
{
    NEED(1);
    unsigned char c = (unsigned char)N(0);
    ARG_ERROR;
    return Py_BuildValue("iiiiiiii", !!Py_ISALPHA(c), !!Py_ISDIGIT(c), !!Py_ISXDIGIT(c), !!Py_ISSPACE(c), !!Py_ISALNUM(c), (int)Py_TOLOWER(c), (int)Py_TOUPPER(c),
                         c < 128 ? _Py_ascii_whitespace[c] : 0);
}
#endif

static PyMethodDef methods[] = {
    M(decode_charmap), M(as_charmap), M(build_encoding_map), M(decode_raw_unicode_escape), M(decode_utf7), M(utf7_stateful), M(utf16_stateful),
    M(utf32_stateful), M(decode_error_fields), M(translate_error_fields), M(wrong_error),
#ifndef Py_LIMITED_API
    M(as_decoded_object), M(as_decoded_unicode), M(as_encoded_object), M(as_encoded_unicode), M(get_size), M(private_classes), M(ascii_tables),
#endif
    END};

MODULE(capi_codec_tables, methods, NULL)
