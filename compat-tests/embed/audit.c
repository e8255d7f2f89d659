/* Audit hooks of C, which may be set before Python starts. */
#include "support.h"

static int events, first_import;

static int hook(const char *event, PyObject *args, void *data)
{
    int *count = data;
    (*count)++;
    if (strcmp(event, "import") == 0)
        first_import = 1;
    if (strcmp(event, "emb.refused") == 0) {
        PyErr_SetString(PyExc_PermissionError, "not here");
        return -1;
    }
    if (strncmp(event, "emb.", 4) == 0)
        printf("event %s with %d\n", event, (int)PyTuple_Size(args));
    return 0;
}

int main(void)
{
    plain_output();
    printf("added: %d\n", PySys_AddAuditHook(hook, &events));
    Py_Initialize();
    printf("heard: %d %d\n", events > 0, first_import);
    run("import sys; sys.audit('emb.one', 1, 2)");
    printf("audit: %d\n", PySys_Audit("emb.two", "i", 5));
    run("try:\n    sys.audit('emb.refused')\nexcept PermissionError as e:\n    print(e)");
    int late = 0;
    printf("added: %d\n", PySys_AddAuditHook(hook, &late));
    run("sys.audit('emb.three')");
    printf("late: %d\n", late > 0);
    return Py_FinalizeEx();
}
