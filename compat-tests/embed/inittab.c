/* Modules of the program among the built-in ones: in one phase, in several, and the runtime's own init functions. */
#include "support.h"

static PyObject *answer(PyObject *self, PyObject *args)
{
    return PyLong_FromLong(42);
}

static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, "The answer."}, {NULL}};

static struct PyModuleDef single = {PyModuleDef_HEAD_INIT, "emb_single", "One phase.", -1, methods};

static PyObject *PyInit_emb_single(void)
{
    return PyModule_Create(&single);
}

static int execute(PyObject *module)
{
    return PyModule_AddIntConstant(module, "number", 5);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};

static struct PyModuleDef multi = {PyModuleDef_HEAD_INIT, "emb_multi", "Several phases.", 0, methods, slots};

static PyObject *PyInit_emb_multi(void)
{
    return PyModuleDef_Init(&multi);
}

static PyObject *PyInit_emb_wrong(void)
{
    PyErr_SetString(PyExc_RuntimeError, "this one never works");
    return NULL;
}

PyMODINIT_FUNC PyInit__struct(void);
PyMODINIT_FUNC PyInit_math(void);

static struct _inittab more[] = {{"emb_wrong", PyInit_emb_wrong}, {"emb_math", PyInit_math}, {NULL, NULL}};

int main(void)
{
    plain_output();
    printf("%d\n", PyImport_AppendInittab("emb_single", PyInit_emb_single));
    printf("%d\n", PyImport_AppendInittab("emb_multi", PyInit_emb_multi));
    printf("%d\n", PyImport_ExtendInittab(more));
    for (int round = 0; round < 2; round++) {
        Py_Initialize();
        run("import sys, emb_single, emb_multi");
        run("print(emb_single.answer(), emb_single.__doc__, emb_single.__spec__.origin, emb_single)");
        run("print(emb_multi.answer(), emb_multi.number, emb_multi.__doc__, hasattr(emb_multi, '__file__'))");
        run("print([n for n in sys.builtin_module_names if n.startswith('emb')])");
        run("try:\n    import emb_wrong\nexcept RuntimeError as e:\n    print('raised', e)");
        run("del sys.modules['emb_single']; import emb_single as again; print(again.answer())");
        run("import importlib.util; print(importlib.util.find_spec('emb_multi').loader.__name__)");
        PyObject *def = PyInit__struct();
        printf("%s\n", Py_TYPE(def)->tp_name);
        printf("end %d\n", Py_FinalizeEx());
    }
    return 0;
}
