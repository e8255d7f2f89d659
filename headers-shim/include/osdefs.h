/* TODO head comment */
#ifndef DOVETAIL_OSDEFS_H
#define DOVETAIL_OSDEFS_H

#define DELIM      58
#define MAXPATHLEN 4096
#define SEP        47

#endif /* DOVETAIL_OSDEFS_H */
