/* TODO head comment */
#ifndef DOVETAIL_OSMODULE_H
#define DOVETAIL_OSMODULE_H

#endif /* DOVETAIL_OSMODULE_H */
