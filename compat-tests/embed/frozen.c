/* A frozen module of the program, and Py_FrozenMain. */
#include "support.h"
#include <marshal.h>

static struct _frozen table[3];
static unsigned char code[2][4096];

static int freeze(int row, const char *name, const char *source)
{
    PyObject *made = Py_CompileString(source, "<frozen here>", Py_file_input);
    PyObject *bytes = PyMarshal_WriteObjectToString(made, Py_MARSHAL_VERSION);
    int size = (int)PyBytes_Size(bytes);
    memcpy(code[row], PyBytes_AsString(bytes), size);
    table[row] = (struct _frozen){name, code[row], size, 0};
    Py_DECREF(made);
    Py_DECREF(bytes);
    return size > 0;
}

int main(void)
{
    plain_output();
    Py_Initialize();
    printf("%d\n", freeze(0, "emb_frozen", "value = 12\ndef double(): return value * 2\n"));
    printf("%d\n", freeze(1, "__main__", "import sys, emb_frozen\nprint(emb_frozen.double(), sys.argv, __name__)\n"));
    Py_Finalize();
    PyImport_FrozenModules = table;
    Py_Initialize();
    printf("imported: %d\n", PyImport_ImportFrozenModule("emb_frozen"));
    printf("missing: %d\n", PyImport_ImportFrozenModule("emb_missing"));
    run("import emb_frozen; print(emb_frozen.double())");
    Py_Finalize();
    char *argv[] = {"app", "--flag"};
    printf("status: %d\n", Py_FrozenMain(2, argv));
    return 0;
}
