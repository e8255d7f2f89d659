/* A started va_list that Rust reads through the functions of va.c. */
#ifndef DOVETAIL_VA_H
#define DOVETAIL_VA_H

#include <stdarg.h>

typedef struct {
    va_list list;
} dovetail_va;

#endif
