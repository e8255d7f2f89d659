/* TODO head comment */
#ifndef DOVETAIL_CODECS_H
#define DOVETAIL_CODECS_H

#endif /* DOVETAIL_CODECS_H */
