/* TODO head comment */
#ifndef DOVETAIL_PYMACRO_H
#define DOVETAIL_PYMACRO_H

#endif /* DOVETAIL_PYMACRO_H */
