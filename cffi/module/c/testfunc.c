/* The functions behind `_cffi_backend._testfunc(n)`: one for each shape of call that a test of the module wants. */

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

struct byte_short { unsigned char a1; short a2; };
struct two_ints { int a1, a2; };
struct one_double { double a1; };
struct three_ints { int a1, a2, a3; };
struct one_float { float a1; };
struct float_int { float a1; int a2; };
struct two_floats { float a1, a2; };
struct int_float { int a1; float a2; };
struct ten_named { int a, b, c, d, e, f, g, h, i, j; };
struct ten_array { int a[10]; };

static char add_chars(char a, char b) { return (char)(a + b); }
static long add_int_long(int a, long b) { return a + b; }
static long long add_long_longs(long long a, long long b) { return a + b; }
static double add_float_double(float a, double b) { return a + b; }
static float add_to_float(float a, double b) { return (float)(a + b); }
static void raise_errno(void) { errno += 15; }

static int *thousand_less(int *x)
{
    static int y;
    y = *x - 1000;
    return &y;
}

static short sum_of_byte_short(struct byte_short s) { return (short)(s.a1 + s.a2); }

static int sum_of_variadic(int count, ...)
{
    va_list rest;
    int total = 0;
    va_start(rest, count);
    while (count-- > 0) {
        int value = va_arg(rest, int);
        /* Zero stands out, so that a lost argument shows. */
        total += value != 0 ? value : -66666666;
    }
    va_end(rest);
    return total;
}

static struct byte_short make_byte_short(int n)
{
    struct byte_short s = { (unsigned char)n, (short)(n * n) };
    return s;
}

static struct two_ints make_two_ints(int n)
{
    struct two_ints s = { n, n * n };
    return s;
}

static struct one_double make_one_double(int n)
{
    struct one_double s = { n };
    return s;
}

static struct three_ints make_three_ints(int n)
{
    struct three_ints s = { n, n * n, n * n * n };
    return s;
}

static struct one_float make_one_float(int n)
{
    struct one_float s = { (float)n };
    return s;
}

static struct float_int make_float_int(int n)
{
    struct float_int s = { (float)n, n * n };
    return s;
}

static struct two_floats make_two_floats(int n)
{
    struct two_floats s = { (float)n, -(float)n };
    return s;
}

static struct int_float make_int_float(int n)
{
    struct int_float s = { n, (float)n * (float)n };
    return s;
}

static int sum_behind_int_float(struct int_float *p) { return p->a1 + (int)p->a2; }

static long double iterate_long_double(long double x, int count)
{
    while (count-- > 0)
        x = 4 * x - x * x;
    return x;
}

static short sum_behind_byte_short(struct byte_short *p) { return (short)(p->a1 + p->a2); }

static int weigh_ten(struct ten_named s)
{
    return s.a + 2 * s.b + 4 * s.c + 8 * s.d + 16 * s.e + 32 * s.f + 64 * s.g + 128 * s.h + 256 * s.i + 512 * s.j;
}

static struct ten_array subtract_ten(struct ten_array s1, struct ten_array s2)
{
    struct ten_array s;
    for (int i = 0; i < 10; i++)
        s.a[i] = s1.a[i] - s2.a[i];
    return s;
}

static int first_char(char *p) { return p ? 1000 * p[0] : -42; }

void *dovetail_cffi_testfunc(int n)
{
    switch (n) {
    case 0: return (void *)add_chars;
    case 1: return (void *)add_int_long;
    case 2: return (void *)add_long_longs;
    case 3: return (void *)add_float_double;
    case 4: return (void *)add_to_float;
    case 5: return (void *)raise_errno;
    case 6: return (void *)thousand_less;
    case 7: return (void *)sum_of_byte_short;
    case 8: return (void *)stderr;
    case 9: return (void *)sum_of_variadic;
    case 10: return (void *)make_byte_short;
    case 11: return (void *)make_two_ints;
    case 12: return (void *)make_one_double;
    case 13: return (void *)make_three_ints;
    case 14: return (void *)make_one_float;
    case 15: return (void *)make_float_int;
    case 16: return (void *)make_two_floats;
    case 17: return (void *)make_int_float;
    case 18: return (void *)sum_behind_int_float;
    case 19: return (void *)iterate_long_double;
    case 20: return (void *)sum_behind_byte_short;
    case 21: return (void *)weigh_ten;
    case 22: return (void *)subtract_ten;
    case 23: return (void *)first_char;
    default: return NULL;
    }
}
