/* str's structs (PEP 393) and what reads them. */
#ifndef DOVETAIL_CPYTHON_UNICODEOBJECT_H
#define DOVETAIL_CPYTHON_UNICODEOBJECT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef wchar_t PY_UNICODE_TYPE;
typedef wchar_t Py_UNICODE;
struct _PyUnicodeObject_state {
    unsigned int interned: 2;
    unsigned int kind: 3;
    unsigned int compact: 1;
    unsigned int ascii: 1;
    unsigned int statically_allocated: 1;
    unsigned int : 24;
};

typedef struct PyASCIIObject {
    PyObject_HEAD
    Py_ssize_t length;
    Py_hash_t hash;
    struct _PyUnicodeObject_state state;
} PyASCIIObject;

typedef struct PyCompactUnicodeObject {
    PyASCIIObject _base;
    Py_ssize_t utf8_length;
    char *utf8;
} PyCompactUnicodeObject;

typedef struct PyUnicodeObject {
    PyCompactUnicodeObject _base;
    union {
        void *any;
        Py_UCS1 *latin1;
        Py_UCS2 *ucs2;
        Py_UCS4 *ucs4;
    } data;
} PyUnicodeObject;

typedef struct _PyUnicodeWriter {
    PyObject *buffer;
    void *data;
    int kind;
    Py_UCS4 maxchar;
    Py_ssize_t size;
    Py_ssize_t pos;
    Py_ssize_t min_length;
    Py_UCS4 min_char;
    unsigned char overallocate;
    unsigned char readonly;
} _PyUnicodeWriter;

typedef struct PyUnicodeWriter PyUnicodeWriter;
typedef struct PyUnicodeWriter PyUnicodeWriter;

enum PyUnicode_Kind {
    PyUnicode_1BYTE_KIND = 1,
    PyUnicode_2BYTE_KIND = 2,
    PyUnicode_4BYTE_KIND = 4
};

#define SSTATE_INTERNED_IMMORTAL        2
#define SSTATE_INTERNED_IMMORTAL_STATIC 3
#define SSTATE_INTERNED_MORTAL          1
#define SSTATE_NOT_INTERNED             0

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_UNICODEOBJECT_H */
