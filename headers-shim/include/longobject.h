/* TODO head comment */
#ifndef DOVETAIL_LONGOBJECT_H
#define DOVETAIL_LONGOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#define Py_ASNATIVEBYTES_ALLOW_INDEX     16
#define Py_ASNATIVEBYTES_BIG_ENDIAN      0
#define Py_ASNATIVEBYTES_DEFAULTS        (-1)
#define Py_ASNATIVEBYTES_LITTLE_ENDIAN   1
#define Py_ASNATIVEBYTES_NATIVE_ENDIAN   3
#define Py_ASNATIVEBYTES_REJECT_NEGATIVE 8
#define Py_ASNATIVEBYTES_UNSIGNED_BUFFER 4
#define _Py_PARSE_INTPTR                 "l"
#define _Py_PARSE_PID                    "i"
#define _Py_PARSE_UINTPTR                "k"

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/longobject.h"
#endif

#endif /* DOVETAIL_LONGOBJECT_H */
