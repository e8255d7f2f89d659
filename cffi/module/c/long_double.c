/* What Rust cannot say of `long double`: conversions, the test for zero, and its text. Values are passed by address. */

#include <stdio.h>
#include <string.h>

static long double load(const void *from)
{
    long double value;
    memcpy(&value, from, sizeof value);
    return value;
}

void dovetail_ld_from_double(void *to, double value)
{
    long double wide = value;
    memset(to, 0, sizeof wide);
    memcpy(to, &wide, sizeof wide);
}

double dovetail_ld_to_double(const void *from)
{
    return (double)load(from);
}

int dovetail_ld_is_true(const void *from)
{
    return load(from) != 0.0L;
}

/* As `printf("%LE")` writes it; `room` covers sign, 36 digits and exponent. */
void dovetail_ld_format(const void *from, char *to, size_t room)
{
    snprintf(to, room, "%LE", load(from));
}

/* In Rust: stores a Python object's value at `out`. */
extern void dovetail_cffi_to_long_double(void *object, void *out);

/* The conversion that compiled modules of cffi call. */
long double dovetail_ld_of_object(void *object)
{
    long double value = 0;
    dovetail_cffi_to_long_double(object, &value);
    return value;
}
