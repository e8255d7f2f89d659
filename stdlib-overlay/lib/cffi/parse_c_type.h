/* The tables that a compiled module hands to its backend. The layout is the one that every _cffi_backend of version 1.0 and
   later reads. */

#ifndef _CFFI_TABLES
#define _CFFI_TABLES

/* An operation in the low byte, its argument above; a word with an even number is the address of a finished type. */
typedef void *_cffi_opcode_t;

#define _CFFI_OP(operation, argument)  ((_cffi_opcode_t)((operation) | ((uintptr_t)(argument) << 8)))
#define _CFFI_GETOP(word)              ((unsigned char)(uintptr_t)(word))
#define _CFFI_GETARG(word)             ((intptr_t)(word) >> 8)

enum {
    _CFFI_OP_PRIMITIVE = 1,
    _CFFI_OP_POINTER = 3,
    _CFFI_OP_ARRAY = 5,
    _CFFI_OP_OPEN_ARRAY = 7,
    _CFFI_OP_STRUCT_UNION = 9,
    _CFFI_OP_ENUM = 11,
    _CFFI_OP_FUNCTION = 13,
    _CFFI_OP_FUNCTION_END = 15,
    _CFFI_OP_NOOP = 17,
    _CFFI_OP_BITFIELD = 19,
    _CFFI_OP_TYPENAME = 21,
    _CFFI_OP_CPYTHON_BLTN_V = 23,
    _CFFI_OP_CPYTHON_BLTN_N = 25,
    _CFFI_OP_CPYTHON_BLTN_O = 27,
    _CFFI_OP_CONSTANT = 29,
    _CFFI_OP_CONSTANT_INT = 31,
    _CFFI_OP_GLOBAL_VAR = 33,
    _CFFI_OP_DLOPEN_FUNC = 35,
    _CFFI_OP_DLOPEN_CONST = 37,
    _CFFI_OP_GLOBAL_VAR_F = 39,
    _CFFI_OP_EXTERN_PYTHON = 41,
};

enum {
    _CFFI_PRIM_VOID = 0,
    _CFFI_PRIM_BOOL = 1,
    _CFFI_PRIM_CHAR = 2,
    _CFFI_PRIM_SCHAR = 3,
    _CFFI_PRIM_UCHAR = 4,
    _CFFI_PRIM_SHORT = 5,
    _CFFI_PRIM_USHORT = 6,
    _CFFI_PRIM_INT = 7,
    _CFFI_PRIM_UINT = 8,
    _CFFI_PRIM_LONG = 9,
    _CFFI_PRIM_ULONG = 10,
    _CFFI_PRIM_LONGLONG = 11,
    _CFFI_PRIM_ULONGLONG = 12,
    _CFFI_PRIM_FLOAT = 13,
    _CFFI_PRIM_DOUBLE = 14,
    _CFFI_PRIM_LONGDOUBLE = 15,
    _CFFI_PRIM_WCHAR = 16,
    _CFFI_PRIM_INT8 = 17,
    _CFFI_PRIM_UINT8 = 18,
    _CFFI_PRIM_INT16 = 19,
    _CFFI_PRIM_UINT16 = 20,
    _CFFI_PRIM_INT32 = 21,
    _CFFI_PRIM_UINT32 = 22,
    _CFFI_PRIM_INT64 = 23,
    _CFFI_PRIM_UINT64 = 24,
    _CFFI_PRIM_INTPTR = 25,
    _CFFI_PRIM_UINTPTR = 26,
    _CFFI_PRIM_PTRDIFF = 27,
    _CFFI_PRIM_SIZE = 28,
    _CFFI_PRIM_SSIZE = 29,
    _CFFI_PRIM_INT_LEAST8 = 30,
    _CFFI_PRIM_UINT_LEAST8 = 31,
    _CFFI_PRIM_INT_LEAST16 = 32,
    _CFFI_PRIM_UINT_LEAST16 = 33,
    _CFFI_PRIM_INT_LEAST32 = 34,
    _CFFI_PRIM_UINT_LEAST32 = 35,
    _CFFI_PRIM_INT_LEAST64 = 36,
    _CFFI_PRIM_UINT_LEAST64 = 37,
    _CFFI_PRIM_INT_FAST8 = 38,
    _CFFI_PRIM_UINT_FAST8 = 39,
    _CFFI_PRIM_INT_FAST16 = 40,
    _CFFI_PRIM_UINT_FAST16 = 41,
    _CFFI_PRIM_INT_FAST32 = 42,
    _CFFI_PRIM_UINT_FAST32 = 43,
    _CFFI_PRIM_INT_FAST64 = 44,
    _CFFI_PRIM_UINT_FAST64 = 45,
    _CFFI_PRIM_INTMAX = 46,
    _CFFI_PRIM_UINTMAX = 47,
    _CFFI_PRIM_FLOATCOMPLEX = 48,
    _CFFI_PRIM_DOUBLECOMPLEX = 49,
    _CFFI_PRIM_CHAR16 = 50,
    _CFFI_PRIM_CHAR32 = 51,
    _CFFI__NUM_PRIM
};
#define _CFFI__UNKNOWN_PRIM          (-1)
#define _CFFI__UNKNOWN_FLOAT_PRIM    (-2)
#define _CFFI__UNKNOWN_LONG_DOUBLE   (-3)
#define _CFFI__IO_FILE_STRUCT        (-1)

/* A name of the module's `lib`. */
struct _cffi_global_s {
    const char *name;
    void *address;
    _cffi_opcode_t type_op;
    void *size_or_direct_fn;        /* a variable's size (0: unknown), a function's plain C form */
};

/* What a function that tells an integer constant gets from old backends. */
struct _cffi_getconst_s {
    unsigned long long value;
    const struct _cffi_type_context_s *ctx;
    int gindex;
};

struct _cffi_struct_union_s {
    const char *name;
    int type_index;                 /* into types, at a STRUCT_UNION */
    int flags;
    size_t size;
    int alignment;
    int first_field_index;          /* into fields */
    int num_fields;
};
#define _CFFI_F_UNION         0x01
#define _CFFI_F_CHECK_FIELDS  0x02  /* all fields are declared: they must lie where C puts them */
#define _CFFI_F_PACKED        0x04  /* without gaps */
#define _CFFI_F_EXTERNAL      0x08  /* an included module has it */
#define _CFFI_F_OPAQUE        0x10

struct _cffi_field_s {
    const char *name;
    size_t field_offset;
    size_t field_size;
    _cffi_opcode_t field_type_op;
};

struct _cffi_enum_s {
    const char *name;
    int type_index;                 /* into types, at an ENUM */
    int type_prim;
    const char *enumerators;        /* names with commas between */
};

struct _cffi_typename_s {
    const char *name;
    int type_index;
};

/* The whole: each table is sorted by name, but types and fields. */
struct _cffi_type_context_s {
    _cffi_opcode_t *types;
    const struct _cffi_global_s *globals;
    const struct _cffi_field_s *fields;
    const struct _cffi_struct_union_s *struct_unions;
    const struct _cffi_enum_s *enums;
    const struct _cffi_typename_s *typenames;
    int num_globals;
    int num_struct_unions;
    int num_enums;
    int num_typenames;
    const char *const *includes;
    int num_types;
    int flags;                      /* 1: has extern "Python" */
};

/* A text that is to become a type. */
struct _cffi_parse_info_s {
    const struct _cffi_type_context_s *ctx;
    _cffi_opcode_t *output;
    unsigned int output_size;
    size_t error_location;
    const char *error_message;
};

/* A function that is written in Python. */
struct _cffi_externpy_s {
    const char *name;
    size_t size_of_result;
    void *reserved1, *reserved2;
};

#endif
