/* Critical sections: with the global lock held there is nothing to protect, so the macros
   only open and close a block. */
#ifndef Py_CPYTHON_CRITICAL_SECTION_H
#define Py_CPYTHON_CRITICAL_SECTION_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyCriticalSection PyCriticalSection;
typedef struct PyCriticalSection2 PyCriticalSection2;

PyAPI_FUNC(void) PyCriticalSection2_Begin(PyCriticalSection2 *, PyObject *, PyObject *);
PyAPI_FUNC(void) PyCriticalSection2_BeginMutex(PyCriticalSection2 *, PyMutex *, PyMutex *);
PyAPI_FUNC(void) PyCriticalSection2_End(PyCriticalSection2 *);
PyAPI_FUNC(void) PyCriticalSection_Begin(PyCriticalSection *, PyObject *);
PyAPI_FUNC(void) PyCriticalSection_BeginMutex(PyCriticalSection *, PyMutex *);
PyAPI_FUNC(void) PyCriticalSection_End(PyCriticalSection *);

#define Py_BEGIN_CRITICAL_SECTION(op)             {
#define Py_BEGIN_CRITICAL_SECTION_MUTEX(mutex)    {
#define Py_END_CRITICAL_SECTION()                 }
#define Py_BEGIN_CRITICAL_SECTION2(a, b)          {
#define Py_BEGIN_CRITICAL_SECTION2_MUTEX(m1, m2)  {
#define Py_END_CRITICAL_SECTION2()                }

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_CRITICAL_SECTION_H */
