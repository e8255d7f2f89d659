/* dict's struct, watchers, and functions outside the limited API. */
#ifndef DOVETAIL_CPYTHON_DICTOBJECT_H
#define DOVETAIL_CPYTHON_DICTOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _dictkeysobject PyDictKeysObject;
typedef struct _dictvalues PyDictValues;

typedef struct PyDictObject {
    PyObject_HEAD
    Py_ssize_t ma_used;
    uint64_t _ma_watcher_tag;
    PyDictKeysObject *ma_keys;
    PyDictValues *ma_values;
} PyDictObject;

typedef enum PyDict_WatchEvent {
    PyDict_EVENT_ADDED = 0,
    PyDict_EVENT_MODIFIED = 1,
    PyDict_EVENT_DELETED = 2,
    PyDict_EVENT_CLONED = 3,
    PyDict_EVENT_CLEARED = 4,
    PyDict_EVENT_DEALLOCATED = 5
} PyDict_WatchEvent;
typedef struct _dictkeysobject PyDictKeysObject;
typedef struct _dictvalues PyDictValues;
typedef int (*PyDict_WatchCallback)(PyDict_WatchEvent, PyObject *, PyObject *, PyObject *);

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_DICTOBJECT_H */
