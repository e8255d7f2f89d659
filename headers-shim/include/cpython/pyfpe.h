/* Protection against floating point exceptions, which has done nothing since 3.7. */
#ifndef Py_PYFPE_H
#define Py_PYFPE_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

#define PyFPE_START_PROTECT(err_string, leave_stmt)
#define PyFPE_END_PROTECT(v)

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* Py_PYFPE_H */
