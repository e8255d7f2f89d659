/* What may be called before Python is initialized, and settings that it takes over from then. */
#include "support.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* Exported, and in no header any more. */
void PySys_AddWarnOption(const wchar_t *);
void PySys_AddXOption(const wchar_t *);

int main(void)
{
    plain_output();
    printf("%.5s %s\n", Py_GetVersion(), Py_GetPlatform());
    printf("%d %d %d\n", strlen(Py_GetCopyright()) > 20, Py_GetCompiler()[0] == '[', strlen(Py_GetBuildInfo()) > 0);
    printf("%d %d %d\n", Py_IsInitialized(), Py_IsFinalizing(), PyGILState_Check());
    printf("%d %d\n", PyThreadState_GetUnchecked() == NULL, PyGILState_GetThisThreadState() == NULL);
    void *raw = PyMem_RawMalloc(100);
    raw = PyMem_RawRealloc(raw, 200);
    printf("%d\n", raw != NULL);
    PyMem_RawFree(raw);
    size_t size = 0;
    wchar_t *wide = Py_DecodeLocale("cafe", &size);
    printf("%d %d\n", (int)size, (int)wcslen(wide));
    PyMem_RawFree(wide);
    PySys_AddWarnOption(L"ignore::ResourceWarning");
    PySys_AddXOption(L"before=yes");
    PySys_AddXOption(L"alone");
    Py_Initialize();
    run("import sys; print(sys.warnoptions, sys._xoptions)");
    printf("%.5s %s\n", Py_GetVersion(), Py_GetPlatform());
    Py_Finalize();
    printf("%.5s %s\n", Py_GetVersion(), Py_GetPlatform());
    Py_Initialize();
    run("import sys; print(sys.warnoptions, sys._xoptions)");
    return Py_FinalizeEx();
}
