/* A home without the library: the status says so, and the search is shown. */
#include "support.h"

int main(void)
{
    plain_output();
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    config.use_environment = 0;
    PyConfig_SetString(&config, &config.program_name, L"/no/such/bin/prog");
    PyConfig_SetString(&config, &config.home, L"/no/such/home");
    show_status("init", Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    printf("initialized: %d\n", Py_IsInitialized());
    return 0;
}
