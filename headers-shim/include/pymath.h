/* TODO head comment */
#ifndef DOVETAIL_PYMATH_H
#define DOVETAIL_PYMATH_H

#endif /* DOVETAIL_PYMATH_H */
