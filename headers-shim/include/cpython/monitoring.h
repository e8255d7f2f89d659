/* Events that an extension fires as if its code were Python's (PEP 669).  A state is one
   byte of "somebody listens" with one of the runtime's; firing costs a test when nobody
   does.  All give 0, or -1 with an exception set. */
#ifndef Py_CPYTHON_MONITORING_H
#define Py_CPYTHON_MONITORING_H

#ifdef __cplusplus
extern "C" {
#endif

#define PY_MONITORING_EVENT_PY_START          0
#define PY_MONITORING_EVENT_PY_RESUME         1
#define PY_MONITORING_EVENT_PY_RETURN         2
#define PY_MONITORING_EVENT_PY_YIELD          3
#define PY_MONITORING_EVENT_CALL              4
#define PY_MONITORING_EVENT_LINE              5
#define PY_MONITORING_EVENT_INSTRUCTION       6
#define PY_MONITORING_EVENT_JUMP              7
#define PY_MONITORING_EVENT_BRANCH_LEFT       8
#define PY_MONITORING_EVENT_BRANCH_RIGHT      9
#define PY_MONITORING_EVENT_STOP_ITERATION    10
#define PY_MONITORING_EVENT_RAISE             11
#define PY_MONITORING_EVENT_EXCEPTION_HANDLED 12
#define PY_MONITORING_EVENT_PY_UNWIND         13
#define PY_MONITORING_EVENT_PY_THROW          14
#define PY_MONITORING_EVENT_RERAISE           15
#define PY_MONITORING_EVENT_C_RETURN          16
#define PY_MONITORING_EVENT_C_RAISE           17
#define PY_MONITORING_EVENT_BRANCH            18
#define PY_MONITORING_IS_INSTRUMENTED_EVENT(ev) ((ev) <= PY_MONITORING_EVENT_STOP_ITERATION)

typedef struct _PyMonitoringState {
    uint8_t active;
    uint8_t opaque;
} PyMonitoringState;
PyAPI_FUNC(int) PyMonitoring_EnterScope(
    PyMonitoringState *, uint64_t *, const uint8_t *, Py_ssize_t);
PyAPI_FUNC(int) PyMonitoring_ExitScope(void);
Py_DEPRECATED(3.14) PyAPI_FUNC(int) _PyMonitoring_FireBranchEvent(
    PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireBranchLeftEvent(
    PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireBranchRightEvent(
    PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireCRaiseEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FireCReturnEvent(
    PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireCallEvent(
    PyMonitoringState *, PyObject *, int32_t, PyObject *, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireExceptionHandledEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FireJumpEvent(PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireLineEvent(PyMonitoringState *, PyObject *, int32_t, int);
PyAPI_FUNC(int) _PyMonitoring_FirePyResumeEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FirePyReturnEvent(
    PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FirePyStartEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FirePyThrowEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FirePyUnwindEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FirePyYieldEvent(
    PyMonitoringState *, PyObject *, int32_t, PyObject *);
PyAPI_FUNC(int) _PyMonitoring_FireRaiseEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FireReraiseEvent(PyMonitoringState *, PyObject *, int32_t);
PyAPI_FUNC(int) _PyMonitoring_FireStopIterationEvent(
    PyMonitoringState *, PyObject *, int32_t, PyObject *);

static inline int PyMonitoring_FireBranchLeftEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset, PyObject *target)
{
    return state->active ? _PyMonitoring_FireBranchLeftEvent(state, code, offset, target) : 0;
}

static inline int PyMonitoring_FireBranchRightEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset, PyObject *target)
{
    return state->active ? _PyMonitoring_FireBranchRightEvent(state, code, offset, target) : 0;
}

static inline int PyMonitoring_FireCRaiseEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset)
{
    return state->active ? _PyMonitoring_FireCRaiseEvent(state, code, offset) : 0;
}

static inline int PyMonitoring_FireCReturnEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset, PyObject *result)
{
    return state->active ? _PyMonitoring_FireCReturnEvent(state, code, offset, result) : 0;
}

static inline int PyMonitoring_FireCallEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset, PyObject *callable, PyObject *arg0)
{
    return state->active ? _PyMonitoring_FireCallEvent(state, code, offset, callable, arg0) : 0;
}

static inline int PyMonitoring_FireExceptionHandledEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset)
{
    return state->active ? _PyMonitoring_FireExceptionHandledEvent(state, code, offset) : 0;
}

static inline int PyMonitoring_FireJumpEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset, PyObject *target)
{
    return state->active ? _PyMonitoring_FireJumpEvent(state, code, offset, target) : 0;
}

static inline int PyMonitoring_FireLineEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset, int lineno)
{
    return state->active ? _PyMonitoring_FireLineEvent(state, code, offset, lineno) : 0;
}

static inline int PyMonitoring_FirePyResumeEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset)
{
    return state->active ? _PyMonitoring_FirePyResumeEvent(state, code, offset) : 0;
}

static inline int PyMonitoring_FirePyReturnEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset, PyObject *result)
{
    return state->active ? _PyMonitoring_FirePyReturnEvent(state, code, offset, result) : 0;
}

static inline int PyMonitoring_FirePyStartEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset)
{
    return state->active ? _PyMonitoring_FirePyStartEvent(state, code, offset) : 0;
}

static inline int PyMonitoring_FirePyThrowEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset)
{
    return state->active ? _PyMonitoring_FirePyThrowEvent(state, code, offset) : 0;
}

static inline int PyMonitoring_FirePyUnwindEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset)
{
    return state->active ? _PyMonitoring_FirePyUnwindEvent(state, code, offset) : 0;
}

static inline int PyMonitoring_FirePyYieldEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset, PyObject *result)
{
    return state->active ? _PyMonitoring_FirePyYieldEvent(state, code, offset, result) : 0;
}

static inline int PyMonitoring_FireRaiseEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset)
{
    return state->active ? _PyMonitoring_FireRaiseEvent(state, code, offset) : 0;
}

static inline int PyMonitoring_FireReraiseEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset)
{
    return state->active ? _PyMonitoring_FireReraiseEvent(state, code, offset) : 0;
}

static inline int PyMonitoring_FireStopIterationEvent(
    PyMonitoringState *state, PyObject *code, int32_t offset, PyObject *value)
{
    return state->active ? _PyMonitoring_FireStopIterationEvent(state, code, offset, value) : 0;
}

#ifdef __cplusplus
}
#endif

#endif /* Py_CPYTHON_MONITORING_H */
