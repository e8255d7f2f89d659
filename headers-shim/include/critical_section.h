/* TODO head comment */
#ifndef DOVETAIL_CRITICAL_SECTION_H
#define DOVETAIL_CRITICAL_SECTION_H

#ifndef Py_LIMITED_API
#  include "cpython/critical_section.h"
#endif

#endif /* DOVETAIL_CRITICAL_SECTION_H */
