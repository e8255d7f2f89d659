/* TODO head comment */
#ifndef DOVETAIL_SYSMODULE_H
#define DOVETAIL_SYSMODULE_H

#endif /* DOVETAIL_SYSMODULE_H */
