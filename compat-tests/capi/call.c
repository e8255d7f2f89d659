/* api: full, limited */
/* Calling from C: tuples, vectors, methods, formats; and functions of every calling convention. */
#include "support.h"

OBJ3(call, PyObject_Call)
OBJ2(call_object, PyObject_CallObject)
OBJ1(call_no_args, PyObject_CallNoArgs)
F(call_function_none) { NEED(1); return checked(PyObject_CallFunction(A(0), NULL)); }
F(call_function_i) { NEED(2); int n = (int)N(1); ARG_ERROR; return checked(PyObject_CallFunction(A(0), "i", n)); }
F(call_function_mixed) { NEED(2); return checked(PyObject_CallFunction(A(0), "s(iO)d", "text", 7, args[1], 2.5)); }
F(call_function_tuple) { NEED(2); return checked(PyObject_CallFunction(A(0), "O", args[1])); }
F(call_method_none) { NEED(1); return checked(PyObject_CallMethod(A(0), "method", NULL)); }
F(call_method_mixed) { NEED(2); return checked(PyObject_CallMethod(A(0), "method", "Os", args[1], "text")); }
F(call_function_objargs) { NEED(3); return checked(PyObject_CallFunctionObjArgs(A(0), args[1], args[2], NULL)); }
F(call_method_objargs) { NEED(4); return checked(PyObject_CallMethodObjArgs(A(0), A(1), args[2], args[3], NULL)); }
/* vectorcall(f, (positional...), kwnames or NULL, offset flag) */
F(vectorcall)
{
    NEED(4);
    PyObject *stack[16] = {NULL};
    Py_ssize_t n = PyTuple_Size(args[1]), names = A(2) ? PyTuple_Size(args[2]) : 0;
    if (n < 0 || names < 0 || n > 14) return NULL;
    for (Py_ssize_t i = 0; i < n; i++) stack[i + 1] = PyTuple_GetItem(args[1], i);
    size_t nargsf = (size_t)(n - names);
    if (PyObject_IsTrue(args[3])) nargsf |= PY_VECTORCALL_ARGUMENTS_OFFSET;
    return checked(PyObject_Vectorcall(A(0), stack + 1, nargsf, A(2)));
}
F(vectorcall_method)
{
    NEED(2);
    PyObject *stack[16] = {NULL};
    Py_ssize_t n = PyTuple_Size(args[1]);
    if (n < 0 || n > 15) return NULL;
    for (Py_ssize_t i = 0; i < n; i++) stack[i] = PyTuple_GetItem(args[1], i);
    return checked(PyObject_VectorcallMethod(args[0], stack, (size_t)n, NULL));
}
F(vectorcall_call) { NEED(3); return checked(PyVectorcall_Call(A(0), A(1), A(2))); }
F(vectorcall_nargs) { NEED(1); size_t n = (size_t)N(0); ARG_ERROR; return plain(PyVectorcall_NARGS(n | PY_VECTORCALL_ARGUMENTS_OFFSET)); }

static PyObject *noargs(PyObject *self, PyObject *unused) { return PyLong_FromLong(unused == NULL); }
static PyObject *onearg(PyObject *self, PyObject *arg) { return PyTuple_Pack(1, arg); }
static PyObject *varargs(PyObject *self, PyObject *args) { return Py_NewRef(args); }
static PyObject *keywords(PyObject *self, PyObject *args, PyObject *kw) { return PyTuple_Pack(2, args, kw ? kw : Py_None); }
static PyObject *fast(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    PyObject *t = PyTuple_New(n);
    for (Py_ssize_t i = 0; t != NULL && i < n; i++) PyTuple_SetItem(t, i, Py_NewRef(args[i]));
    return t;
}
static PyObject *fast_keywords(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    PyObject *d = PyDict_New(), *t = fast(self, args, n), *r = NULL;
    Py_ssize_t k = names ? PyTuple_Size(names) : 0;
    for (Py_ssize_t i = 0; i < k; i++)
        if (PyDict_SetItem(d, PyTuple_GetItem(names, i), args[n + i]) < 0) goto done;
    r = PyTuple_Pack(3, t, d, names ? Py_True : Py_False);
done:
    Py_XDECREF(d);
    Py_XDECREF(t);
    return r;
}
static PyObject *returns_null(PyObject *self, PyObject *unused) { return NULL; }
static PyObject *self_name(PyObject *self, PyObject *unused) { return checked(PyObject_GetAttrString(self, "__name__")); }

/* A type whose methods use METH_CLASS, METH_STATIC and METH_METHOD. */
static PyObject *class_method(PyObject *cls, PyObject *arg) { return PyTuple_Pack(2, cls, arg); }
static PyObject *static_method(PyObject *null, PyObject *arg) { return PyTuple_Pack(2, null ? Py_True : Py_False, arg); }
static PyObject *defining(PyObject *self, PyTypeObject *cls, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    PyObject *m = PyType_GetModule(cls);
    return m ? Py_BuildValue("OnO", cls, n + (names ? PyTuple_Size(names) : 0), m) : NULL;
}
static PyMethodDef type_methods[] = {
    {"cls", class_method, METH_O | METH_CLASS, PyDoc_STR("cls($type, arg, /)\n--\n\nA class method.")},
    {"static", static_method, METH_O | METH_STATIC, NULL},
    {"defining", (PyCFunction)(void (*)(void))defining, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL},
    END};
static PyType_Slot type_slots[] = {{Py_tp_methods, type_methods}, {0, NULL}};
static PyType_Spec type_spec = {"capi_call.Conventions", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, type_slots};

static PyMethodDef extra = {"made", varargs, METH_VARARGS, "made(*args)\n--\n\nMade at run time."};
F(cfunction_new) { NEED(2); return checked(PyCFunction_NewEx(&extra, A(0), A(1))); }
F(cfunction_new_short) { NEED(1); return checked(PyCFunction_New(&extra, A(0))); }
F(cmethod_new) { NEED(2); return checked(PyCMethod_New(&extra, A(0), A(1), NULL)); }
F(cfunction_parts)
{
    NEED(1);
    if (!PyCFunction_Check(args[0])) return PyUnicode_FromString("not one");
    PyObject *owner = PyCFunction_GetSelf(args[0]);
    int flags = PyCFunction_GetFlags(args[0]);
    return Py_BuildValue("iOi", PyCFunction_GetFunction(args[0]) == varargs, owner ? owner : Py_Ellipsis, flags);
}
static PyMethodDef descr_def = {"descr_method", onearg, METH_O, NULL};
F(descr_new) { NEED(1); return checked(PyDescr_NewMethod((PyTypeObject *)args[0], &descr_def)); }
F(descr_new_class) { NEED(1); return checked(PyDescr_NewClassMethod((PyTypeObject *)args[0], &descr_def)); }
#ifndef Py_LIMITED_API
OBJ2(call_one_arg, PyObject_CallOneArg)
OBJ2(call_method_no_args, PyObject_CallMethodNoArgs)
OBJ3(call_method_one_arg, PyObject_CallMethodOneArg)
F(vectorcall_dict)
{
    NEED(3);
    PyObject *stack[16] = {NULL};
    Py_ssize_t n = PyTuple_GET_SIZE(args[1]);
    for (Py_ssize_t i = 0; i < n && i < 15; i++) stack[i + 1] = PyTuple_GET_ITEM(args[1], i);
    return checked(PyObject_VectorcallDict(A(0), stack + 1, (size_t)n, A(2)));
}
F(vectorcall_function) { NEED(1); return plain(PyVectorcall_Function(args[0]) != NULL); }
F(function_parts)
{
    NEED(1);
    if (!PyFunction_Check(args[0])) return PyUnicode_FromString("not one");
    PyObject *defaults = PyFunction_GetDefaults(args[0]);
    PyObject *closure = PyFunction_GetClosure(args[0]);
    return Py_BuildValue("OOOO", PyFunction_GetCode(args[0]), PyFunction_GetModule(args[0]), defaults ? defaults : Py_None, closure ? closure : Py_None);
}
OBJ2(function_new, PyFunction_New)
OBJ2(method_new, PyMethod_New)
F(method_parts)
{
    NEED(1);
    if (!PyMethod_Check(args[0])) return PyUnicode_FromString("not one");
    return PyTuple_Pack(2, PyMethod_Function(args[0]), PyMethod_Self(args[0]));
}
OBJ1(instance_method_new, PyInstanceMethod_New)
OBJ1(classmethod_new, PyClassMethod_New)
OBJ1(staticmethod_new, PyStaticMethod_New)
F(cell_round)
{
    NEED(2);
    PyObject *cell = PyCell_New(A(0));
    if (cell == NULL) return NULL;
    PyObject *first = PyCell_Get(cell);
    if (PyCell_Set(cell, A(1)) < 0) return NULL;
    PyObject *second = PyCell_Get(cell);
    PyObject *r = Py_BuildValue("NNN", first ? first : Py_NewRef(Py_Ellipsis), second ? second : Py_NewRef(Py_Ellipsis), cell);
    return checked(r);
}
#endif

static PyMethodDef methods[] = {
    M(call), M(call_object), M(call_no_args), M(call_function_none), M(call_function_i), M(call_function_mixed), M(call_function_tuple),
    M(call_method_none), M(call_method_mixed), M(call_function_objargs), M(call_method_objargs), M(vectorcall), M(vectorcall_method),
    M(vectorcall_call), M(vectorcall_nargs), M(cfunction_new), M(cfunction_new_short), M(cmethod_new), M(cfunction_parts), M(descr_new),
    M(descr_new_class),
    {"noargs", noargs, METH_NOARGS, PyDoc_STR("noargs($module, /)\n--\n\nTakes nothing.")},
    {"onearg", onearg, METH_O, NULL},
    {"varargs", varargs, METH_VARARGS, PyDoc_STR("Just text.")},
    {"keywords", (PyCFunction)(void (*)(void))keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"fast", (PyCFunction)(void (*)(void))fast, METH_FASTCALL, NULL},
    {"fast_keywords", (PyCFunction)(void (*)(void))fast_keywords, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"returns_null", returns_null, METH_NOARGS, NULL},
    {"self_name", self_name, METH_NOARGS, NULL},
#ifndef Py_LIMITED_API
    M(call_one_arg), M(call_method_no_args), M(call_method_one_arg), M(vectorcall_dict), M(vectorcall_function), M(function_parts),
    M(function_new), M(method_new), M(method_parts), M(instance_method_new), M(classmethod_new), M(staticmethod_new), M(cell_round),
#endif
    END};

static int add(PyObject *m)
{
    PyObject *type = PyType_FromModuleAndSpec(m, &type_spec, NULL);
    int r = type ? PyModule_AddObjectRef(m, "Conventions", type) : -1;
    Py_XDECREF(type);
    return r;
}
MODULE(capi_call, methods, add)
