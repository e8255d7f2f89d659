/* The buffer protocol (PEP 3118). */
#ifndef DOVETAIL_PYBUFFER_H
#define DOVETAIL_PYBUFFER_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Py_buffer {
    void *buf;
    PyObject *obj;
    Py_ssize_t len;
    Py_ssize_t itemsize;
    int readonly;
    int ndim;
    char *format;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    Py_ssize_t *suboffsets;
    void *internal;
} Py_buffer;

typedef int (*getbufferproc)(PyObject *, Py_buffer *, int);
typedef void (*releasebufferproc)(PyObject *, Py_buffer *);
#define PyBUF_ANY_CONTIGUOUS 0x98
#define PyBUF_CONTIG         9
#define PyBUF_CONTIG_RO      8
#define PyBUF_C_CONTIGUOUS   0x38
#define PyBUF_FORMAT         4
#define PyBUF_FULL           0x11d
#define PyBUF_FULL_RO        0x11c
#define PyBUF_F_CONTIGUOUS   0x58
#define PyBUF_INDIRECT       0x118
#define PyBUF_MAX_NDIM       0x40
#define PyBUF_ND             8
#define PyBUF_READ           0x100
#define PyBUF_RECORDS        0x1d
#define PyBUF_RECORDS_RO     0x1c
#define PyBUF_SIMPLE         0
#define PyBUF_STRIDED        0x19
#define PyBUF_STRIDED_RO     0x18
#define PyBUF_STRIDES        0x18
#define PyBUF_WRITABLE       1
#define PyBUF_WRITE          0x200
#define PyBUF_WRITEABLE      1

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_PYBUFFER_H */
