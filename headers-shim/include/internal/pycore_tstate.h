/* The part of a thread's state that follows the public struct. */
#ifndef Py_INTERNAL_PYCORE_TSTATE_H
#define Py_INTERNAL_PYCORE_TSTATE_H

#include "internal/pycore_llist.h"

#ifdef __cplusplus
extern "C" {
#endif

struct _qsbr_thread_state;

typedef struct _PyThreadStateImpl {
    PyThreadState base;
    Py_ssize_t refcount;
    uintptr_t c_stack_top;
    uintptr_t c_stack_soft_limit;
    uintptr_t c_stack_hard_limit;
    PyObject *asyncio_running_loop;
    PyObject *asyncio_running_task;
    struct llist_node asyncio_tasks_head;
    struct _qsbr_thread_state *qsbr;
    struct llist_node mem_free_queue;
    uintptr_t c_stack_init_base;
    uintptr_t c_stack_init_top;
} _PyThreadStateImpl;

#ifdef __cplusplus
}
#endif

#endif /* Py_INTERNAL_PYCORE_TSTATE_H */
