/* PyConfig: command line, flags, options and sys.path as the program sets them. */
#include "support.h"

int main(void)
{
    plain_output();
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    printf("%d %d %d %d %d\n", config.isolated, config.use_environment, config.parse_argv, config.site_import,
           config.verbose);
    char *argv[] = {"prog", "-B", "-O", "-X", "opt=val", "-W", "ignore", "script.py", "arg\xc3\xa9", "-c"};
    show_status("argv", PyConfig_SetBytesArgv(&config, 10, argv));
    show_status("name", PyConfig_SetString(&config, &config.program_name, L"/somewhere/myprog"));
    show_status("read", PyConfig_Read(&config));
    printf("%ls %ls %d\n", config.run_filename ? L"has file" : L"no file", config.argv.items[1],
           (int)config.argv.length);
    printf("optimize %d bytecode %d\n", config.optimization_level, config.write_bytecode);
    for (Py_ssize_t i = 0; i < config.xoptions.length; i++)
        printf("x %ls\n", config.xoptions.items[i]);
    for (Py_ssize_t i = 0; i < config.warnoptions.length; i++)
        printf("w %ls\n", config.warnoptions.items[i]);
    config.verbose = 0;
    config.quiet = 1;
    config.user_site_directory = 0;
    show_status("warn", PyWideStringList_Append(&config.warnoptions, L"error::BytesWarning"));
    show_status("insert", PyWideStringList_Insert(&config.xoptions, 0, L"first"));
    show_status("bad insert", PyWideStringList_Insert(&config.xoptions, -1, L"first"));
    show_status("init", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    printf("cleared %d %d\n", config.argv.length == 0, config.program_name == NULL);
    run("import sys; print(sys.argv, sys.orig_argv)");
    run("print(sys.flags.optimize, sys.flags.dont_write_bytecode, sys.flags.quiet, sys.flags.no_user_site)");
    run("print(sys._xoptions, sys.warnoptions)");
    run("print(sys.executable)");
    run("print(__name__, '__file__' in globals())");
    int n;
    wchar_t **line;
    Py_GetArgcArgv(&n, &line);
    printf("%d %ls %ls\n", n, line[0], line[n - 1]);
    run("import json, re, datetime; print(json.dumps({'a': 1}))");
    return Py_FinalizeEx();
}
