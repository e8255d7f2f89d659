/* TODO head comment */
#ifndef DOVETAIL_DYNAMIC_ANNOTATIONS_H
#define DOVETAIL_DYNAMIC_ANNOTATIONS_H

#ifdef __cplusplus
extern "C" {
#endif

#define DYNAMIC_ANNOTATIONS_ENABLED 0

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_DYNAMIC_ANNOTATIONS_H */
