/* api: full, limited */
/* The number protocol: every PyNumber_* function. */
#include "support.h"

BOOL1(check, PyNumber_Check)
BOOL1(index_check, PyIndex_Check)
OBJ2(add, PyNumber_Add)
OBJ2(subtract, PyNumber_Subtract)
OBJ2(multiply, PyNumber_Multiply)
OBJ2(matrix_multiply, PyNumber_MatrixMultiply)
OBJ2(floor_divide, PyNumber_FloorDivide)
OBJ2(true_divide, PyNumber_TrueDivide)
OBJ2(remainder_, PyNumber_Remainder)
OBJ2(divmod, PyNumber_Divmod)
OBJ3(power, PyNumber_Power)
OBJ1(negative, PyNumber_Negative)
OBJ1(positive, PyNumber_Positive)
OBJ1(absolute, PyNumber_Absolute)
OBJ1(invert, PyNumber_Invert)
OBJ2(lshift, PyNumber_Lshift)
OBJ2(rshift, PyNumber_Rshift)
OBJ2(and_, PyNumber_And)
OBJ2(xor, PyNumber_Xor)
OBJ2(or_, PyNumber_Or)
OBJ2(inplace_add, PyNumber_InPlaceAdd)
OBJ2(inplace_subtract, PyNumber_InPlaceSubtract)
OBJ2(inplace_multiply, PyNumber_InPlaceMultiply)
OBJ2(inplace_matrix_multiply, PyNumber_InPlaceMatrixMultiply)
OBJ2(inplace_floor_divide, PyNumber_InPlaceFloorDivide)
OBJ2(inplace_true_divide, PyNumber_InPlaceTrueDivide)
OBJ2(inplace_remainder, PyNumber_InPlaceRemainder)
OBJ3(inplace_power, PyNumber_InPlacePower)
OBJ2(inplace_lshift, PyNumber_InPlaceLshift)
OBJ2(inplace_rshift, PyNumber_InPlaceRshift)
OBJ2(inplace_and, PyNumber_InPlaceAnd)
OBJ2(inplace_xor, PyNumber_InPlaceXor)
OBJ2(inplace_or, PyNumber_InPlaceOr)
OBJ1(long_, PyNumber_Long)
OBJ1(float_, PyNumber_Float)
OBJ1(index, PyNumber_Index)
F(to_base) { NEED(2); int base = (int)N(1); ARG_ERROR; return checked(PyNumber_ToBase(A(0), base)); }
F(as_ssize_t) { NEED(2); return status(PyNumber_AsSsize_t(A(0), A(1))); }

static PyMethodDef methods[] = {
    M(check), M(index_check), M(add), M(subtract), M(multiply), M(matrix_multiply), M(floor_divide), M(true_divide), M(remainder_),
    M(divmod), M(power), M(negative), M(positive), M(absolute), M(invert), M(lshift), M(rshift), M(and_), M(xor), M(or_),
    M(inplace_add), M(inplace_subtract), M(inplace_multiply), M(inplace_matrix_multiply), M(inplace_floor_divide),
    M(inplace_true_divide), M(inplace_remainder), M(inplace_power), M(inplace_lshift), M(inplace_rshift), M(inplace_and),
    M(inplace_xor), M(inplace_or), M(long_), M(float_), M(index), M(to_base), M(as_ssize_t), END};

MODULE(capi_number, methods, NULL)
