/* api: full */
/* Py_NewInterpreter, Py_NewInterpreterFromConfig, Py_EndInterpreter, PyInterpreterState_*, PyThreadState_Swap, PyConfig_*. */
#include "support.h"

/* run(code): in a new interpreter; its number, and what PyRun_SimpleString said. */
F(run)
{
    NEED(1);
    const char *code = PyUnicode_AsUTF8(args[0]);
    if (code == NULL) return NULL;
    PyThreadState *before = PyThreadState_Get();
    PyThreadState *own = Py_NewInterpreter();
    if (own == NULL) {
        PyThreadState_Swap(before);
        PyErr_SetString(PyExc_RuntimeError, "no interpreter");
        return NULL;
    }
    long long id = PyInterpreterState_GetID(PyInterpreterState_Get());
    int current = own == PyThreadState_Get() && PyThreadState_GetInterpreter(own) != PyThreadState_GetInterpreter(before);
    int newest = PyInterpreterState_Head() == PyInterpreterState_Get();
    int status = PyRun_SimpleString(code);
    Py_EndInterpreter(own);
    PyThreadState_Swap(before);
    return Py_BuildValue("Liii", id, status, current, newest);
}

/* configured(code, fork, threads, own_gil): the same by a configuration; the error's text if it cannot be made. */
F(configured)
{
    NEED(4);
    const char *code = PyUnicode_AsUTF8(args[0]);
    if (code == NULL) return NULL;
    PyInterpreterConfig config = {
        .use_main_obmalloc = !PyObject_IsTrue(args[3]),
        .allow_fork = PyObject_IsTrue(args[1]),
        .allow_exec = 0,
        .allow_threads = PyObject_IsTrue(args[2]),
        .allow_daemon_threads = 0,
        .check_multi_interp_extensions = 1,
        .gil = PyObject_IsTrue(args[3]) ? PyInterpreterConfig_OWN_GIL : PyInterpreterConfig_SHARED_GIL,
    };
    PyThreadState *before = PyThreadState_Get(), *own = NULL;
    PyStatus made = Py_NewInterpreterFromConfig(&own, &config);
    if (PyStatus_Exception(made)) {
        PyThreadState_Swap(before);
        return PyUnicode_FromString(made.err_msg);
    }
    int status = PyRun_SimpleString(code);
    Py_EndInterpreter(own);
    PyThreadState_Swap(before);
    return PyLong_FromLong(status);
}

F(bad_config)
{
    NEED(0);
    PyInterpreterConfig config = {.use_main_obmalloc = 0, .check_multi_interp_extensions = 0, .gil = PyInterpreterConfig_OWN_GIL};
    PyThreadState *before = PyThreadState_Get(), *own = NULL;
    PyStatus made = Py_NewInterpreterFromConfig(&own, &config);
    if (before != PyThreadState_GetUnchecked()) PyThreadState_Swap(before);
    return Py_BuildValue("ii", PyStatus_IsError(made), own == NULL);
}

/* The numbers of all interpreters, the newest first. */
F(all)
{
    NEED(0);
    PyObject *list = PyList_New(0);
    for (PyInterpreterState *i = PyInterpreterState_Head(); list != NULL && i != NULL; i = PyInterpreterState_Next(i)) {
        PyObject *id = PyLong_FromLongLong(PyInterpreterState_GetID(i));
        if (id == NULL || PyList_Append(list, id) < 0) Py_CLEAR(list);
        Py_XDECREF(id);
    }
    return list;
}

F(config_get)
{
    NEED(1);
    return checked(PyConfig_Get(PyUnicode_AsUTF8(args[0])));
}

F(config_get_int)
{
    NEED(1);
    int value;
    if (PyConfig_GetInt(PyUnicode_AsUTF8(args[0]), &value) < 0) return NULL;
    return PyLong_FromLong(value);
}

F(config_set)
{
    NEED(2);
    if (PyConfig_Set(PyUnicode_AsUTF8(args[0]), args[1]) < 0) return NULL;
    Py_RETURN_NONE;
}

F(config_names)
{
    NEED(0);
    return checked(PyConfig_Names());
}

static PyMethodDef methods[] = {M(run), M(configured), M(bad_config), M(all), M(config_get), M(config_get_int), M(config_set), M(config_names), END};
static PyModuleDef_Slot slots[] = {{Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED}, {0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "capi_interpreters", NULL, 0, methods, slots, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit_capi_interpreters(void);
PyMODINIT_FUNC PyInit_capi_interpreters(void) { return PyModuleDef_Init(&def); }
