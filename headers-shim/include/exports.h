/* Visibility of symbols.  PyAPI_FUNC and PyAPI_DATA mark what the runtime exports;
   PyMODINIT_FUNC marks the PyInit_ function an extension exports. */
#ifndef Py_EXPORTS_H
#define Py_EXPORTS_H

#ifndef Py_IMPORTED_SYMBOL
#  define Py_IMPORTED_SYMBOL __attribute__((visibility("default")))
#endif
#ifndef Py_EXPORTED_SYMBOL
#  define Py_EXPORTED_SYMBOL __attribute__((visibility("default")))
#endif
#ifndef Py_LOCAL_SYMBOL
#  define Py_LOCAL_SYMBOL __attribute__((visibility("hidden")))
#endif

#ifndef PyAPI_FUNC
#  define PyAPI_FUNC(RTYPE) Py_EXPORTED_SYMBOL RTYPE
#endif
#ifndef PyAPI_DATA
#  define PyAPI_DATA(RTYPE) extern Py_EXPORTED_SYMBOL RTYPE
#endif
#ifndef PyMODINIT_FUNC
#  ifdef __cplusplus
#    define PyMODINIT_FUNC extern "C" Py_EXPORTED_SYMBOL PyObject *
#  else
#    define PyMODINIT_FUNC Py_EXPORTED_SYMBOL PyObject *
#  endif
#endif

#endif /* Py_EXPORTS_H */
