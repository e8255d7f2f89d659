/* Py_RunMain of a module that the program names, without a command line. */
#include "support.h"

int main(void)
{
    plain_output();
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    PyConfig_SetString(&config, &config.run_module, L"calendar");
    wchar_t *argv[] = {L"-m", L"2024", L"2"};
    PyConfig_SetArgv(&config, 3, argv);
    show_status("init", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    printf("status %d\n", Py_RunMain());
    return 0;
}
