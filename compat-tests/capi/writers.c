/* api: full */
/* Writers of strings and ints, text and numbers of C, marshalled data, clocks, statuses. */
#include "support.h"
#include <marshal.h>
#include <string.h>
#include <wchar.h>

/* One method of the public writer between two characters. */
#define WRITE(name, call)                                                                           \
    F(name)                                                                                         \
    {                                                                                               \
        PyUnicodeWriter *w = PyUnicodeWriter_Create(0);                                             \
        if (w == NULL) return NULL;                                                                 \
        if (PyUnicodeWriter_WriteChar(w, '<') < 0 || (call) < 0 || PyUnicodeWriter_WriteChar(w, '>') < 0) { \
            PyUnicodeWriter_Discard(w);                                                             \
            return checked(NULL);                                                                   \
        }                                                                                           \
        return checked(PyUnicodeWriter_Finish(w));                                                  \
    }
WRITE(write_str, PyUnicodeWriter_WriteStr(w, args[0]))
WRITE(write_repr, PyUnicodeWriter_WriteRepr(w, A(0)))
WRITE(write_ascii, PyUnicodeWriter_WriteASCII(w, PyBytes_AsString(args[0]), PyBytes_Size(args[0])))
WRITE(write_utf8, PyUnicodeWriter_WriteUTF8(w, PyBytes_AsString(args[0]), nargs > 1 ? N(1) : PyBytes_Size(args[0])))
WRITE(write_substring, PyUnicodeWriter_WriteSubstring(w, args[0], N(1), N(2)))
WRITE(write_wide, PyUnicodeWriter_WriteWideChar(w, L"a\u00e9\u65e5\U0001F600", N(0)))
WRITE(write_ucs4, PyUnicodeWriter_WriteUCS4(w, (Py_UCS4[]){'a', 0xe9, 0x65e5, 0x1F600}, N(0)))
WRITE(write_char, PyUnicodeWriter_WriteChar(w, (Py_UCS4)N(0)))
WRITE(write_format, PyUnicodeWriter_Format(w, "%d %R %s", (int)N(0), args[1], "end"))
F(write_stateful)
{
    NEED(2);
    Py_ssize_t used = -5;
    PyUnicodeWriter *w = PyUnicodeWriter_Create(10);
    if (w == NULL) return NULL;
    const char *errors = args[1] == Py_None ? NULL : PyUnicode_AsUTF8(args[1]);
    if (PyUnicodeWriter_DecodeUTF8Stateful(w, PyBytes_AsString(args[0]), PyBytes_Size(args[0]), errors, &used) < 0) {
        PyUnicodeWriter_Discard(w);
        return checked(NULL);
    }
    return Py_BuildValue("Nn", PyUnicodeWriter_Finish(w), used);
}
F(writer_create) { NEED(1); PyUnicodeWriter *w = PyUnicodeWriter_Create(N(0)); if (w == NULL) return checked(NULL); PyUnicodeWriter_Discard(w); PyUnicodeWriter_Discard(NULL); return plain(1); }
F(old_writer)
{
    NEED(2);
    _PyUnicodeWriter w;
    _PyUnicodeWriter_Init(&w);
    w.overallocate = 1;
    if (_PyUnicodeWriter_Prepare(&w, 3, 127) < 0 || _PyUnicodeWriter_WriteChar(&w, 'x') < 0 || _PyUnicodeWriter_WriteStr(&w, args[0]) < 0 ||
        _PyUnicodeWriter_WriteSubstring(&w, args[1], 1, 3) < 0 || _PyUnicodeWriter_WriteASCIIString(&w, "ascii", -1) < 0 ||
        _PyUnicodeWriter_WriteLatin1String(&w, "\xe9", 1) < 0 || _PyUnicodeWriter_PrepareKind(&w, PyUnicode_2BYTE_KIND) < 0 ||
        _PyUnicodeWriter_WriteChar(&w, 0x65e5) < 0) {
        _PyUnicodeWriter_Dealloc(&w);
        return NULL;
    }
    PyObject *kind = PyLong_FromLong(w.kind);
    return Py_BuildValue("NN", kind, _PyUnicodeWriter_Finish(&w));
}
F(old_writer_one) { NEED(1); _PyUnicodeWriter w; _PyUnicodeWriter_Init(&w); if (_PyUnicodeWriter_WriteStr(&w, args[0]) < 0) return NULL; return checked(_PyUnicodeWriter_Finish(&w)); }

F(string_to_double)
{
    NEED(2);
    char *end = NULL;
    const char *text = PyUnicode_AsUTF8(args[0]);
    double d = PyOS_string_to_double(text, &end, A(1));
    if (d == -1.0 && PyErr_Occurred()) return NULL;
    return Py_BuildValue("dn", d, (Py_ssize_t)(end - text));
}
F(strtoul_) { NEED(2); char *end; const char *s = PyUnicode_AsUTF8(args[0]); unsigned long v = PyOS_strtoul(s, &end, (int)N(1)); return Py_BuildValue("kn", v, (Py_ssize_t)(end - s)); }
F(strtol_) { NEED(2); char *end; const char *s = PyUnicode_AsUTF8(args[0]); long v = PyOS_strtol(s, &end, (int)N(1)); return Py_BuildValue("ln", v, (Py_ssize_t)(end - s)); }
static int sign(int v) { return (v > 0) - (v < 0); }
F(compare) { NEED(3); const char *a = PyUnicode_AsUTF8(args[0]), *b = PyUnicode_AsUTF8(args[1]); return Py_BuildValue("ii", sign(PyOS_mystricmp(a, b)), sign(PyOS_mystrnicmp(a, b, N(2)))); }
F(locale)
{
    NEED(1);
    size_t n = 0, place = 0;
    wchar_t *w = Py_DecodeLocale(PyBytes_AsString(args[0]), &n);
    char *back = w == NULL ? NULL : Py_EncodeLocale(w, &place);
    PyObject *r = back == NULL ? PyErr_NoMemory() : Py_BuildValue("uny", w, (Py_ssize_t)n, back);
    PyMem_Free(back);
    PyMem_RawFree(w);
    return r;
}
F(marshal_both)
{
    NEED(1);
    PyObject *data = PyMarshal_WriteObjectToString(args[0], Py_MARSHAL_VERSION);
    if (data == NULL) return checked(NULL);
    PyObject *back = PyMarshal_ReadObjectFromString(PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data));
    Py_DECREF(data);
    return checked(back);
}
F(marshal_read) { NEED(1); return checked(PyMarshal_ReadObjectFromString(PyBytes_AsString(args[0]), PyBytes_Size(args[0]))); }
F(marshal_file)
{
    NEED(1);
    FILE *f = tmpfile();
    if (f == NULL) return PyErr_SetFromErrno(PyExc_OSError);
    PyMarshal_WriteLongToFile(-77777, f, 4);
    PyMarshal_WriteObjectToFile(args[0], f, 4);
    rewind(f);
    long number = PyMarshal_ReadLongFromFile(f);
    PyObject *o = PyErr_Occurred() ? NULL : PyMarshal_ReadLastObjectFromFile(f);
    fclose(f);
    return o == NULL ? checked(NULL) : Py_BuildValue("lN", number, o);
}
F(clocks)
{
    NEED(0);
    PyTime_t a, b, c, d;
    if (PyTime_Monotonic(&a) < 0 || PyTime_PerfCounter(&b) < 0 || PyTime_Time(&c) < 0 || PyTime_MonotonicRaw(&d) < 0) return NULL;
    return Py_BuildValue("iiid", a > 0, b >= a, d >= a && c > 0, PyTime_AsSecondsDouble(1500000000));
}
F(importer) { NEED(1); return checked(PyImport_GetImporter(args[0])); }
F(frozen) { NEED(1); return status(PyImport_ImportFrozenModule(PyUnicode_AsUTF8(args[0]))); }
F(ordered)
{
    NEED(2);
    PyObject *d = PyODict_New();
    if (d == NULL || PyODict_SetItem(d, args[0], args[1]) < 0 || PyODict_SetItem(d, args[1], args[0]) < 0 || PyODict_DelItem(d, args[0]) < 0) return checked(NULL);
    return d;
}
F(statuses)
{
    NEED(0);
    PyStatus ok = PyStatus_Ok(), error = PyStatus_Error("message"), leave = PyStatus_Exit(5), memory = PyStatus_NoMemory();
    return Py_BuildValue("(iii)(iiis)(iiii)(iis)", PyStatus_IsError(ok), PyStatus_IsExit(ok), PyStatus_Exception(ok), PyStatus_IsError(error), PyStatus_IsExit(error),
                         PyStatus_Exception(error), error.err_msg, PyStatus_IsError(leave), PyStatus_IsExit(leave), PyStatus_Exception(leave), leave.exitcode,
                         PyStatus_IsError(memory), PyStatus_Exception(memory), memory.err_msg);
}
F(complex_power)
{
    NEED(2);
    Py_complex r = _Py_c_pow(PyComplex_AsCComplex(args[0]), PyComplex_AsCComplex(args[1]));
    return Py_BuildValue("Dd", &r, _Py_c_abs(PyComplex_AsCComplex(args[0])));
}
F(hash_function)
{
    NEED(1);
    PyHash_FuncDef *f = PyHash_GetFuncDef();
    return Py_BuildValue("nsii", f->hash(PyBytes_AsString(args[0]), PyBytes_Size(args[0])), f->name, f->hash_bits, f->seed_bits);
}
F(generic_hash) { NEED(1); return plain(PyObject_GenericHash(args[0]) == Py_HashPointer(args[0])); }
F(unicode_parts)
{
    NEED(2);
    Py_ssize_t a = -5, b = -5;
    if (PyUnicodeEncodeError_GetStart(args[0], &a) < 0 || PyUnicodeEncodeError_GetEnd(args[0], &b) < 0) return checked(NULL);
    if (PyUnicodeEncodeError_SetStart(args[0], N(1)) < 0) return checked(NULL);
    return Py_BuildValue("nnN", a, b, PyUnicodeEncodeError_GetReason(args[0]));
}
F(incremental) { NEED(1); const char *e = PyUnicode_AsUTF8(args[0]); return Py_BuildValue("NN", PyCodec_IncrementalEncoder(e, NULL), PyCodec_IncrementalDecoder(e, "replace")); }
F(streams)
{
    NEED(2);
    const char *e = PyUnicode_AsUTF8(args[0]);
    PyObject *reader = PyCodec_StreamReader(e, args[1], NULL);
    return reader == NULL ? checked(NULL) : Py_BuildValue("NN", reader, PyCodec_StreamWriter(e, args[1], "strict"));
}
F(wide_facts) { NEED(0); return Py_BuildValue("kk", (unsigned long)Py_PACK_VERSION(3, 14), (unsigned long)Py_PACK_FULL_VERSION(3, 14, 1, 0xf, 0)); }

static PyMethodDef methods[] = {
    M(write_str), M(write_repr), M(write_ascii), M(write_utf8), M(write_substring), M(write_wide), M(write_ucs4), M(write_char), M(write_format), M(write_stateful),
    M(writer_create), M(old_writer), M(old_writer_one), M(string_to_double), M(strtoul_), M(strtol_), M(compare), M(locale), M(marshal_both), M(marshal_read),
    M(marshal_file), M(clocks), M(importer), M(frozen), M(ordered), M(statuses), M(complex_power), M(hash_function), M(generic_hash), M(unicode_parts),
    M(incremental), M(streams), M(wide_facts), END};

MODULE(capi_writers, methods, NULL)
