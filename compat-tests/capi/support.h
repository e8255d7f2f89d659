/* What every test extension uses: short names for exposing one API function as one Python function.

   Functions take positional arguments (METH_FASTCALL). `...` stands for a NULL pointer: A(i) is the
   argument or NULL. A function that may rightly answer NULL without an error shows that as `...`.
   An answer that contradicts the exception state is an AssertionError. */
#ifndef COMPAT_SUPPORT_H
#define COMPAT_SUPPORT_H

#include <Python.h>

#define F(name) static PyObject *t_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
#define M(name) {#name, (PyCFunction)(void (*)(void))t_##name, METH_FASTCALL, NULL}
#define END {NULL, NULL, 0, NULL}

#define NEED(n)                                                                                     \
    do {                                                                                            \
        if (nargs != (n)) {                                                                         \
            PyErr_SetString(PyExc_TypeError, "the test passes a wrong number of arguments");        \
            return NULL;                                                                            \
        }                                                                                           \
    } while (0)

static inline PyObject *nullable(PyObject *o) { return o == Py_Ellipsis ? NULL : o; }
#define A(i) nullable(args[i])

/* An argument as a C integer; the caller returns NULL when an error is set (see ARG_ERROR). */
static inline Py_ssize_t as_size(PyObject *o) { return PyLong_AsSsize_t(o); }
#define N(i) as_size(args[i])
#define ARG_ERROR                                                                                   \
    do {                                                                                            \
        if (PyErr_Occurred()) return NULL;                                                          \
    } while (0)

/* A new reference that must go with the exception state. */
static inline PyObject *checked(PyObject *o)
{
    if (o == NULL && !PyErr_Occurred())
        PyErr_SetString(PyExc_AssertionError, "NULL without an exception");
    else if (o != NULL && PyErr_Occurred()) {
        Py_DECREF(o);
        PyErr_SetString(PyExc_AssertionError, "a result and an exception");
        return NULL;
    }
    return o;
}

/* A new reference, or NULL without an error shown as `...`. */
static inline PyObject *found(PyObject *o)
{
    if (o == NULL && !PyErr_Occurred()) return Py_NewRef(Py_Ellipsis);
    return checked(o);
}

/* A borrowed reference, or NULL without an error shown as `...`. */
static inline PyObject *borrowed(PyObject *o) { return found(Py_XNewRef(o)); }

/* An int where -1 goes with an exception. */
static inline PyObject *status(Py_ssize_t r)
{
    if (r == -1) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_AssertionError, "-1 without an exception");
        return NULL;
    }
    if (PyErr_Occurred()) {
        PyErr_SetString(PyExc_AssertionError, "a result and an exception");
        return NULL;
    }
    return PyLong_FromSsize_t(r);
}

/* A number that has no error value. */
static inline PyObject *plain(long long r)
{
    if (PyErr_Occurred()) return NULL;
    return PyLong_FromLongLong(r);
}

/* One API function, one test function. */
#define OBJ1(name, call) F(name) { NEED(1); return checked(call(A(0))); }
#define OBJ2(name, call) F(name) { NEED(2); return checked(call(A(0), A(1))); }
#define OBJ3(name, call) F(name) { NEED(3); return checked(call(A(0), A(1), A(2))); }
#define INT1(name, call) F(name) { NEED(1); return status(call(A(0))); }
#define INT2(name, call) F(name) { NEED(2); return status(call(A(0), A(1))); }
#define INT3(name, call) F(name) { NEED(3); return status(call(A(0), A(1), A(2))); }
#define BOOL1(name, call) F(name) { NEED(1); return plain(call(A(0))); }
#define OBJ_N(name, call) F(name) { NEED(2); Py_ssize_t n = N(1); ARG_ERROR; return checked(call(A(0), n)); }

/* The module definition; add() may put more names in, and returns -1 with an exception. */
#define MODULE(modname, table, add)                                                                 \
    static int exec_##modname(PyObject *m)                                                          \
    {                                                                                               \
        int (*more)(PyObject *) = add;                                                              \
        if (more != NULL && more(m) < 0) return -1;                                                 \
        return 0;                                                                                   \
    }                                                                                               \
    static PyModuleDef_Slot slots_##modname[] = {{Py_mod_exec, (void *)exec_##modname}, {0, NULL}}; \
    static struct PyModuleDef def_##modname = {PyModuleDef_HEAD_INIT, #modname, NULL, 0, table,     \
                                               slots_##modname, NULL, NULL, NULL};                  \
    PyMODINIT_FUNC PyInit_##modname(void);                                                          \
    PyMODINIT_FUNC PyInit_##modname(void) { return PyModuleDef_Init(&def_##modname); }

#endif
