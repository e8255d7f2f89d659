/* What bindgen reads: the whole family, and the internal structs the runtime itself needs.
   Extensions never include this. */
#ifndef Py_INTERNAL_BINDGEN_H
#define Py_INTERNAL_BINDGEN_H

/* The runtime fills datetime's capsule, and so does not import it. */
#define _PY_DATETIME_IMPL

#include "Python.h"

#include "datetime.h"
#include "dynamic_annotations.h"
#include "errcode.h"
#include "frameobject.h"
#include "marshal.h"
#include "opcode.h"
#include "osdefs.h"
#include "structmember.h"

#include "internal/expat_names.h"
#include "pyexpat.h"

#include "internal/pycore_code.h"
#include "internal/pycore_context.h"
#include "internal/pycore_dict.h"
#include "internal/pycore_frame.h"
#include "internal/pycore_interp_structs.h"
#include "internal/pycore_moduleobject.h"
#include "internal/pycore_object.h"
#include "internal/pycore_tstate.h"

#include "internal/exported.h"

#endif /* Py_INTERNAL_BINDGEN_H */
