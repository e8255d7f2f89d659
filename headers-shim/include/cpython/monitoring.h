/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_MONITORING_H
#define DOVETAIL_CPYTHON_MONITORING_H

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
typedef struct _PyMonitoringState {
    uint8_t active;
    uint8_t opaque;
} PyMonitoringState;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_MONITORING_H */
