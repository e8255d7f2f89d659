/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_ODICTOBJECT_H
#define DOVETAIL_CPYTHON_ODICTOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

typedef struct _odictobject PyODictObject;

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_ODICTOBJECT_H */
