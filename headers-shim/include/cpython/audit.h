/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_AUDIT_H
#define DOVETAIL_CPYTHON_AUDIT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef int (*Py_AuditHookFunction)(const char *, PyObject *, void *);

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_AUDIT_H */
