/* api: full, limited */
/* What the command line and the environment set, as C reads it: flags, paths, options; and sys.argv, sys.path,
   sys.warnoptions and the standard streams written from C. */
#include "support.h"
#include <marshal.h>
#include <stdio.h>
#include <wchar.h>
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* Exported, but declared by no public header of 3.14. */
PyAPI_FUNC(void) PySys_AddWarnOption(const wchar_t *);
PyAPI_FUNC(void) PySys_AddWarnOptionUnicode(PyObject *);
PyAPI_FUNC(void) PySys_AddXOption(const wchar_t *);
PyAPI_FUNC(int) PySys_HasWarnOptions(void);
PyAPI_FUNC(void) PySys_SetPath(const wchar_t *);

static PyObject *wide(const wchar_t *s) { return s ? PyUnicode_FromWideChar(s, -1) : Py_NewRef(Py_None); }
F(paths)
{
    NEED(0);
    return Py_BuildValue("NNNNNN", wide(Py_GetPrefix()), wide(Py_GetExecPrefix()), wide(Py_GetProgramFullPath()), wide(Py_GetProgramName()), wide(Py_GetPath()), wide(Py_GetPythonHome()));
}
F(file_system)
{
    NEED(0);
    return Py_BuildValue("sii", Py_FileSystemDefaultEncodeErrors, Py_HasFileSystemDefaultEncoding, Py_UTF8Mode);
}
F(x_options) { NEED(0); return borrowed(PySys_GetXOptions()); }
/* ---- options and paths set ---- */
F(has_warn_options) { NEED(0); return plain(PySys_HasWarnOptions()); }
F(reset_warn_options) { NEED(0); PySys_ResetWarnOptions(); return plain(0); }
static wchar_t *text(PyObject *o) { return PyUnicode_AsWideCharString(o, NULL); }
F(add_warn_option) { NEED(1); wchar_t *s = text(args[0]); if (s == NULL) return NULL; PySys_AddWarnOption(s); PyMem_Free(s); return plain(0); }
F(add_warn_option_object) { NEED(1); PySys_AddWarnOptionUnicode(args[0]); return plain(0); }
F(add_x_option) { NEED(1); wchar_t *s = text(args[0]); if (s == NULL) return NULL; PySys_AddXOption(s); PyMem_Free(s); return plain(0); }
F(set_path) { NEED(1); wchar_t *s = text(args[0]); if (s == NULL) return NULL; PySys_SetPath(s); PyMem_Free(s); return plain(0); }
F(set_argv)
{
    NEED(2);
    int way = (int)N(1), n = (int)PyList_Size(args[0]);
    ARG_ERROR;
    wchar_t *argv[8];
    for (int i = 0; i < n; i++) if ((argv[i] = text(PyList_GetItem(args[0], i))) == NULL) return NULL;
    if (way < 0) PySys_SetArgv(n, argv);
    else PySys_SetArgvEx(n, argv, way);
    for (int i = 0; i < n; i++) PyMem_Free(argv[i]);
    return plain(0);
}
/* ---- written ---- */
F(format_stdout) { NEED(1); PySys_FormatStdout("%s %d %R %.2s\n", "text", 5, args[0], "longer"); return plain(PyErr_Occurred() != NULL); }
F(write_stderr) { NEED(1); PySys_WriteStderr("%s %d %.3s|\n", PyBytes_AsString(args[0]), -7, "longer"); return plain(PyErr_Occurred() != NULL); }

#ifndef Py_LIMITED_API
F(flags)
{
    NEED(0);
    return Py_BuildValue("{sisisisisisisisisisi}", "dont_write_bytecode", Py_DontWriteBytecodeFlag, "hash_randomization", Py_HashRandomizationFlag, "ignore_environment",
                         Py_IgnoreEnvironmentFlag, "isolated", Py_IsolatedFlag, "no_site", Py_NoSiteFlag, "no_user_site", Py_NoUserSiteDirectory, "unbuffered",
                         Py_UnbufferedStdioFlag, "verbose", Py_VerboseFlag, "utf8_mode", Py_UTF8Mode, "interactive", Py_InteractiveFlag);
}
F(getenv) { NEED(1); const char *s = Py_GETENV(PyUnicode_AsUTF8(args[0])); return s ? PyUnicode_FromString(s) : Py_NewRef(Py_None); }
F(interactive)
{
    NEED(2);
    FILE *f = fopen(PyUnicode_AsUTF8(args[0]), "r");
    if (f == NULL) return PyErr_SetFromErrno(PyExc_OSError);
    int r = Py_FdIsInteractive(f, A(1) ? PyUnicode_AsUTF8(args[1]) : NULL);
    fclose(f);
    return plain(r);
}
F(read_short)
{
    NEED(1);
    FILE *f = fopen(PyUnicode_AsUTF8(args[0]), "rb");
    if (f == NULL) return PyErr_SetFromErrno(PyExc_OSError);
    int a = PyMarshal_ReadShortFromFile(f), b = PyMarshal_ReadShortFromFile(f);
    ARG_ERROR;
    int c = PyMarshal_ReadShortFromFile(f);
    fclose(f);
    if (c == -1 && PyErr_Occurred()) {
        PyObject *e = PyErr_GetRaisedException();
        PyObject *r = Py_BuildValue("iiN", a, b, e);
        return r;
    }
    return Py_BuildValue("iii", a, b, c);
}
#endif

static PyMethodDef methods[] = {
    M(paths), M(file_system), M(x_options), M(has_warn_options), M(reset_warn_options), M(add_warn_option), M(add_warn_option_object), M(add_x_option),
    M(set_path), M(set_argv), M(format_stdout), M(write_stderr),
#ifndef Py_LIMITED_API
    M(flags), M(getenv), M(interactive), M(read_short),
#endif
    END};

MODULE(capi_sys_flags, methods, NULL)
