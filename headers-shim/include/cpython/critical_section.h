/* Critical sections, which do nothing in a build with a global lock. */
#ifndef DOVETAIL_CPYTHON_CRITICAL_SECTION_H
#define DOVETAIL_CPYTHON_CRITICAL_SECTION_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyCriticalSection PyCriticalSection;
typedef struct PyCriticalSection2 PyCriticalSection2;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_CRITICAL_SECTION_H */
