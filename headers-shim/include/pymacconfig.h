/* Corrections of pyconfig.h for universal binaries on Apple systems.  Dovetail runs on
   Linux only, so nothing needs correcting; the file exists for code that names it. */
#ifndef DOVETAIL_PYMACCONFIG_H
#define DOVETAIL_PYMACCONFIG_H

#endif /* DOVETAIL_PYMACCONFIG_H */
