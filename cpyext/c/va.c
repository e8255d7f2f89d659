/* Readers of a va_list, called from Rust. */
#include "va.h"

int dovetail_va_int(dovetail_va *va)
{
    return va_arg(va->list, int);
}

long dovetail_va_long(dovetail_va *va)
{
    return va_arg(va->list, long);
}

long long dovetail_va_longlong(dovetail_va *va)
{
    return va_arg(va->list, long long);
}

double dovetail_va_double(dovetail_va *va)
{
    return va_arg(va->list, double);
}

void *dovetail_va_pointer(dovetail_va *va)
{
    return va_arg(va->list, void *);
}
