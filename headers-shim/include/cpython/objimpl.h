/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_OBJIMPL_H
#define DOVETAIL_CPYTHON_OBJIMPL_H

#ifdef __cplusplus
extern "C" {
#endif

typedef int (*gcvisitobjects_t)(PyObject *, void *);
typedef struct PyObjectArenaAllocator {
    void *ctx;
    void *(*alloc)(void *, size_t);
    void (*free)(void *, void *, size_t);
} PyObjectArenaAllocator;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_OBJIMPL_H */
