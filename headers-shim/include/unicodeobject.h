/* TODO head comment */
#ifndef DOVETAIL_UNICODEOBJECT_H
#define DOVETAIL_UNICODEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

#define Py_UNICODE_REPLACEMENT_CHARACTER 65533U
#define Py_UNICODE_SIZE                  4
typedef uint8_t Py_UCS1;
typedef uint16_t Py_UCS2;
typedef uint32_t Py_UCS4;

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/unicodeobject.h"
#endif

#endif /* DOVETAIL_UNICODEOBJECT_H */
