/* Corrections of pyconfig.h for universal binaries on Apple systems.  Dovetail runs on
   Linux only, so nothing needs correcting; the file exists for code that names it. */
#ifndef PY_MACCONFIG_H
#define PY_MACCONFIG_H

#endif /* PY_MACCONFIG_H */
