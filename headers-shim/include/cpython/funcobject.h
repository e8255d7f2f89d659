/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_FUNCOBJECT_H
#define DOVETAIL_CPYTHON_FUNCOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

typedef enum PyFunction_WatchEvent {
    PyFunction_EVENT_CREATE = 0,
    PyFunction_EVENT_DESTROY = 1,
    PyFunction_EVENT_MODIFY_CODE = 2,
    PyFunction_EVENT_MODIFY_DEFAULTS = 3,
    PyFunction_EVENT_MODIFY_KWDEFAULTS = 4
} PyFunction_WatchEvent;
typedef struct PyFrameConstructor {
    PyObject *fc_globals;
    PyObject *fc_builtins;
    PyObject *fc_name;
    PyObject *fc_qualname;
    PyObject *fc_code;
    PyObject *fc_defaults;
    PyObject *fc_kwdefaults;
    PyObject *fc_closure;
} PyFrameConstructor;

typedef struct PyFunctionObject {
    PyObject_HEAD
    PyObject *func_globals;
    PyObject *func_builtins;
    PyObject *func_name;
    PyObject *func_qualname;
    PyObject *func_code;
    PyObject *func_defaults;
    PyObject *func_kwdefaults;
    PyObject *func_closure;
    PyObject *func_doc;
    PyObject *func_dict;
    PyObject *func_weakreflist;
    PyObject *func_module;
    PyObject *func_annotations;
    PyObject *func_annotate;
    PyObject *func_typeparams;
    vectorcallfunc vectorcall;
    uint32_t func_version;
} PyFunctionObject;

typedef int (*PyFunction_WatchCallback)(PyFunction_WatchEvent, PyFunctionObject *, PyObject *);

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_FUNCOBJECT_H */
