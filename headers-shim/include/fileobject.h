/* TODO head comment */
#ifndef DOVETAIL_FILEOBJECT_H
#define DOVETAIL_FILEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#define PY_STDIOTEXTMODE "b"

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/fileobject.h"
#endif

#endif /* DOVETAIL_FILEOBJECT_H */
