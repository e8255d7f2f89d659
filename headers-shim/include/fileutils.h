/* TODO head comment */
#ifndef DOVETAIL_FILEUTILS_H
#define DOVETAIL_FILEUTILS_H

#ifndef Py_LIMITED_API
#  include "cpython/fileutils.h"
#endif

#endif /* DOVETAIL_FILEUTILS_H */
