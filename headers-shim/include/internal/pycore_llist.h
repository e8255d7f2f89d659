/* A node of a doubly linked ring. */
#ifndef DOVETAIL_INTERNAL_PYCORE_LLIST_H
#define DOVETAIL_INTERNAL_PYCORE_LLIST_H

#ifdef __cplusplus
extern "C" {
#endif

struct llist_node {
    struct llist_node *next;
    struct llist_node *prev;
};

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_INTERNAL_PYCORE_LLIST_H */
