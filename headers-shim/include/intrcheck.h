/* TODO head comment */
#ifndef DOVETAIL_INTRCHECK_H
#define DOVETAIL_INTRCHECK_H

#endif /* DOVETAIL_INTRCHECK_H */
