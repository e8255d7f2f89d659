/* api: full, limited */
/* PyBytes_*, PyByteArray_*, PyMemoryView_*, the buffer protocol from both sides, PyBuffer_*. */
#include "support.h"
#include <string.h>

BOOL1(bytes_check, PyBytes_Check)
BOOL1(bytes_check_exact, PyBytes_CheckExact)
F(bytes_from_string) { NEED(1); const char *s = PyUnicode_AsUTF8AndSize(args[0], NULL); return s ? checked(PyBytes_FromString(s)) : NULL; }
F(bytes_from_size)
{
    NEED(1);
    Py_ssize_t n = N(0);
    ARG_ERROR;
    PyObject *b = PyBytes_FromStringAndSize(NULL, n);
    if (b != NULL) memset(PyBytes_AsString(b), 'z', (size_t)n);
    return checked(b);
}
OBJ1(bytes_from_object, PyBytes_FromObject)
INT1(bytes_size, PyBytes_Size)
F(bytes_as_string) { NEED(1); char *s = PyBytes_AsString(A(0)); return s ? plain((long long)strlen(s)) : checked(NULL); }
F(bytes_as_string_and_size)
{
    NEED(2);
    char *s;
    Py_ssize_t n;
    int r = PyBytes_AsStringAndSize(A(0), &s, PyObject_IsTrue(args[1]) ? &n : NULL);
    return r < 0 ? status(r) : PyUnicode_DecodeLatin1(s, PyObject_IsTrue(args[1]) ? n : (Py_ssize_t)strlen(s), NULL);
}
F(bytes_concat)
{
    NEED(2);
    PyObject *b = Py_XNewRef(A(0));
    PyBytes_Concat(&b, A(1));
    return checked(b);
}
F(bytes_concat_and_del)
{
    NEED(2);
    PyObject *b = Py_XNewRef(A(0));
    PyBytes_ConcatAndDel(&b, Py_XNewRef(A(1)));
    return checked(b);
}
F(bytes_repr) { NEED(2); int smart = (int)N(1); ARG_ERROR; return checked(PyBytes_Repr(args[0], smart)); }
F(bytes_from_format) { NEED(0); return checked(PyBytes_FromFormat("%s|%d|%c|%u|%ld|%zd|%x|%.2s|%%", "text", -5, 'c', 7u, 8L, (Py_ssize_t)9, 255, "abc")); }
F(bytes_decode_escape) { NEED(1); char *s; Py_ssize_t n; return PyBytes_AsStringAndSize(args[0], &s, &n) < 0 ? NULL : checked(PyBytes_DecodeEscape(s, n, NULL, 0, NULL)); }

BOOL1(bytearray_check, PyByteArray_Check)
BOOL1(bytearray_check_exact, PyByteArray_CheckExact)
OBJ1(bytearray_from_object, PyByteArray_FromObject)
F(bytearray_from_string) { NEED(1); char *s; Py_ssize_t n; return PyBytes_AsStringAndSize(args[0], &s, &n) < 0 ? NULL : checked(PyByteArray_FromStringAndSize(s, n)); }
OBJ2(bytearray_concat, PyByteArray_Concat)
INT1(bytearray_size, PyByteArray_Size)
F(bytearray_resize) { NEED(2); Py_ssize_t n = N(1); ARG_ERROR; return status(PyByteArray_Resize(args[0], n)); }
F(bytearray_poke) { NEED(2); int c = (int)N(1); ARG_ERROR; PyByteArray_AsString(args[0])[0] = (char)c; return plain(PyByteArray_AsString(args[0])[PyByteArray_Size(args[0])]); }

OBJ1(memoryview_from_object, PyMemoryView_FromObject)
F(memoryview_get_contiguous) { NEED(3); int type = (int)N(1); const char *order = PyUnicode_AsUTF8AndSize(args[2], NULL); ARG_ERROR; return checked(PyMemoryView_GetContiguous(args[0], type, order[0])); }
static char shared[] = "shared memory";
F(memoryview_from_memory) { NEED(1); int flags = PyObject_IsTrue(args[0]) ? PyBUF_WRITE : PyBUF_READ; strcpy(shared, "shared memory"); return checked(PyMemoryView_FromMemory(shared, 6, flags)); }
F(shared_memory) { NEED(0); return PyBytes_FromString(shared); }

BOOL1(check_buffer, PyObject_CheckBuffer)
static PyObject *sizes(const Py_ssize_t *v, int n)
{
    if (v == NULL) return Py_NewRef(Py_None);
    PyObject *t = PyTuple_New(n);
    for (int i = 0; t != NULL && i < n; i++) PyTuple_SetItem(t, i, PyLong_FromSsize_t(v[i]));
    return t;
}
F(get_buffer)
{
    NEED(2);
    Py_buffer view;
    int flags = (int)N(1);
    ARG_ERROR;
    if (PyObject_GetBuffer(A(0), &view, flags) < 0) return NULL;
    PyObject *r = Py_BuildValue("OnniizNNii", view.obj ? view.obj : Py_None, view.len, view.itemsize, view.readonly, view.ndim, view.format, sizes(view.shape, view.ndim),
                                sizes(view.strides, view.ndim), PyBuffer_IsContiguous(&view, 'C'), PyBuffer_IsContiguous(&view, 'A'));
    PyBuffer_Release(&view);
    if (view.obj != NULL) PyErr_SetString(PyExc_AssertionError, "obj is not NULL after release");
    return checked(r);
}
F(buffer_to_contiguous)
{
    NEED(2);
    Py_buffer view;
    char buffer[64] = {0};
    const char *order = PyUnicode_AsUTF8AndSize(args[1], NULL);
    if (order == NULL || PyObject_GetBuffer(args[0], &view, PyBUF_FULL_RO) < 0) return NULL;
    Py_ssize_t n = view.len;
    int r = PyBuffer_ToContiguous(buffer, &view, n, order[0]);
    PyBuffer_Release(&view);
    return r < 0 ? NULL : PyBytes_FromStringAndSize(buffer, n);
}
F(buffer_from_contiguous)
{
    NEED(2);
    Py_buffer view;
    if (PyObject_GetBuffer(args[0], &view, PyBUF_FULL) < 0) return NULL;
    int r = PyBuffer_FromContiguous(&view, PyBytes_AsString(args[1]), view.len, 'C');
    PyBuffer_Release(&view);
    return status(r);
}
F(buffer_pointer)
{
    NEED(3);
    Py_buffer view;
    Py_ssize_t index[2] = {N(1), N(2)};
    ARG_ERROR;
    if (PyObject_GetBuffer(args[0], &view, PyBUF_FULL_RO) < 0) return NULL;
    unsigned char c = *(unsigned char *)PyBuffer_GetPointer(&view, index);
    PyBuffer_Release(&view);
    return plain(c);
}
F(buffer_size_from_format) { NEED(1); const char *s = PyUnicode_AsUTF8AndSize(args[0], NULL); return s ? status(PyBuffer_SizeFromFormat(s)) : NULL; }
F(buffer_fill_strides)
{
    NEED(2);
    Py_ssize_t shape[2] = {3, 4}, strides[2];
    Py_ssize_t item = N(0);
    const char *order = PyUnicode_AsUTF8AndSize(args[1], NULL);
    ARG_ERROR;
    PyBuffer_FillContiguousStrides(2, shape, strides, (int)item, order[0]);
    return sizes(strides, 2);
}
F(buffer_copy_data) { NEED(2); return status(PyObject_CopyData(args[0], args[1])); }

/* An exporter made from a spec: 12 bytes seen as 3 by 4, counting its exports. */
typedef struct {
    PyObject_HEAD
    Py_ssize_t exports;
    Py_ssize_t shape[2], strides[2];
    char data[12];
} Exporter;
static int exporter_get(PyObject *self, Py_buffer *view, int flags)
{
    Exporter *e = (Exporter *)self;
    if (e->exports >= 2) {
        PyErr_SetString(PyExc_BufferError, "only two exports");
        view->obj = NULL;
        return -1;
    }
    if (flags == PyBUF_SIMPLE) {
        if (PyBuffer_FillInfo(view, self, e->data, 12, 0, flags) < 0) return -1;
    } else {
        e->shape[0] = 3, e->shape[1] = 4, e->strides[0] = 4, e->strides[1] = 1;
        view->buf = e->data;
        view->obj = Py_NewRef(self);
        view->len = 12, view->itemsize = 1, view->readonly = 0, view->ndim = 2;
        view->format = (flags & PyBUF_FORMAT) ? "B" : NULL;
        view->shape = e->shape, view->strides = e->strides;
        view->suboffsets = NULL, view->internal = NULL;
    }
    e->exports++;
    return 0;
}
static void exporter_release(PyObject *self, Py_buffer *view) { ((Exporter *)self)->exports--; }
static PyObject *exporter_exports(PyObject *self, void *closure) { return PyLong_FromSsize_t(((Exporter *)self)->exports); }
static PyGetSetDef exporter_getset[] = {{"exports", exporter_exports, NULL, "How many views exist.", NULL}, {NULL}};
static PyType_Slot exporter_slots[] = {{Py_bf_getbuffer, exporter_get}, {Py_bf_releasebuffer, exporter_release}, {Py_tp_getset, exporter_getset}, {0, NULL}};
static PyType_Spec exporter_spec = {"capi_bytes_buffer.Exporter", sizeof(Exporter), 0, Py_TPFLAGS_DEFAULT, exporter_slots};
#ifndef Py_LIMITED_API
F(bytes_macros) { NEED(1); return Py_BuildValue("iny", (int)PyBytes_AS_STRING(args[0])[PyBytes_GET_SIZE(args[0])], PyBytes_GET_SIZE(args[0]), PyBytes_AS_STRING(args[0])); }
F(bytes_resize)
{
    NEED(2);
    Py_ssize_t n = N(1);
    ARG_ERROR;
    PyObject *b = PyBytes_FromStringAndSize(PyBytes_AS_STRING(args[0]), PyBytes_GET_SIZE(args[0]));
    Py_ssize_t old = PyBytes_GET_SIZE(b);
    if (_PyBytes_Resize(&b, n) < 0) return b == NULL ? checked(NULL) : status(-1);
    for (Py_ssize_t i = old; i < n; i++) PyBytes_AS_STRING(b)[i] = '+';
    return b;
}
OBJ2(bytes_join, PyBytes_Join)
F(bytearray_macros) { NEED(1); return Py_BuildValue("ny#", PyByteArray_GET_SIZE(args[0]), PyByteArray_AS_STRING(args[0]), PyByteArray_GET_SIZE(args[0])); }
F(memoryview_macros)
{
    NEED(1);
    if (!PyMemoryView_Check(args[0])) return PyUnicode_FromString("not one");
    Py_buffer *b = PyMemoryView_GET_BUFFER(args[0]);
    PyObject *base = PyMemoryView_GET_BASE(args[0]);
    return Py_BuildValue("nO", b->len, base ? base : Py_None);
}
F(memoryview_from_buffer)
{
    NEED(0);
    static Py_ssize_t shape[1] = {3}, strides[1] = {2};
    static char data[] = "a-b-c-";
    Py_buffer view = {.buf = data, .obj = NULL, .len = 3, .itemsize = 1, .readonly = 1, .ndim = 1, .format = "B", .shape = shape, .strides = strides};
    return checked(PyMemoryView_FromBuffer(&view));
}
#endif

static PyMethodDef methods[] = {
    M(bytes_check), M(bytes_check_exact), M(bytes_from_string), M(bytes_from_size), M(bytes_from_object), M(bytes_size), M(bytes_as_string),
    M(bytes_as_string_and_size), M(bytes_concat), M(bytes_concat_and_del), M(bytes_repr), M(bytes_from_format), M(bytes_decode_escape),
    M(bytearray_check), M(bytearray_check_exact), M(bytearray_from_object), M(bytearray_from_string), M(bytearray_concat),
    M(bytearray_size), M(bytearray_resize), M(bytearray_poke), M(memoryview_from_object), M(memoryview_get_contiguous),
    M(memoryview_from_memory), M(shared_memory), M(check_buffer), M(get_buffer), M(buffer_to_contiguous), M(buffer_from_contiguous),
    M(buffer_pointer), M(buffer_size_from_format), M(buffer_fill_strides), M(buffer_copy_data),
#ifndef Py_LIMITED_API
    M(bytes_macros), M(bytes_resize), M(bytes_join), M(bytearray_macros), M(memoryview_macros), M(memoryview_from_buffer),
#endif
    END};

static int add(PyObject *m)
{
    PyObject *type = PyType_FromSpec(&exporter_spec);
    int r = type ? PyModule_AddObjectRef(m, "Exporter", type) : -1;
    Py_XDECREF(type);
    return r;
}
MODULE(capi_bytes_buffer, methods, add)
