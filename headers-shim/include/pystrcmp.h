/* TODO head comment */
#ifndef DOVETAIL_PYSTRCMP_H
#define DOVETAIL_PYSTRCMP_H

#endif /* DOVETAIL_PYSTRCMP_H */
