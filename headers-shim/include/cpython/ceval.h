/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_CEVAL_H
#define DOVETAIL_CPYTHON_CEVAL_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PerfMapState {
    FILE *perf_map;
    PyThread_type_lock map_lock;
} PerfMapState;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_CEVAL_H */
