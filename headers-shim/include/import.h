/* TODO head comment */
#ifndef DOVETAIL_IMPORT_H
#define DOVETAIL_IMPORT_H

#ifndef Py_LIMITED_API
#  include "cpython/import.h"
#endif

#endif /* DOVETAIL_IMPORT_H */
