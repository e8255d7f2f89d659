/* api: full, limited */
/* PyUnicode_*: making, reading, storage, codecs, searching, formatting, writers. */
#include "support.h"
#include <string.h>
#include <wchar.h>

BOOL1(check, PyUnicode_Check)
BOOL1(check_exact, PyUnicode_CheckExact)
F(from_string) { NEED(1); char *s = PyBytes_AsString(args[0]); return s ? checked(PyUnicode_FromString(s)) : NULL; }
F(from_string_and_size) { NEED(1); char *s; Py_ssize_t n; return PyBytes_AsStringAndSize(args[0], &s, &n) < 0 ? NULL : checked(PyUnicode_FromStringAndSize(s, n)); }
OBJ1(from_object, PyUnicode_FromObject)
F(from_encoded_object)
{
    NEED(3);
    const char *enc = A(1) ? PyUnicode_AsUTF8AndSize(args[1], NULL) : NULL, *err = A(2) ? PyUnicode_AsUTF8AndSize(args[2], NULL) : NULL;
    ARG_ERROR;
    return checked(PyUnicode_FromEncodedObject(A(0), enc, err));
}
F(from_ordinal) { NEED(1); int n = (int)N(0); ARG_ERROR; return checked(PyUnicode_FromOrdinal(n)); }
F(from_format)
{
    NEED(2);
    return checked(PyUnicode_FromFormat("%s|%d|%5d|%-5d|%05d|%u|%ld|%zd|%lld|%x|%X|%c|%%|%U|%S|%R|%A|%.3s|%V|%p", "text", -42, 42, 42, 42, 7u,
                                        123456789L, (Py_ssize_t)-5, 1LL << 40, 255, 255, 0x20AC, args[0], args[1], args[1], args[0], "abcdef",
                                        NULL, "fallback", (void *)0x10));
}
F(from_format_types) { NEED(1); return checked(PyUnicode_FromFormat("%T %#T %N %#N", args[0], args[0], (PyObject *)Py_TYPE(args[0]), (PyObject *)Py_TYPE(args[0]))); }
F(from_format_bad) { NEED(0); return checked(PyUnicode_FromFormat("%?")); }
INT1(get_length, PyUnicode_GetLength)
F(read_char) { NEED(2); Py_ssize_t i = N(1); ARG_ERROR; Py_UCS4 c = PyUnicode_ReadChar(A(0), i); return c == (Py_UCS4)-1 ? status(-1) : plain(c); }
F(substring) { NEED(3); Py_ssize_t i = N(1), j = N(2); ARG_ERROR; return checked(PyUnicode_Substring(A(0), i, j)); }
F(as_utf8_and_size)
{
    NEED(1);
    Py_ssize_t n = -7;
    const char *s = PyUnicode_AsUTF8AndSize(A(0), &n);
    return s ? Py_BuildValue("y#n", s, n, (Py_ssize_t)strlen(s)) : checked(NULL);
}
OBJ1(as_utf8_string, PyUnicode_AsUTF8String)
OBJ1(as_ascii_string, PyUnicode_AsASCIIString)
OBJ1(as_latin1_string, PyUnicode_AsLatin1String)
OBJ1(as_utf16_string, PyUnicode_AsUTF16String)
OBJ1(as_utf32_string, PyUnicode_AsUTF32String)
OBJ1(as_unicode_escape, PyUnicode_AsUnicodeEscapeString)
OBJ1(as_raw_unicode_escape, PyUnicode_AsRawUnicodeEscapeString)
F(as_encoded)
{
    NEED(3);
    const char *enc = PyUnicode_AsUTF8AndSize(args[1], NULL), *err = A(2) ? PyUnicode_AsUTF8AndSize(args[2], NULL) : NULL;
    ARG_ERROR;
    return checked(PyUnicode_AsEncodedString(A(0), enc, err));
}
#define DECODER(name, call)                                                                         \
    F(name)                                                                                         \
    {                                                                                               \
        NEED(2);                                                                                    \
        char *s;                                                                                    \
        Py_ssize_t n;                                                                               \
        if (PyBytes_AsStringAndSize(args[0], &s, &n) < 0) return NULL;                              \
        const char *err = A(1) ? PyUnicode_AsUTF8AndSize(args[1], NULL) : NULL;                     \
        return checked(call);                                                                       \
    }
DECODER(decode_utf8, PyUnicode_DecodeUTF8(s, n, err))
DECODER(decode_ascii, PyUnicode_DecodeASCII(s, n, err))
DECODER(decode_latin1, PyUnicode_DecodeLatin1(s, n, err))
DECODER(decode_utf16, PyUnicode_DecodeUTF16(s, n, err, NULL))
DECODER(decode_utf32, PyUnicode_DecodeUTF32(s, n, err, NULL))
DECODER(decode_cp1252, PyUnicode_Decode(s, n, "cp1252", err))
DECODER(decode_unicode_escape, PyUnicode_DecodeUnicodeEscape(s, n, err))
DECODER(decode_fs, PyUnicode_DecodeFSDefaultAndSize(s, n))
DECODER(decode_locale, PyUnicode_DecodeLocaleAndSize(s, n, err))
F(decode_utf8_stateful)
{
    NEED(1);
    char *s;
    Py_ssize_t n, used = -1;
    if (PyBytes_AsStringAndSize(args[0], &s, &n) < 0) return NULL;
    PyObject *u = PyUnicode_DecodeUTF8Stateful(s, n, NULL, &used);
    return u ? Py_BuildValue("Nn", u, used) : checked(NULL);
}
OBJ1(encode_fs, PyUnicode_EncodeFSDefault)
F(fs_converter) { NEED(1); PyObject *o = NULL; return PyUnicode_FSConverter(args[0], &o) ? o : checked(NULL); }
F(fs_decoder) { NEED(1); PyObject *o = NULL; return PyUnicode_FSDecoder(args[0], &o) ? o : checked(NULL); }
F(wide_char)
{
    NEED(1);
    Py_ssize_t n = -1;
    wchar_t *w = PyUnicode_AsWideCharString(A(0), &n);
    if (w == NULL) return checked(NULL);
    wchar_t small[3] = {1, 1, 1};
    Py_ssize_t copied = PyUnicode_AsWideChar(args[0], small, 3);
    PyObject *r = Py_BuildValue("Nnn", PyUnicode_FromWideChar(w, n), n, copied);
    PyMem_Free(w);
    return r;
}
F(default_encoding) { NEED(0); return checked(PyUnicode_FromString(PyUnicode_GetDefaultEncoding())); }
OBJ2(concat, PyUnicode_Concat)
F(append)
{
    NEED(2);
    PyObject *left = Py_XNewRef(A(0));
    PyUnicode_Append(&left, A(1));
    return checked(left);
}
F(append_and_del)
{
    NEED(2);
    PyObject *left = Py_XNewRef(A(0));
    PyUnicode_AppendAndDel(&left, Py_XNewRef(A(1)));
    return checked(left);
}
F(split) { NEED(3); Py_ssize_t n = N(2); ARG_ERROR; return checked(PyUnicode_Split(A(0), A(1), n)); }
F(rsplit) { NEED(3); Py_ssize_t n = N(2); ARG_ERROR; return checked(PyUnicode_RSplit(A(0), A(1), n)); }
F(splitlines) { NEED(2); int k = (int)N(1); ARG_ERROR; return checked(PyUnicode_Splitlines(A(0), k)); }
OBJ2(partition, PyUnicode_Partition)
OBJ2(rpartition, PyUnicode_RPartition)
OBJ2(join, PyUnicode_Join)
F(translate) { NEED(2); return checked(PyUnicode_Translate(A(0), A(1), NULL)); }
F(replace) { NEED(4); Py_ssize_t n = N(3); ARG_ERROR; return checked(PyUnicode_Replace(A(0), A(1), A(2), n)); }
F(find)
{
    NEED(5);
    Py_ssize_t i = N(2), j = N(3);
    int dir = (int)N(4);
    ARG_ERROR;
    Py_ssize_t r = PyUnicode_Find(A(0), A(1), i, j, dir);
    return r == -2 ? status(-1) : plain(r);
}
F(find_char)
{
    NEED(5);
    Py_UCS4 c = (Py_UCS4)N(1);
    Py_ssize_t i = N(2), j = N(3);
    int dir = (int)N(4);
    ARG_ERROR;
    Py_ssize_t r = PyUnicode_FindChar(A(0), c, i, j, dir);
    return r == -2 ? status(-1) : plain(r);
}
F(count_) { NEED(4); Py_ssize_t i = N(2), j = N(3); ARG_ERROR; return status(PyUnicode_Count(A(0), A(1), i, j)); }
F(tailmatch)
{
    NEED(5);
    Py_ssize_t i = N(2), j = N(3);
    int dir = (int)N(4);
    ARG_ERROR;
    return status(PyUnicode_Tailmatch(A(0), A(1), i, j, dir));
}
INT2(contains, PyUnicode_Contains)
F(compare) { NEED(2); int r = PyUnicode_Compare(A(0), A(1)); return r == -1 && PyErr_Occurred() ? NULL : plain(r); }
F(compare_ascii) { NEED(2); char *s = PyBytes_AsString(args[1]); return s ? plain(PyUnicode_CompareWithASCIIString(A(0), s)) : NULL; }
F(equal_to_utf8) { NEED(2); char *s = PyBytes_AsString(args[1]); return s ? plain(PyUnicode_EqualToUTF8(A(0), s)) : NULL; }
F(equal_to_utf8_and_size) { NEED(2); char *s; Py_ssize_t n; return PyBytes_AsStringAndSize(args[1], &s, &n) < 0 ? NULL : plain(PyUnicode_EqualToUTF8AndSize(A(0), s, n)); }
INT2(equal, PyUnicode_Equal)
F(richcompare) { NEED(3); int op = (int)N(2); ARG_ERROR; return checked(PyUnicode_RichCompare(A(0), A(1), op)); }
OBJ2(format, PyUnicode_Format)
BOOL1(is_identifier, PyUnicode_IsIdentifier)
F(intern)
{
    NEED(1);
    PyObject *s = Py_NewRef(args[0]);
    PyUnicode_InternInPlace(&s);
    const char *text = PyUnicode_AsUTF8AndSize(args[0], NULL);
    PyObject *t = text ? PyUnicode_InternFromString(text) : NULL;
    PyObject *r = t ? Py_BuildValue("Oi", s, s == t) : NULL;
    Py_XDECREF(t);
    Py_DECREF(s);
    return checked(r);
}
#ifndef Py_LIMITED_API
F(new_and_write)
{
    NEED(2);
    Py_ssize_t n = N(0);
    Py_UCS4 max = (Py_UCS4)N(1);
    ARG_ERROR;
    PyObject *s = PyUnicode_New(n, max);
    for (Py_ssize_t i = 0; s != NULL && i < n; i++)
        if (PyUnicode_WriteChar(s, i, i % 2 ? 'a' : max) < 0) Py_CLEAR(s);
    return checked(s);
}
F(storage)
{
    NEED(1);
    int kind = PyUnicode_KIND(args[0]);
    const void *data = PyUnicode_DATA(args[0]);
    Py_ssize_t n = PyUnicode_GET_LENGTH(args[0]);
    PyObject *chars = PyTuple_New(n);
    for (Py_ssize_t i = 0; chars != NULL && i < n; i++) {
        Py_UCS4 c = PyUnicode_READ(kind, data, i);
        if (c != PyUnicode_READ_CHAR(args[0], i)) PyErr_SetString(PyExc_AssertionError, "READ and READ_CHAR differ");
        PyTuple_SET_ITEM(chars, i, PyLong_FromUnsignedLong(c));
    }
    return checked(Py_BuildValue("iiiNl", kind, (int)PyUnicode_IS_ASCII(args[0]), (int)PyUnicode_IS_COMPACT_ASCII(args[0]), chars,
                                 (long)PyUnicode_MAX_CHAR_VALUE(args[0])));
}
F(zero_terminated)
{
    NEED(1);
    Py_ssize_t n = PyUnicode_GET_LENGTH(args[0]);
    return plain(PyUnicode_READ(PyUnicode_KIND(args[0]), PyUnicode_DATA(args[0]), n));
}
F(from_kind_and_data)
{
    NEED(2);
    char *s;
    Py_ssize_t n;
    int kind = (int)N(0);
    ARG_ERROR;
    if (PyBytes_AsStringAndSize(args[1], &s, &n) < 0) return NULL;
    return checked(PyUnicode_FromKindAndData(kind, s, kind ? n / (kind > 4 || kind < 0 ? 1 : kind) : n));
}
F(as_ucs4)
{
    NEED(1);
    Py_UCS4 buffer[16];
    if (PyUnicode_AsUCS4(args[0], buffer, 16, 1) == NULL) return NULL;
    Py_UCS4 *copy = PyUnicode_AsUCS4Copy(args[0]);
    if (copy == NULL) return NULL;
    PyObject *r = Py_BuildValue("kki", (unsigned long)buffer[0], (unsigned long)copy[0], (int)copy[PyUnicode_GET_LENGTH(args[0])]);
    PyMem_Free(copy);
    return r;
}
F(fill_and_copy)
{
    NEED(1);
    PyObject *s = PyUnicode_New(6, 0x20AC);
    if (s == NULL) return NULL;
    if (PyUnicode_Fill(s, 0, 6, '-') != 6 || PyUnicode_CopyCharacters(s, 1, args[0], 0, 3) < 0) {
        Py_DECREF(s);
        return checked(NULL);
    }
    return s;
}
F(resize)
{
    NEED(2);
    Py_ssize_t n = N(1);
    ARG_ERROR;
    const char *text = PyUnicode_AsUTF8(args[0]);
    PyObject *s = text ? PyUnicode_FromString(text) : NULL;
    if (s == NULL || PyUnicode_Resize(&s, n) < 0) {
        Py_XDECREF(s);
        return NULL;
    }
    Py_ssize_t now = PyUnicode_GET_LENGTH(s);
    Py_DECREF(s);
    return plain(now);
}
F(as_utf8) { NEED(1); const char *s = PyUnicode_AsUTF8(args[0]); return s ? PyBytes_FromString(s) : checked(NULL); }
F(writer)
{
    NEED(1);
    PyUnicodeWriter *w = PyUnicodeWriter_Create(4);
    if (w == NULL) return NULL;
    if (PyUnicodeWriter_WriteChar(w, 'a') < 0 || PyUnicodeWriter_WriteUTF8(w, "b\xC3\xA9", -1) < 0 || PyUnicodeWriter_WriteASCII(w, "cd", 2) < 0 ||
        PyUnicodeWriter_WriteStr(w, args[0]) < 0 || PyUnicodeWriter_WriteRepr(w, args[0]) < 0 ||
        PyUnicodeWriter_Format(w, "<%d>", 5) < 0 || PyUnicodeWriter_WriteSubstring(w, args[0], 0, 1) < 0 || PyUnicodeWriter_WriteWideChar(w, L"w", 1) < 0) {
        PyUnicodeWriter_Discard(w);
        return checked(NULL);
    }
    return checked(PyUnicodeWriter_Finish(w));
}
F(character_classes)
{
    NEED(1);
    Py_UCS4 c = (Py_UCS4)N(0);
    ARG_ERROR;
    return Py_BuildValue("iiiiiiiiikkkid", (int)Py_UNICODE_ISSPACE(c), (int)Py_UNICODE_ISLOWER(c), (int)Py_UNICODE_ISUPPER(c), (int)Py_UNICODE_ISALPHA(c),
                         (int)Py_UNICODE_ISDECIMAL(c), (int)Py_UNICODE_ISDIGIT(c), (int)Py_UNICODE_ISNUMERIC(c), (int)Py_UNICODE_ISALNUM(c),
                         (int)Py_UNICODE_ISPRINTABLE(c), (unsigned long)Py_UNICODE_TOLOWER(c), (unsigned long)Py_UNICODE_TOUPPER(c),
                         (unsigned long)Py_UNICODE_TOTITLE(c), Py_UNICODE_TODECIMAL(c), Py_UNICODE_TONUMERIC(c));
}
F(hash_buffer) { NEED(1); return plain(Py_HashBuffer(PyBytes_AS_STRING(args[0]), PyBytes_GET_SIZE(args[0])) == PyObject_Hash(args[0])); }
#endif

static PyMethodDef methods[] = {
    M(check), M(check_exact), M(from_string), M(from_string_and_size), M(from_object), M(from_encoded_object), M(from_ordinal),
    M(from_format), M(from_format_types), M(from_format_bad), M(get_length), M(read_char), M(substring), M(as_utf8_and_size),
    M(as_utf8_string), M(as_ascii_string), M(as_latin1_string), M(as_utf16_string), M(as_utf32_string), M(as_unicode_escape),
    M(as_raw_unicode_escape), M(as_encoded), M(decode_utf8), M(decode_ascii), M(decode_latin1), M(decode_utf16), M(decode_utf32),
    M(decode_cp1252), M(decode_unicode_escape), M(decode_fs), M(decode_locale), M(decode_utf8_stateful), M(encode_fs), M(fs_converter),
    M(fs_decoder), M(wide_char), M(default_encoding), M(concat), M(append), M(append_and_del), M(split), M(rsplit), M(splitlines),
    M(partition), M(rpartition), M(join), M(translate), M(replace), M(find), M(find_char), M(count_), M(tailmatch), M(contains),
    M(compare), M(compare_ascii), M(equal_to_utf8), M(equal_to_utf8_and_size), M(equal), M(richcompare), M(format), M(is_identifier),
    M(intern),
#ifndef Py_LIMITED_API
    M(new_and_write), M(storage), M(zero_terminated), M(from_kind_and_data), M(as_ucs4), M(fill_and_copy), M(resize), M(as_utf8),
    M(writer), M(character_classes), M(hash_buffer),
#endif
    END};

MODULE(capi_unicode, methods, NULL)
