/* api: full */
/* Tables that the runtime exports: characters, digits, tokens, operators, names of the evaluation loop, modules built in
   and frozen, the hash key, hooks of the command line. */
#include "support.h"
#include <marshal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

/* Exported, but declared by no public header. */
PyAPI_DATA(unsigned char) _PyLong_DigitValue[256];
PyAPI_DATA(const char *const) _PyParser_TokenNames[];
PyAPI_DATA(const binaryfunc) _PyEval_BinaryOps[];
typedef PyObject *(*conversion_func)(PyObject *);
PyAPI_DATA(const conversion_func) _PyEval_ConversionFuncs[];
PyAPI_DATA(const size_t) _Py_FunctionAttributeOffsets[];
PyAPI_DATA(int) _Py_SwappedOp[];
PyAPI_DATA(unsigned char) _Py_HashSecret[24];
PyAPI_DATA(const struct _frozen *) _PyImport_FrozenBootstrap;
PyAPI_DATA(const struct _frozen *) _PyImport_FrozenStdlib;
PyAPI_DATA(const struct _frozen *) _PyImport_FrozenTest;
PyAPI_DATA(PyThreadState *) _PyOS_ReadlineTState;
PyAPI_FUNC(int) _Py_GetBuiltWithAssert(void);
typedef struct { PyObject *(*func)(PyThreadState *, PyObject *); const char *name; } unary_intrinsic;
typedef struct { PyObject *(*func)(PyThreadState *, PyObject *, PyObject *); const char *name; } binary_intrinsic;
PyAPI_DATA(const unary_intrinsic) _PyIntrinsics_UnaryFunctions[];
PyAPI_DATA(const binary_intrinsic) _PyIntrinsics_BinaryFunctions[];
typedef struct { PyObject *name; const char *error; const char *error_suggestion; } special_method;
PyAPI_DATA(const special_method) _Py_SpecialMethods[];
extern const unsigned char _Py_trampoline_func_start[], _Py_trampoline_func_end[];

#define BYTES(table, n) PyBytes_FromStringAndSize((const char *)(table), (n))
F(digit_values) { NEED(0); return BYTES(_PyLong_DigitValue, 256); }
F(lower) { NEED(0); return BYTES(_Py_ctype_tolower, 256); }
F(upper) { NEED(0); return BYTES(_Py_ctype_toupper, 256); }
F(character_flags)
{
    NEED(0);
    unsigned char flags[256];
    for (int i = 0; i < 256; i++) flags[i] = (unsigned char)_Py_ctype_table[i];
    return BYTES(flags, 256);
}
F(character_macros)
{
    NEED(1);
    int c = (int)N(0);
    ARG_ERROR;
    return Py_BuildValue("iiiiiiiii", !!Py_ISLOWER(c), !!Py_ISUPPER(c), !!Py_ISALPHA(c), !!Py_ISDIGIT(c), !!Py_ISXDIGIT(c), !!Py_ISALNUM(c), !!Py_ISSPACE(c), Py_TOLOWER(c), Py_TOUPPER(c));
}
F(empty_string)
{
    NEED(1);
    return Py_BuildValue("ii", _PyByteArray_empty_string[0], PyByteArray_AS_STRING(args[0]) == _PyByteArray_empty_string);
}
F(token_names)
{
    NEED(0);
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && i < 70; i++) {
        PyObject *s = PyUnicode_FromString(_PyParser_TokenNames[i]);
        if (s == NULL || PyList_Append(list, s) < 0) Py_CLEAR(list);
        Py_XDECREF(s);
    }
    return checked(list);
}
F(swapped) { NEED(0); return Py_BuildValue("iiiiii", _Py_SwappedOp[0], _Py_SwappedOp[1], _Py_SwappedOp[2], _Py_SwappedOp[3], _Py_SwappedOp[4], _Py_SwappedOp[5]); }
F(binary) { NEED(3); Py_ssize_t i = N(0); ARG_ERROR; return checked(_PyEval_BinaryOps[i](args[1], args[2])); }
F(convert) { NEED(2); Py_ssize_t i = N(0); ARG_ERROR; return _PyEval_ConversionFuncs[i] ? checked(_PyEval_ConversionFuncs[i](args[1])) : Py_NewRef(Py_Ellipsis); }
/* What the flags of SET_FUNCTION_ATTRIBUTE name: the fields of a function at these places. */
F(function_fields)
{
    NEED(1);
    PyObject *list = PyList_New(0);
    for (int flag = 1; list != NULL && flag <= 16; flag *= 2) {
        PyObject *v = *(PyObject **)((char *)args[0] + _Py_FunctionAttributeOffsets[flag]);
        if (PyList_Append(list, v ? v : Py_Ellipsis) < 0) Py_CLEAR(list);
    }
    return checked(list);
}
F(unary_names)
{
    NEED(0);
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && i < 12; i++) {
        PyObject *s = PyUnicode_FromString(_PyIntrinsics_UnaryFunctions[i].name);
        if (s == NULL || PyList_Append(list, s) < 0) Py_CLEAR(list);
        Py_XDECREF(s);
    }
    return checked(list);
}
F(binary_names)
{
    NEED(0);
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && i < 6; i++) {
        PyObject *s = PyUnicode_FromString(_PyIntrinsics_BinaryFunctions[i].name);
        if (s == NULL || PyList_Append(list, s) < 0) Py_CLEAR(list);
        Py_XDECREF(s);
    }
    return checked(list);
}
F(unary) { NEED(2); Py_ssize_t i = N(0); ARG_ERROR; return checked(_PyIntrinsics_UnaryFunctions[i].func(PyThreadState_Get(), args[1])); }
F(binary_intrinsic) { NEED(3); Py_ssize_t i = N(0); ARG_ERROR; return checked(_PyIntrinsics_BinaryFunctions[i].func(PyThreadState_Get(), args[1], args[2])); }
F(special_methods)
{
    NEED(0);
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && i < 4; i++) {
        const special_method *s = &_Py_SpecialMethods[i];
        PyObject *t = Py_BuildValue("Oss", s->name, s->error, s->error_suggestion);
        if (t == NULL || PyList_Append(list, t) < 0) Py_CLEAR(list);
        Py_XDECREF(t);
    }
    return checked(list);
}
F(hash_secret) { NEED(0); return BYTES(_Py_HashSecret, 24); }
F(built_with_assert) { NEED(0); return plain(_Py_GetBuiltWithAssert()); }

/* ---- modules ---- */
F(inittab)
{
    NEED(0);
    PyObject *d = PyDict_New();
    for (struct _inittab *p = PyImport_Inittab; d != NULL && p->name != NULL; p++)
        if (PyDict_SetItemString(d, p->name, p->initfunc ? Py_True : Py_False) < 0) Py_CLEAR(d);
    return checked(d);
}
F(init_builtin)
{
    NEED(1);
    for (struct _inittab *p = PyImport_Inittab; p->name != NULL; p++)
        if (PyUnicode_CompareWithASCIIString(args[0], p->name) == 0 && p->initfunc) {
            PyObject *m = p->initfunc();
            if (m == NULL) return checked(NULL);
            int def = Py_IS_TYPE(m, &PyModuleDef_Type);
            const char *name = def ? ((PyModuleDef *)m)->m_name : PyModule_GetName(m);
            return Py_BuildValue("is", def, name);
        }
    Py_RETURN_NONE;
}
static PyObject *frozen_names(const struct _frozen *p, int extra)
{
    PyObject *d = PyDict_New();
    for (; d != NULL && p != NULL && p->name != NULL; p++) {
        PyObject *code = PyMarshal_ReadObjectFromString((const char *)p->code, p->size);
        if (code == NULL) PyErr_Clear();
        PyObject *v = Py_BuildValue("ii", p->is_package, code != NULL && PyCode_Check(code));
        Py_XDECREF(code);
        if (v == NULL || PyDict_SetItemString(d, p->name, v) < 0) Py_CLEAR(d);
        Py_XDECREF(v);
    }
    return checked(d);
}
F(frozen_bootstrap) { NEED(0); return frozen_names(_PyImport_FrozenBootstrap, 0); }
F(frozen_stdlib) { NEED(0); return frozen_names(_PyImport_FrozenStdlib, 0); }
F(frozen_test) { NEED(0); return frozen_names(_PyImport_FrozenTest, 0); }
/* A table of one module of this program: marshalled code under a name. */
static struct _frozen mine[2];
static char frozen_name[64];
static unsigned char frozen_code[4096];
F(freeze)
{
    NEED(3);
    int package = (int)N(2);
    ARG_ERROR;
    strncpy(frozen_name, PyUnicode_AsUTF8(args[0]), sizeof(frozen_name) - 1);
    memcpy(frozen_code, PyBytes_AS_STRING(args[1]), PyBytes_GET_SIZE(args[1]));
    mine[0] = (struct _frozen){frozen_name, frozen_code, (int)PyBytes_GET_SIZE(args[1]), package};
    int was_null = PyImport_FrozenModules == NULL;
    PyImport_FrozenModules = mine;
    return plain(was_null);
}
F(unfreeze) { NEED(0); PyImport_FrozenModules = NULL; return plain(0); }
F(import_frozen) { NEED(1); return status(PyImport_ImportFrozenModuleObject(args[0])); }

/* ---- the command line ---- */
static int hook_calls;
static int reader_is_here;
static int input_hook(void)
{
    hook_calls++;
    reader_is_here = _PyOS_ReadlineTState != NULL && _PyOS_ReadlineTState->thread_id == PyThread_get_thread_ident();
    return 0;
}
static char *read_line(FILE *in, FILE *out, const char *prompt)
{
    char *line = PyMem_RawMalloc(64);
    if (line == NULL) return NULL;
    reader_is_here = _PyOS_ReadlineTState != NULL && _PyOS_ReadlineTState->thread_id == PyThread_get_thread_ident();
    snprintf(line, 64, "%d %d %s\n", fileno(in), fileno(out), prompt);
    return line;
}
F(set_hooks)
{
    NEED(2);
    int hook = (int)N(0), reader = (int)N(1);
    ARG_ERROR;
    hook_calls = reader_is_here = 0;
    PyOS_InputHook = hook ? input_hook : NULL;
    PyOS_ReadlineFunctionPointer = reader ? read_line : NULL;
    return plain(0);
}
F(hook_facts) { NEED(0); return Py_BuildValue("iii", hook_calls > 0, reader_is_here, _PyOS_ReadlineTState == NULL); }

/* ---- machine code: a call through a copy of the trampoline calls the function with the first three arguments ---- */
static PyObject *evaluate(PyThreadState *ts, struct _PyInterpreterFrame *frame, int flag) { return Py_BuildValue("iOi", ts == PyThreadState_Get(), (PyObject *)frame, flag); }
F(trampoline)
{
    NEED(1);
    size_t n = (size_t)(_Py_trampoline_func_end - _Py_trampoline_func_start);
    if (n < 4 || n > 256) return plain((long long)n);
    char *room = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(room, _Py_trampoline_func_start, n);
    if (mprotect(room, 4096, PROT_READ | PROT_EXEC) < 0) return PyErr_SetFromErrno(PyExc_OSError);
    __builtin___clear_cache(room, room + n);
    typedef PyObject *(*eval)(PyThreadState *, struct _PyInterpreterFrame *, int);
    PyObject *(*call)(PyThreadState *, struct _PyInterpreterFrame *, int, eval) = (void *)room;
    PyObject *r = call(PyThreadState_Get(), (struct _PyInterpreterFrame *)args[0], 7, evaluate);
    munmap(room, 4096);
    return checked(r);
}

static PyMethodDef methods[] = {
    M(digit_values), M(lower), M(upper), M(character_flags), M(character_macros), M(empty_string), M(token_names), M(swapped), M(binary), M(convert),
    M(function_fields), M(unary_names), M(binary_names), M(unary), M(binary_intrinsic), M(special_methods), M(hash_secret), M(built_with_assert),
    M(inittab), M(init_builtin), M(frozen_bootstrap), M(frozen_stdlib), M(frozen_test), M(freeze), M(unfreeze), M(import_frozen), M(set_hooks),
    M(hook_facts), M(trampoline), END};

MODULE(capi_data_tables, methods, NULL)
