/* What a dict's table is made of: keys with their index, and the values of an instance
   that shares its class's keys. */
#ifndef Py_INTERNAL_PYCORE_DICT_H
#define Py_INTERNAL_PYCORE_DICT_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    DICT_KEYS_GENERAL = 0,
    DICT_KEYS_UNICODE = 1,
    DICT_KEYS_SPLIT = 2
} DictKeysKind;

/* What the index says for a slot without an entry. */
#define DKIX_EMPTY (-1)
#define DKIX_DUMMY (-2)
#define DKIX_ERROR (-3)

typedef struct _PyDictViewObject {
    PyObject_HEAD
    PyDictObject *dv_dict;
} _PyDictViewObject;

typedef struct PyDictKeyEntry {
    Py_hash_t me_hash;
    PyObject *me_key;
    PyObject *me_value;
} PyDictKeyEntry;

typedef struct PyDictUnicodeEntry {
    PyObject *me_key;
    PyObject *me_value;
} PyDictUnicodeEntry;

struct _dictkeysobject {
    Py_ssize_t dk_refcnt;
    uint8_t dk_log2_size;
    uint8_t dk_log2_index_bytes;
    uint8_t dk_kind;
    uint32_t dk_version;
    Py_ssize_t dk_usable;
    Py_ssize_t dk_nentries;
    char dk_indices[];
};

struct _dictvalues {
    uint8_t capacity;
    uint8_t size;
    uint8_t embedded;
    uint8_t valid;
    PyObject * values[1];
};

#ifdef __cplusplus
}
#endif

#endif /* Py_INTERNAL_PYCORE_DICT_H */
