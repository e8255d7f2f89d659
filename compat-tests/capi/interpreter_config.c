/* api: full */
/* Interpreters by their numbers, their configurations as dicts, and interpreters made and ended as the module of
   interpreters does. */
#include "support.h"
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* Exported, but declared by no public header. */
PyAPI_FUNC(PyObject *) _PyInterpreterConfig_AsDict(PyInterpreterConfig *);
PyAPI_FUNC(int) _PyInterpreterConfig_InitFromDict(PyInterpreterConfig *, PyObject *);
PyAPI_FUNC(int) _PyInterpreterConfig_InitFromState(PyInterpreterConfig *, PyInterpreterState *);
PyAPI_FUNC(int) _PyInterpreterConfig_UpdateFromDict(PyInterpreterConfig *, PyObject *);
PyAPI_FUNC(PyObject *) _PyInterpreterState_GetIDObject(PyInterpreterState *);
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_LookUpID(int64_t);
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_LookUpIDObject(PyObject *);
PyAPI_FUNC(int64_t) _PyInterpreterState_ObjectToID(PyObject *);
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_Main(void);
PyAPI_FUNC(PyInterpreterState *) _PyXI_NewInterpreter(PyInterpreterConfig *, long *, PyThreadState **, PyThreadState **);
PyAPI_FUNC(void) _PyXI_EndInterpreter(PyInterpreterState *, PyThreadState *, PyThreadState **);

static const PyInterpreterConfig isolated = _PyInterpreterConfig_INIT, legacy = _PyInterpreterConfig_LEGACY_INIT;

F(as_dict) { NEED(1); PyInterpreterConfig c = PyObject_IsTrue(args[0]) ? isolated : legacy; return checked(_PyInterpreterConfig_AsDict(&c)); }
F(bad_gil) { NEED(0); PyInterpreterConfig c = isolated; c.gil = 9; return checked(_PyInterpreterConfig_AsDict(&c)); }
F(from_dict) { NEED(1); PyInterpreterConfig c = isolated; return _PyInterpreterConfig_InitFromDict(&c, args[0]) < 0 ? checked(NULL) : checked(_PyInterpreterConfig_AsDict(&c)); }
F(update) { NEED(1); PyInterpreterConfig c = isolated; return _PyInterpreterConfig_UpdateFromDict(&c, args[0]) < 0 ? checked(NULL) : checked(_PyInterpreterConfig_AsDict(&c)); }
F(from_state) { NEED(0); PyInterpreterConfig c = isolated; return _PyInterpreterConfig_InitFromState(&c, PyInterpreterState_Get()) < 0 ? checked(NULL) : checked(_PyInterpreterConfig_AsDict(&c)); }

F(id_object) { NEED(0); return checked(_PyInterpreterState_GetIDObject(PyInterpreterState_Get())); }
F(object_to_id) { NEED(1); int64_t n = _PyInterpreterState_ObjectToID(args[0]); return n < 0 ? checked(NULL) : plain(n); }
F(look_up) { NEED(1); int64_t n = PyLong_AsLongLong(args[0]); ARG_ERROR; PyInterpreterState *i = _PyInterpreterState_LookUpID(n); return i ? plain(PyInterpreterState_GetID(i)) : checked(NULL); }
F(look_up_object) { NEED(1); PyInterpreterState *i = _PyInterpreterState_LookUpIDObject(args[0]); return i ? plain(PyInterpreterState_GetID(i)) : checked(NULL); }
F(main) { NEED(0); return Py_BuildValue("ii", _PyInterpreterState_Main() == PyInterpreterState_Main(), (int)PyInterpreterState_GetID(_PyInterpreterState_Main())); }
/* In a new interpreter: its configuration, and whether all is as before once it has ended. */
F(new_interpreter)
{
    NEED(2);
    PyInterpreterConfig c = PyObject_IsTrue(args[0]) ? isolated : legacy;
    PyThreadState *mine = PyThreadState_Get(), *ts = NULL, *save = NULL;
    long whence = 4;
    PyInterpreterState *interp = _PyXI_NewInterpreter(&c, &whence, &ts, &save);
    if (interp == NULL) return checked(NULL);
    int inside = PyThreadState_Get() == ts && PyThreadState_GetInterpreter(ts) == interp, saved = save == mine;
    long number = (long)PyInterpreterState_GetID(interp);
    PyInterpreterConfig seen = isolated;
    int ok = _PyInterpreterConfig_InitFromState(&seen, interp), ran = PyRun_SimpleString(PyUnicode_AsUTF8(args[1]));
    _PyXI_EndInterpreter(interp, ts, &save);
    int back = PyThreadState_Get() == mine;
    PyInterpreterState *gone = _PyInterpreterState_LookUpID(number);
    PyErr_Clear();
    return Py_BuildValue("iiiiiiN", inside, saved, number > 0, ran, back, gone == NULL, ok < 0 ? Py_NewRef(Py_None) : _PyInterpreterConfig_AsDict(&seen));
}

static PyMethodDef methods[] = {M(as_dict), M(bad_gil), M(from_dict), M(update), M(from_state), M(id_object), M(object_to_id), M(look_up),
                                M(look_up_object), M(main), M(new_interpreter), END};

MODULE(capi_interpreter_config, methods, NULL)
