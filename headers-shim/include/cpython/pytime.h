/* Clocks. */
#ifndef DOVETAIL_CPYTHON_PYTIME_H
#define DOVETAIL_CPYTHON_PYTIME_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

typedef int64_t PyTime_t;
#define PyTime_MIN INT64_MIN
#define PyTime_MAX INT64_MAX

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_PYTIME_H */
