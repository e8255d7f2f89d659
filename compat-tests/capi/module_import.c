/* api: full, limited */
/* PyModule_*, PyCapsule_*, PyImport_*, PySys_*, module state, PyState_*. */
#include "support.h"
#include <string.h>

typedef struct {
    PyObject *kept;
    long counter;
} State;

static const char *text(PyObject *o) { return o == NULL ? NULL : PyUnicode_AsUTF8AndSize(o, NULL); }

F(module_check) { NEED(1); return plain(PyModule_Check(args[0]) + 2 * PyModule_CheckExact(args[0])); }
OBJ1(module_new_object, PyModule_NewObject)
F(module_new) { NEED(1); const char *s = text(args[0]); return s ? checked(PyModule_New(s)) : NULL; }
F(module_dict) { NEED(1); return borrowed(PyModule_GetDict(args[0])); }
OBJ1(module_name_object, PyModule_GetNameObject)
F(module_name) { NEED(1); const char *s = PyModule_GetName(args[0]); return s ? PyUnicode_FromString(s) : checked(NULL); }
OBJ1(module_filename_object, PyModule_GetFilenameObject)
F(module_add_object_ref) { NEED(3); const char *s = text(args[1]); return s ? status(PyModule_AddObjectRef(args[0], s, A(2))) : NULL; }
F(module_add) { NEED(3); const char *s = text(args[1]); return s ? status(PyModule_Add(args[0], s, Py_XNewRef(A(2)))) : NULL; }
F(module_add_object)
{
    NEED(3);
    const char *s = text(args[1]);
    PyObject *v = Py_XNewRef(A(2));
    int r = PyModule_AddObject(args[0], s, v);
    if (r < 0) Py_XDECREF(v);
    return status(r);
}
F(module_add_constants)
{
    NEED(1);
    if (PyModule_AddIntConstant(args[0], "five", 5) < 0 || PyModule_AddStringConstant(args[0], "name_text", "text") < 0 ||
        PyModule_AddIntMacro(args[0], METH_O) < 0 || PyModule_AddStringMacro(args[0], PY_VERSION) < 0)
        return NULL;
    return plain(0);
}
F(module_set_doc) { NEED(2); return status(PyModule_SetDocString(args[0], text(args[1]))); }
static PyObject *hello(PyObject *self, PyObject *unused) { return Py_NewRef(self); }
static PyMethodDef added[] = {{"hello", hello, METH_NOARGS, "hello($module, /)\n--\n\nSays hello."}, END};
F(module_add_functions) { NEED(1); return status(PyModule_AddFunctions(args[0], added)); }
F(module_add_type)
{
    NEED(2);
    return status(PyModule_AddType(args[0], (PyTypeObject *)args[1]));
}
F(state_keep)
{
    NEED(1);
    State *s = PyModule_GetState(self);
    if (s == NULL) return checked(NULL);
    PyObject *old = s->kept;
    s->kept = Py_NewRef(args[0]);
    s->counter++;
    PyObject *r = Py_BuildValue("lO", s->counter, old ? old : Py_Ellipsis);
    Py_XDECREF(old);
    return r;
}
F(module_def) { NEED(1); return plain(PyModule_GetDef(args[0]) != NULL); }
F(new_from_def) { NEED(1); PyModuleDef *def = PyModule_GetDef(self); return checked(PyModule_FromDefAndSpec(def, args[0])); }
F(exec_def) { NEED(1); return status(PyModule_ExecDef(args[0], PyModule_GetDef(self))); }

static int freed;
static char storage[] = "what the capsule holds";
static void capsule_gone(PyObject *capsule) { freed += PyCapsule_GetContext(capsule) == NULL ? 1 : 100; }
F(capsule_new) { NEED(1); return checked(PyCapsule_New(storage, A(0) == NULL ? NULL : "capi_module_import.attr", capsule_gone)); }
F(capsule_null) { NEED(0); return checked(PyCapsule_New(NULL, "x", NULL)); }
F(capsule_get) { NEED(2); char *p = PyCapsule_GetPointer(args[0], text(A(1))); return p ? PyUnicode_FromString(p) : checked(NULL); }
F(capsule_parts)
{
    NEED(1);
    const char *name = PyCapsule_GetName(args[0]);
    return Py_BuildValue("izii", PyCapsule_CheckExact(args[0]), name, PyCapsule_IsValid(args[0], name), PyCapsule_GetDestructor(args[0]) == capsule_gone);
}
F(capsule_change)
{
    NEED(1);
    if (PyCapsule_SetPointer(args[0], storage + 5) < 0 || PyCapsule_SetName(args[0], "renamed") < 0 || PyCapsule_SetContext(args[0], storage) < 0 ||
        PyCapsule_SetDestructor(args[0], capsule_gone) < 0)
        return NULL;
    return PyUnicode_FromString(PyCapsule_GetPointer(args[0], "renamed"));
}
F(capsule_is_valid) { NEED(2); return plain(PyCapsule_IsValid(args[0], text(A(1)))); }
F(capsule_import) { NEED(1); char *p = PyCapsule_Import(text(args[0]), 0); return p ? PyUnicode_FromString(p) : checked(NULL); }
F(capsules_freed) { NEED(0); return plain(freed); }

F(import_module) { NEED(1); const char *s = text(args[0]); return s ? checked(PyImport_ImportModule(s)) : NULL; }
OBJ1(import, PyImport_Import)
F(import_level) { NEED(3); int level = (int)N(2); ARG_ERROR; return checked(PyImport_ImportModuleLevel(text(args[0]), NULL, NULL, A(1), level)); }
F(import_level_object) { NEED(3); int level = (int)N(2); ARG_ERROR; return checked(PyImport_ImportModuleLevelObject(args[0], NULL, NULL, A(1), level)); }
F(import_add_module) { NEED(1); const char *s = text(args[0]); return s ? borrowed(PyImport_AddModule(s)) : NULL; }
F(import_add_module_ref) { NEED(1); const char *s = text(args[0]); return s ? checked(PyImport_AddModuleRef(s)) : NULL; }
F(import_add_module_object) { NEED(1); return borrowed(PyImport_AddModuleObject(args[0])); }
OBJ1(import_get_module, PyImport_GetModule)
F(import_get_module_found) { NEED(1); return found(PyImport_GetModule(args[0])); }
OBJ1(import_reload, PyImport_ReloadModule)
F(import_module_dict) { NEED(0); return borrowed(PyImport_GetModuleDict()); }
F(import_magic) { NEED(0); return Py_BuildValue("ls", PyImport_GetMagicNumber(), PyImport_GetMagicTag()); }
F(import_exec_code) { NEED(2); return checked(PyImport_ExecCodeModule(text(args[0]), args[1])); }
F(sys_get) { NEED(1); return borrowed(PySys_GetObject(text(args[0]))); }
F(sys_set) { NEED(2); return status(PySys_SetObject(text(args[0]), A(1))); }
F(sys_write) { NEED(1); PySys_WriteStdout("out %d %s\n", 5, text(args[0])); PySys_FormatStderr("err %R\n", args[0]); return plain(0); }
F(sys_audit) { NEED(1); return status(PySys_AuditTuple("capi.test", args[0])); }
F(version) { NEED(0); return Py_BuildValue("issss", (Py_Version >> 16) == 0x030e, Py_GetVersion(), Py_GetPlatform(), Py_GetCompiler(), Py_GetCopyright()); }
F(eval_dicts)
{
    NEED(0);
    PyObject *g = PyEval_GetGlobals(), *b = PyEval_GetBuiltins();
    return Py_BuildValue("OO", g ? g : Py_None, b);
}
F(eval_frame_dicts) { NEED(0); return Py_BuildValue("NNN", PyEval_GetFrameBuiltins(), PyEval_GetFrameGlobals(), PyEval_GetFrameLocals()); }
F(compile_and_eval)
{
    NEED(2);
    PyObject *code = Py_CompileString(text(args[0]), "<made>", Py_eval_input);
    PyObject *r = code ? PyEval_EvalCode(code, args[1], args[1]) : NULL;
    Py_XDECREF(code);
    return checked(r);
}
F(eval_builtin) { NEED(1); const char *s = text(args[0]); PyObject *b = PyEval_GetBuiltins(); return borrowed(PyDict_GetItemString(b, s)); }
F(func_names) { NEED(1); return Py_BuildValue("ss", PyEval_GetFuncName(args[0]), PyEval_GetFuncDesc(args[0])); }
#ifndef Py_LIMITED_API
F(run_string) { NEED(2); return checked(PyRun_String(text(args[0]), Py_file_input, args[1], args[1])); }
F(run_simple) { NEED(1); return plain(PyRun_SimpleString(text(args[0]))); }
F(import_get_attr) { NEED(2); return checked(PyImport_ImportModuleAttr(args[0], args[1])); }
F(import_get_attr_string) { NEED(2); return checked(PyImport_ImportModuleAttrString(text(args[0]), text(args[1]))); }
F(code_parts)
{
    NEED(1);
    PyCodeObject *c = (PyCodeObject *)args[0];
    return Py_BuildValue("iiNNNNO", PyCode_Check(args[0]), (int)PyCode_GetNumFree(c), PyCode_GetCode(c), PyCode_GetVarnames(c), PyCode_GetCellvars(c), PyCode_GetFreevars(c), c->co_name);
}
F(code_new_empty) { NEED(0); return checked((PyObject *)PyCode_NewEmpty("file.c", "function", 42)); }
F(frame_parts)
{
    NEED(0);
    PyFrameObject *f = PyEval_GetFrame();
    if (f == NULL) return Py_NewRef(Py_None);
    PyObject *back = (PyObject *)PyFrame_GetBack(f);
    PyObject *r = Py_BuildValue("iNiNNN", PyFrame_Check(f), PyFrame_GetCode(f), PyFrame_GetLineNumber(f), PyFrame_GetGlobals(f), PyFrame_GetBuiltins(f), PyFrame_GetLocals(f));
    Py_XDECREF(back);
    return r;
}
F(frame_var) { NEED(1); return checked(PyFrame_GetVar(PyEval_GetFrame(), args[0])); }
#endif

static PyMethodDef methods[] = {
    M(module_check), M(module_new_object), M(module_new), M(module_dict), M(module_name_object), M(module_name), M(module_filename_object),
    M(module_add_object_ref), M(module_add), M(module_add_object), M(module_add_constants), M(module_set_doc), M(module_add_functions),
    M(module_add_type), M(state_keep), M(module_def), M(new_from_def), M(exec_def), M(capsule_new), M(capsule_null), M(capsule_get),
    M(capsule_parts), M(capsule_change), M(capsule_is_valid), M(capsule_import), M(capsules_freed), M(import_module), M(import),
    M(import_level), M(import_level_object), M(import_add_module), M(import_add_module_ref), M(import_add_module_object),
    M(import_get_module), M(import_get_module_found), M(import_reload), M(import_module_dict), M(import_magic), M(import_exec_code),
    M(sys_get), M(sys_set), M(sys_write), M(sys_audit), M(version), M(eval_dicts), M(eval_frame_dicts), M(compile_and_eval),
    M(eval_builtin), M(func_names),
#ifndef Py_LIMITED_API
    M(run_string), M(run_simple), M(import_get_attr), M(import_get_attr_string), M(code_parts), M(code_new_empty),
    M(frame_parts), M(frame_var),
#endif
    END};

static int executed;
static int exec_first(PyObject *m)
{
    State *s = PyModule_GetState(m);
    if (s == NULL || s->kept != NULL || s->counter != 0) {
        PyErr_SetString(PyExc_AssertionError, "the module state is not zeroed");
        return -1;
    }
    PyObject *capsule = PyCapsule_New(storage, "capi_module_import.attr", NULL);
    return PyModule_Add(m, "attr", capsule);
}
static int exec_second(PyObject *m) { return PyModule_AddIntConstant(m, "executed", ++executed); }
static int traverse(PyObject *m, visitproc visit, void *arg)
{
    State *s = PyModule_GetState(m);
    Py_VISIT(s->kept);
    return 0;
}
static int clear(PyObject *m)
{
    State *s = PyModule_GetState(m);
    Py_CLEAR(s->kept);
    return 0;
}
static void free_(void *m) { clear((PyObject *)m); }
static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)exec_first}, {Py_mod_exec, (void *)exec_second},
                                   {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}, {Py_mod_gil, Py_MOD_GIL_USED}, {0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "capi_module_import", PyDoc_STR("The doc of the module."), sizeof(State), methods, slots, traverse, clear, free_};
PyMODINIT_FUNC PyInit_capi_module_import(void);
PyMODINIT_FUNC PyInit_capi_module_import(void) { return PyModuleDef_Init(&def); }
