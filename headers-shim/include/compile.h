/* TODO head comment */
#ifndef DOVETAIL_COMPILE_H
#define DOVETAIL_COMPILE_H

#ifdef __cplusplus
extern "C" {
#endif

#define Py_eval_input      258
#define Py_file_input      257
#define Py_func_type_input 345
#define Py_single_input    256

#ifdef __cplusplus
}
#endif

#ifndef Py_LIMITED_API
#  include "cpython/compile.h"
#endif

#endif /* DOVETAIL_COMPILE_H */
