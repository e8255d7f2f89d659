/* api: full */
/* Code evaluated and compiled from C, module state by definition, thread keys, critical sections, struct sequences in
   static types, pickle buffers, frames and functions taken apart. */
#include "support.h"
#include <frameobject.h>
#include <marshal.h>
#include <signal.h>
#include <structmember.h>
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* ---- running ---- */
F(eval_code_ex)
{
    NEED(6); /* code, globals, args, names and values in a dict as flat tuple, defaults, kwdefaults */
    PyObject *pos[8], *kw[8], *def[8];
    Py_ssize_t np = PyTuple_GET_SIZE(args[2]), nk = PyTuple_GET_SIZE(args[3]), nd = PyTuple_GET_SIZE(args[4]);
    for (Py_ssize_t i = 0; i < np; i++) pos[i] = PyTuple_GET_ITEM(args[2], i);
    for (Py_ssize_t i = 0; i < nk; i++) kw[i] = PyTuple_GET_ITEM(args[3], i);
    for (Py_ssize_t i = 0; i < nd; i++) def[i] = PyTuple_GET_ITEM(args[4], i);
    return checked(PyEval_EvalCodeEx(args[0], args[1], NULL, pos, (int)np, kw, (int)nk / 2, def, (int)nd, A(5), NULL));
}
F(locals_here) { NEED(0); return borrowed(PyEval_GetLocals()); }
F(recursion_limit) { NEED(1); int old = Py_GetRecursionLimit(), n = (int)N(0); ARG_ERROR; Py_SetRecursionLimit(n); int now = Py_GetRecursionLimit(); Py_SetRecursionLimit(old); return Py_BuildValue("ii", now, Py_GetRecursionLimit() == old); }
F(compile)
{
    NEED(3);
    const char *s = PyUnicode_AsUTF8(args[0]);
    int start = (int)N(1), optimize = (int)N(2);
    ARG_ERROR;
    PyCompilerFlags flags = {0, PY_MINOR_VERSION};
    PyObject *name = PyUnicode_FromString("<made>");
    PyObject *r = Py_BuildValue("NNN", checked(Py_CompileStringExFlags(s, "<ex>", start, &flags, optimize)), checked(Py_CompileStringFlags(s, "<flags>", start, NULL)),
                                checked(Py_CompileStringObject(s, name, start, &flags, optimize)));
    Py_DECREF(name);
    return r;
}
F(run_flags)
{
    NEED(2);
    const char *s = PyUnicode_AsUTF8(args[0]);
    ARG_ERROR;
    PyCompilerFlags flags = {CO_FUTURE_ANNOTATIONS, PY_MINOR_VERSION};
    return checked(PyRun_StringFlags(s, Py_file_input, args[1], args[1], &flags));
}
F(run_simple) { NEED(1); const char *s = PyUnicode_AsUTF8(args[0]); ARG_ERROR; return plain(PyRun_SimpleStringFlags(s, NULL)); }
F(merge_flags) { NEED(0); PyCompilerFlags f = {0, PY_MINOR_VERSION}; int r = PyEval_MergeCompilerFlags(&f); return Py_BuildValue("ii", r, f.cf_flags & CO_FUTURE_ANNOTATIONS ? 1 : 0); }
F(addr2line) { NEED(2); int i = (int)N(1), a, b, c, d; ARG_ERROR; int ok = PyCode_Addr2Location((PyCodeObject *)args[0], i, &a, &b, &c, &d); return Py_BuildValue("iiiiii", PyCode_Addr2Line((PyCodeObject *)args[0], i), ok, a, b, c, d); }
F(audit) { NEED(1); int r = PySys_Audit("compat.event", "Oi", args[0], 7); return r < 0 ? checked(NULL) : plain(r); }
F(exec_code)
{
    NEED(3);
    const char *name = PyUnicode_AsUTF8(args[0]), *path = PyUnicode_AsUTF8(args[2]);
    ARG_ERROR;
    PyObject *a = PyImport_ExecCodeModuleEx(name, args[1], path), *b = PyImport_ExecCodeModuleWithPathnames(name, args[1], path, "cached.pyc");
    PyObject *p = PyUnicode_FromString("obj.py"), *c = PyImport_ExecCodeModuleObject(args[0], args[1], p, NULL);
    Py_DECREF(p);
    return a && b && c ? Py_BuildValue("NNN", a, b, c) : (Py_XDECREF(a), Py_XDECREF(b), Py_XDECREF(c), checked(NULL));
}

/* ---- functions and frames ---- */
F(function_parts)
{
    NEED(1);
    PyObject *f = args[0];
    return Py_BuildValue("OOOOOO", PyFunction_GetGlobals(f), PyFunction_GetKwDefaults(f) ? PyFunction_GetKwDefaults(f) : Py_None, PyFunction_GetCode(f), PyFunction_GET_GLOBALS(f),
                         PyFunction_GetModule(f) ? PyFunction_GetModule(f) : Py_None, PyFunction_GetDefaults(f) ? PyFunction_GetDefaults(f) : Py_None);
}
F(new_function) { NEED(3); return checked(PyFunction_NewWithQualName(args[0], args[1], A(2))); }
INT2(set_defaults, PyFunction_SetDefaults)
INT2(set_kwdefaults, PyFunction_SetKwDefaults)
INT2(set_closure, PyFunction_SetClosure)
INT2(set_annotations, PyFunction_SetAnnotations)
static PyObject *answer(PyObject *f, PyObject *const *a, size_t n, PyObject *names) { return Py_BuildValue("nO", PyVectorcall_NARGS(n), names ? names : Py_None); }
F(set_vectorcall) { NEED(1); PyFunction_SetVectorcall((PyFunctionObject *)args[0], answer); Py_RETURN_NONE; }
F(frame_parts)
{
    NEED(2);
    PyFrameObject *f = (PyFrameObject *)args[0];
    const char *name = PyUnicode_AsUTF8(args[1]);
    ARG_ERROR;
    PyObject *v = PyFrame_GetVarString(f, name), *g = PyFrame_GetGenerator(f);
    if (v == NULL) { Py_XDECREF(g); return checked(NULL); }
    PyFrame_FastToLocals(f);
    int r = PyFrame_FastToLocalsWithError(f);
    PyFrame_LocalsToFast(f, 0);
    return Py_BuildValue("NNi", v, g ? g : Py_NewRef(Py_None), r);
}
F(instance_method) { NEED(1); PyObject *m = PyInstanceMethod_New(args[0]); PyObject *r = m ? Py_NewRef(PyInstanceMethod_Function(m)) : NULL; Py_XDECREF(m); return checked(r); }
F(is_data) { NEED(1); return plain(PyDescr_IsData(args[0])); }

/* ---- modules by definition ---- */
static struct PyModuleDef single = {PyModuleDef_HEAD_INIT, "made_here", "doc", 8, NULL, NULL, NULL, NULL, NULL};
F(find_module)
{
    NEED(0);
    PyObject *before = PyState_FindModule(&single);
    PyObject *m = PyModule_Create2(&single, PYTHON_API_VERSION);
    if (m == NULL || PyState_AddModule(m, &single) < 0) return NULL;
    int found = PyState_FindModule(&single) == m, removed = PyState_RemoveModule(&single);
    PyObject *after = PyState_FindModule(&single);
    Py_DECREF(m);
    return Py_BuildValue("iiii", before == NULL, found, removed, after == NULL);
}

/* ---- threads ---- */
F(old_keys)
{
    NEED(0);
    int key = PyThread_create_key(), x = 5;
    void *none = PyThread_get_key_value(key);
    int set = PyThread_set_key_value(key, &x);
    int got = PyThread_get_key_value(key) == &x;
    PyThread_delete_key_value(key);
    void *gone = PyThread_get_key_value(key);
    PyThread_delete_key(key);
    PyThread_ReInitTLS();
    return Py_BuildValue("iiiii", key >= 0, none == NULL, set, got, gone == NULL);
}
static void thread_body(void *p)
{
    PyGILState_STATE s = PyGILState_Ensure();
    PyObject *r = PyObject_CallNoArgs((PyObject *)p);
    Py_XDECREF(r);
    Py_DECREF((PyObject *)p);
    PyGILState_Release(s);
}
F(start_thread) { NEED(1); PyThread_init_thread(); unsigned long id = PyThread_start_new_thread(thread_body, Py_NewRef(args[0])); return plain(id != PYTHREAD_INVALID_THREAD_ID); }
F(thread_facts)
{
    NEED(0);
    PyObject *info = PyThread_GetInfo();
    size_t old = PyThread_get_stacksize();
    int bad = PyThread_set_stacksize(1), good = PyThread_set_stacksize(1 << 20);
    size_t now = PyThread_get_stacksize();
    PyThread_set_stacksize(old);
    return Py_BuildValue("Niiii", info, bad, good, now == 1 << 20, PyThread_get_thread_native_id() != 0);
}
F(critical)
{
    NEED(2);
    int n = 0;
    Py_BEGIN_CRITICAL_SECTION(args[0]);
    n++;
    Py_END_CRITICAL_SECTION();
    Py_BEGIN_CRITICAL_SECTION2(args[0], args[1]);
    n++;
    Py_END_CRITICAL_SECTION2();
    /* Their layout is not public where there is a GIL. */
    long room[8];
    PyCriticalSection *c = (PyCriticalSection *)room;
    PyCriticalSection2 *d = (PyCriticalSection2 *)room;
    PyCriticalSection_Begin(c, args[0]);
    PyCriticalSection_End(c);
    PyCriticalSection2_Begin(d, args[0], args[1]);
    PyCriticalSection2_End(d);
    static PyMutex a, b;
    PyCriticalSection_BeginMutex(c, &a);
    PyCriticalSection_End(c);
    PyCriticalSection2_BeginMutex(d, &a, &b);
    PyCriticalSection2_End(d);
    return plain(n);
}

/* ---- objects ---- */
F(pickle_buffer)
{
    NEED(1);
    PyObject *b = PyPickleBuffer_FromObject(args[0]);
    if (b == NULL) return checked(NULL);
    int is = Py_IS_TYPE(b, &PyPickleBuffer_Type), r = PyPickleBuffer_Release(b);
    Py_DECREF(b);
    return Py_BuildValue("ii", is, r);
}
static PyStructSequence_Field fields[] = {{"x", "the first"}, {NULL, NULL}, {"y", NULL}, {NULL, NULL}};
static PyStructSequence_Desc desc = {"machinery.Static", "doc", fields, 2};
static PyTypeObject static_type;
F(static_struct)
{
    NEED(1);
    fields[1].name = (char *)PyStructSequence_UnnamedField;
    if (static_type.tp_name == NULL && PyStructSequence_InitType2(&static_type, &desc) < 0) return NULL;
    PyObject *s = PyStructSequence_New(&static_type);
    for (int i = 0; i < 3; i++) PyStructSequence_SetItem(s, i, Py_NewRef(args[0]));
    return s;
}
F(collected)
{
    NEED(1);
    return Py_BuildValue("iii", PyObject_IS_GC(args[0]), PyType_SUPPORTS_WEAKREFS(Py_TYPE(args[0])), PyType_SUPPORTS_WEAKREFS(Py_TYPE(args[0])) && PyObject_GET_WEAKREFS_LISTPTR(args[0]) != NULL);
}
static int visit(PyObject *o, void *p) { if (o == ((void **)p)[0]) { ((void **)p)[1] = o; return 0; } return 1; }
F(visited) { NEED(1); void *p[2] = {args[0], NULL}; PyUnstable_GC_VisitObjects(visit, p); return plain(p[1] != NULL); }
static PyMemberDef member = {"refcount", T_PYSSIZET, offsetof(PyObject, ob_refcnt), READONLY, NULL};
F(member_get) { NEED(1); PyObject *r = PyMember_GetOne((char *)args[0], &member); int set = PyMember_SetOne((char *)args[0], &member, args[0]); PyErr_Clear(); return Py_BuildValue("Ni", r, set); }
F(weak_borrowed) { NEED(1); return borrowed(PyWeakref_GetObject(args[0])); }
F(try_incref) { NEED(1); PyUnstable_EnableTryIncRef(args[0]); int r = PyUnstable_TryIncRef(args[0]); if (r) Py_DECREF(args[0]); return plain(r); }

/* ---- files and the process ---- */
F(file_functions)
{
    NEED(1);
    PyObject *code = PyFile_OpenCodeObject(args[0]), *same = PyFile_OpenCode(PyUnicode_AsUTF8(args[0])), *printer = PyFile_NewStdPrinter(2);
    if (!code || !same || !printer) return checked(NULL);
    FILE *f = Py_fopen(args[0], "rb");
    if (f == NULL) return checked(NULL);
    int first = fgetc(f), closed = Py_fclose(f);
    PyObject *r = Py_BuildValue("NNNii", PyObject_CallMethod(code, "read", "i", 4), PyObject_CallMethod(same, "close", NULL), PyObject_Type(printer), first, closed);
    Py_DECREF(code);
    Py_DECREF(same);
    Py_DECREF(printer);
    return r;
}
F(missing_file) { NEED(1); FILE *f = Py_fopen(args[0], "rb"); return f ? plain(Py_fclose(f)) : checked(NULL); }
F(from_fd) { NEED(1); int fd = (int)N(0); ARG_ERROR; return checked(PyFile_FromFd(fd, "name", "rb", -1, NULL, NULL, NULL, 0)); }
F(process_facts)
{
    NEED(0);
    return Py_BuildValue("iiiii", Py_GetBuildInfo() != NULL, PyOS_InterruptOccurred(), PyOS_getsig(SIGINT) != SIG_ERR, Py_hexdigits[10] == 'a', Py_FileSystemDefaultEncoding != NULL);
}
F(flags)
{
    NEED(0);
    return Py_BuildValue("iiiiiii", Py_BytesWarningFlag, Py_DebugFlag, Py_InspectFlag, Py_InteractiveFlag, Py_OptimizeFlag, Py_QuietFlag, Py_FrozenFlag);
}
F(times) { NEED(0); PyTime_t a, b; int x = PyTime_TimeRaw(&a), y = PyTime_PerfCounterRaw(&b); return Py_BuildValue("iiii", x, y, a > 0, b >= 0); }
F(warn_explicit_format)
{
    NEED(1);
    int r = PyErr_WarnExplicitFormat(PyExc_UserWarning, "file.py", 7, "mod", NULL, "value %d %R", 3, args[0]);
    return r < 0 ? checked(NULL) : plain(r);
}
F(syntax_location)
{
    NEED(1);
    PyErr_SetString(PyExc_SyntaxError, "bad");
    PyErr_SyntaxLocationObject(args[0], 3, 4);
    return NULL;
}
F(ranged_syntax_location)
{
    NEED(1);
    PyErr_SetString(PyExc_SyntaxError, "bad");
    PyErr_RangedSyntaxLocationObject(args[0], 3, 4, 5, 6);
    return NULL;
}
F(program_text) { NEED(2); int n = (int)N(1); ARG_ERROR; return Py_BuildValue("NN", found(PyErr_ProgramTextObject(args[0], n)), found(PyErr_ProgramText(PyUnicode_AsUTF8(args[0]), n))); }
F(errno_with_name) { NEED(2); errno = (int)N(1); return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, A(0)); }

static PyMethodDef methods[] = {
    M(eval_code_ex), M(locals_here), M(recursion_limit), M(compile), M(run_flags), M(run_simple), M(merge_flags), M(addr2line), M(audit), M(exec_code),
    M(function_parts), M(new_function), M(set_defaults), M(set_kwdefaults), M(set_closure), M(set_annotations), M(set_vectorcall), M(frame_parts),
    M(instance_method), M(is_data), M(find_module), M(old_keys), M(start_thread), M(thread_facts), M(critical), M(pickle_buffer), M(static_struct),
    M(collected), M(visited), M(member_get), M(weak_borrowed), M(try_incref), M(file_functions), M(missing_file), M(from_fd), M(process_facts), M(flags),
    M(times), M(warn_explicit_format), M(syntax_location), M(ranged_syntax_location), M(program_text), M(errno_with_name), END};

MODULE(capi_machinery, methods, NULL)
