/* The capsule through which pyexpat offers its Expat library to other extensions. */
#ifndef DOVETAIL_PYEXPAT_H
#define DOVETAIL_PYEXPAT_H

#include <stdint.h>
#ifdef DOVETAIL_BINDGEN
/* Names of Expat's own header, which is not needed to lay out the capsule. */
struct XML_ParserStruct;
typedef struct XML_ParserStruct *XML_Parser;
typedef char XML_Char;
typedef char XML_LChar;
typedef unsigned char XML_Bool;
typedef unsigned long XML_Size;
enum XML_Error { XML_ERROR_NONE };
enum XML_Status { XML_STATUS_ERROR, XML_STATUS_OK, XML_STATUS_SUSPENDED };
typedef struct XML_Memory_Handling_Suite XML_Memory_Handling_Suite;
typedef struct XML_Encoding XML_Encoding;
typedef void (*XML_CharacterDataHandler)(void *, const XML_Char *, int);
typedef void (*XML_CommentHandler)(void *, const XML_Char *);
typedef void (*XML_DefaultHandler)(void *, const XML_Char *, int);
typedef void (*XML_StartElementHandler)(void *, const XML_Char *, const XML_Char **);
typedef void (*XML_EndElementHandler)(void *, const XML_Char *);
typedef void (*XML_StartNamespaceDeclHandler)(void *, const XML_Char *, const XML_Char *);
typedef void (*XML_EndNamespaceDeclHandler)(void *, const XML_Char *);
typedef void (*XML_ProcessingInstructionHandler)(void *, const XML_Char *, const XML_Char *);
typedef int (*XML_UnknownEncodingHandler)(void *, const XML_Char *, XML_Encoding *);
typedef void (*XML_StartDoctypeDeclHandler)(void *, const XML_Char *, const XML_Char *,
                                            const XML_Char *, int);
typedef void (*XML_EndDoctypeDeclHandler)(void *);
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define PyExpat_CAPI_MAGIC   "pyexpat.expat_CAPI 1.1"
#define PyExpat_CAPSULE_NAME "pyexpat.expat_CAPI"
struct PyExpat_CAPI {
    char *magic;
    int size;
    int MAJOR_VERSION;
    int MINOR_VERSION;
    int MICRO_VERSION;
    const XML_LChar *(*ErrorString)(enum XML_Error);
    enum XML_Error (*GetErrorCode)(XML_Parser);
    XML_Size (*GetErrorColumnNumber)(XML_Parser);
    XML_Size (*GetErrorLineNumber)(XML_Parser);
    enum XML_Status (*Parse)(XML_Parser, const char *, int, int);
    XML_Parser (*ParserCreate_MM)(const XML_Char *, const XML_Memory_Handling_Suite *, const XML_Char *);
    void (*ParserFree)(XML_Parser);
    void (*SetCharacterDataHandler)(XML_Parser, XML_CharacterDataHandler);
    void (*SetCommentHandler)(XML_Parser, XML_CommentHandler);
    void (*SetDefaultHandlerExpand)(XML_Parser, XML_DefaultHandler);
    void (*SetElementHandler)(XML_Parser, XML_StartElementHandler, XML_EndElementHandler);
    void (*SetNamespaceDeclHandler)(XML_Parser, XML_StartNamespaceDeclHandler, XML_EndNamespaceDeclHandler);
    void (*SetProcessingInstructionHandler)(XML_Parser, XML_ProcessingInstructionHandler);
    void (*SetUnknownEncodingHandler)(XML_Parser, XML_UnknownEncodingHandler, void *);
    void (*SetUserData)(XML_Parser, void *);
    void (*SetStartDoctypeDeclHandler)(XML_Parser, XML_StartDoctypeDeclHandler);
    enum XML_Status (*SetEncoding)(XML_Parser, const XML_Char *);
    int (*DefaultUnknownEncodingHandler)(void *, const XML_Char *, XML_Encoding *);
    int (*SetHashSalt)(XML_Parser, unsigned long);
    XML_Bool (*SetReparseDeferralEnabled)(XML_Parser, XML_Bool);
    XML_Bool (*SetAllocTrackerActivationThreshold)(XML_Parser, unsigned long long);
    XML_Bool (*SetAllocTrackerMaximumAmplification)(XML_Parser, float);
    XML_Bool (*SetBillionLaughsAttackProtectionActivationThreshold)(XML_Parser, unsigned long long);
    XML_Bool (*SetBillionLaughsAttackProtectionMaximumAmplification)(XML_Parser, float);
    XML_Bool (*SetHashSalt16Bytes)(XML_Parser, const uint8_t *);
};

#ifdef __cplusplus
}
#endif

#endif /* DOVETAIL_PYEXPAT_H */
