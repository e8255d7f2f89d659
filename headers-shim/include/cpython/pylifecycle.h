/* TODO head comment */
#ifndef DOVETAIL_CPYTHON_PYLIFECYCLE_H
#define DOVETAIL_CPYTHON_PYLIFECYCLE_H

#ifdef __cplusplus
extern "C" {
#endif

#define PyInterpreterConfig_DEFAULT_GIL                           0
#define PyInterpreterConfig_OWN_GIL                               2
#define PyInterpreterConfig_SHARED_GIL                            1
#define _PyInterpreterConfig_LEGACY_CHECK_MULTI_INTERP_EXTENSIONS 0
typedef void (*atexit_datacallbackfunc)(void *);
typedef struct PyInterpreterConfig {
    int use_main_obmalloc;
    int allow_fork;
    int allow_exec;
    int allow_threads;
    int allow_daemon_threads;
    int check_multi_interp_extensions;
    int gil;
} PyInterpreterConfig;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_CPYTHON_PYLIFECYCLE_H */
