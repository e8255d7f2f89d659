/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_PYCTYPE_H
#define DOVETAIL_CPYTHON_PYCTYPE_H

#ifdef __cplusplus
extern "C" {
#endif

#ifndef Py_LIMITED_API

#define PY_CTF_ALNUM  7
#define PY_CTF_ALPHA  3
#define PY_CTF_DIGIT  4
#define PY_CTF_LOWER  1
#define PY_CTF_SPACE  8
#define PY_CTF_UPPER  2
#define PY_CTF_XDIGIT 16

#endif /* !Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_PYCTYPE_H */
