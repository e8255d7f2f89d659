/* module_search_paths set by the program: exactly these are sys.path. */
#include "support.h"

static wchar_t *entries[16];

int main(void)
{
    plain_output();
    /* Ask a first interpreter where the library is. */
    Py_Initialize();
    PyObject *path = PySys_GetObject("path");
    Py_ssize_t n = PyList_Size(path);
    for (Py_ssize_t i = 0; i < n && i < 16; i++)
        entries[i] = PyUnicode_AsWideCharString(PyList_GetItem(path, i), NULL);
    Py_FinalizeEx();

    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.module_search_paths_set = 1;
    for (Py_ssize_t i = 0; i < 3; i++)
        PyWideStringList_Append(&config.module_search_paths, entries[i]);
    PyWideStringList_Append(&config.module_search_paths, L"/my/modules");
    show_status("init", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    run("import sys; print(len(sys.path), sys.path[-1], 'site' in sys.modules)");
    run("import bisect; print(bisect.__name__)");
    printf("path: %d\n", wcsstr(Py_GetPath(), L":/my/modules") != NULL);
    return Py_FinalizeEx();
}
