/* Tuples with named fields. */
#ifndef DOVETAIL_STRUCTSEQ_H
#define DOVETAIL_STRUCTSEQ_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PyStructSequence_Field {
    const char *name;
    const char *doc;
} PyStructSequence_Field;

typedef struct PyStructSequence_Desc {
    const char *name;
    const char *doc;
    PyStructSequence_Field *fields;
    int n_in_sequence;
} PyStructSequence_Desc;

typedef PyTupleObject PyStructSequence;

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_STRUCTSEQ_H */
