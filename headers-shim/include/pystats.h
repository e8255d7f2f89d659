/* TODO head comment */
#ifndef DOVETAIL_PYSTATS_H
#define DOVETAIL_PYSTATS_H

#endif /* DOVETAIL_PYSTATS_H */
