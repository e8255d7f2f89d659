/* PyInitConfig (PEP 741): options by name, their errors, and a start. */
#include "support.h"

static void show(const char *what, PyInitConfig *c, int result)
{
    const char *message = NULL;
    int error = PyInitConfig_GetError(c, &message), code = -1;
    int has_code = PyInitConfig_GetExitCode(c, &code);
    printf("%s: %d error=%d %s exit=%d %d\n", what, result, error, message ? message : "-", has_code, code);
}

static PyObject *PyInit_emb_named(void)
{
    static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "emb_named", NULL, -1};
    return PyModule_Create(&def);
}

int main(void)
{
    plain_output();
    PyInitConfig *c = PyInitConfig_Create();
    int64_t number = 77;
    char *text = NULL, **list;
    size_t n = 0;
    show("new", c, 0);
    show("unknown", c, PyInitConfig_GetInt(c, "nosuch", &number));
    show("isolated", c, PyInitConfig_GetInt(c, "isolated", &number));
    printf("%d\n", (int)number);
    show("a text as number", c, PyInitConfig_GetInt(c, "home", &number));
    show("a number as text", c, PyInitConfig_GetStr(c, "isolated", &text));
    show("a number as list", c, PyInitConfig_GetStrList(c, "isolated", &n, &list));
    show("set a text to a number", c, PyInitConfig_SetInt(c, "home", 1));
    show("set a number to a text", c, PyInitConfig_SetStr(c, "isolated", "1"));
    show("set a number to a list", c, PyInitConfig_SetStrList(c, "isolated", 0, NULL));
    show("too large", c, PyInitConfig_SetInt(c, "cpu_count", 1LL << 40));
    show("a negative switch", c, PyInitConfig_SetInt(c, "isolated", -5));
    show("a negative level", c, PyInitConfig_SetInt(c, "verbose", -5));
    show("a negative seed", c, PyInitConfig_SetInt(c, "hash_seed", -5));
    show("no text", c, PyInitConfig_GetStr(c, "home", &text));
    printf("%d\n", text == NULL);
    show("text", c, PyInitConfig_SetStr(c, "program_name", "prog\xc3\xa9"));
    show("text back", c, PyInitConfig_GetStr(c, "program_name", &text));
    printf("%s\n", text);
    free(text);
    show("no UTF-8", c, PyInitConfig_SetStr(c, "program_name", "abc\xff"));
    char *items[] = {"a", "b=c"};
    show("list", c, PyInitConfig_SetStrList(c, "xoptions", 2, items));
    show("list back", c, PyInitConfig_GetStrList(c, "xoptions", &n, &list));
    printf("%d %s %s\n", (int)n, list[0], list[1]);
    PyInitConfig_FreeStrList(n, list);
    const char *names[] = {"allocator", "utf8_mode", "isolated", "module_search_paths", "nosuch", "cpu_count"};
    for (int i = 0; i < 6; i++)
        printf("%s %d\n", names[i], PyInitConfig_HasOption(c, names[i]));
    PyInitConfig_Free(c);

    c = PyInitConfig_Create();
    char *wrong[] = {"prog", "-Z"};
    PyInitConfig_SetInt(c, "parse_argv", 1);
    PyInitConfig_SetStrList(c, "argv", 2, wrong);
    show("wrong line", c, Py_InitializeFromInitConfig(c));
    PyInitConfig_Free(c);

    c = PyInitConfig_Create();
    char *argv[] = {"first", "second"};
    PyInitConfig_SetStrList(c, "argv", 2, argv);
    PyInitConfig_SetInt(c, "optimization_level", 1);
    PyInitConfig_SetInt(c, "hash_seed", 10);
    PyInitConfig_SetInt(c, "use_hash_seed", 1);
    show("module", c, PyInitConfig_AddModule(c, "emb_named", PyInit_emb_named));
    show("start", c, Py_InitializeFromInitConfig(c));
    PyInitConfig_Free(c);
    run("import sys, emb_named; print(sys.argv, sys.flags.optimize, sys.flags.isolated, emb_named.__name__)");
    int value;
    printf("%d %d\n", PyConfig_GetInt("optimization_level", &value), value);
    return Py_FinalizeEx();
}
