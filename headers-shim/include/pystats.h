/* Counting of reference operations, which exists only in special builds of CPython: here
   the counters cost and count nothing. */
#ifndef Py_PYSTATS_H
#define Py_PYSTATS_H

#ifdef __cplusplus
extern "C" {
#endif

#define _Py_INCREF_STAT_INC()          ((void)0)
#define _Py_DECREF_STAT_INC()          ((void)0)
#define _Py_INCREF_IMMORTAL_STAT_INC() ((void)0)
#define _Py_DECREF_IMMORTAL_STAT_INC() ((void)0)

#ifdef __cplusplus
}
#endif

#endif /* Py_PYSTATS_H */
