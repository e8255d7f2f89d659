/* PyRun_SimpleFile, PyRun_File and PyRun_AnyFile on files of C. */
#include "support.h"
#include <marshal.h>

static FILE *file_with(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    fputs(text, f);
    fclose(f);
    return fopen(name, "r");
}

int main(void)
{
    plain_output();
    Py_Initialize();
    FILE *f = file_with("one.py", "import sys\nprint(__name__, __file__, type(__loader__).__name__)\nleft = 1\n"
                                  "sys.stdout.flush()\n");
    printf("simple: %d\n", PyRun_SimpleFile(f, "one.py"));
    fclose(f);
    run("print(left, '__file__' in globals())");
    f = file_with("two.py", "def f():\n    1/0\nf()\n");
    printf("failing: %d\n", PyRun_SimpleFileEx(f, "two.py", 1));
    f = file_with("three.py", "x = (\n");
    printf("unfinished: %d\n", PyRun_SimpleFileEx(f, "three.py", 1));
    f = file_with("four.py", "print('any')\nimport sys; sys.stdout.flush()\n");
    printf("any: %d\n", PyRun_AnyFileEx(f, "four.py", 1));
    PyObject *globals = PyDict_New();
    f = file_with("five.py", "6 * 7\n");
    PyObject *value = PyRun_FileEx(f, "five.py", Py_eval_input, globals, globals, 1);
    printf("value: %ld\n", PyLong_AsLong(value));
    Py_DECREF(value);
    f = file_with("six.py", "a = 1\nb = undefined\n");
    value = PyRun_File(f, "six.py", Py_file_input, globals, globals);
    fclose(f);
    printf("raised: %d %d\n", value == NULL, PyErr_ExceptionMatches(PyExc_NameError));
    PyErr_Clear();
    printf("a: %ld\n", PyLong_AsLong(PyDict_GetItemString(globals, "a")));
    Py_DECREF(globals);

    /* Compiled code, by its name's end. */
    run("import py_compile; py_compile.compile('one.py', 'one.pyc', doraise=True)");
    f = fopen("one.pyc", "rb");
    printf("compiled: %d\n", PyRun_SimpleFileEx(f, "one.pyc", 1));

    /* Lines whatever way they end. */
    f = file_with("lines.txt", "one\r\ntwo\rthree\nlast");
    char line[32];
    while (Py_UniversalNewlineFgets(line, sizeof line, f, NULL))
        printf("%d %d\n", (int)strlen(line), line[strlen(line) - 1]);
    fclose(f);

    /* Objects in marshal's format, one after another. */
    f = fopen("data.bin", "wb");
    PyObject *list = Py_BuildValue("[is(id)]", 1, "two", 3, 4.5);
    PyMarshal_WriteObjectToFile(list, f, Py_MARSHAL_VERSION);
    PyMarshal_WriteObjectToFile(Py_True, f, Py_MARSHAL_VERSION);
    fclose(f);
    f = fopen("data.bin", "rb");
    PyObject *read = PyMarshal_ReadObjectFromFile(f);
    printf("equal: %d\n", PyObject_RichCompareBool(list, read, Py_EQ));
    Py_DECREF(read);
    read = PyMarshal_ReadObjectFromFile(f);
    printf("true: %d\n", read == Py_True);
    read = PyMarshal_ReadObjectFromFile(f);
    printf("end: %d %d\n", read == NULL, PyErr_ExceptionMatches(PyExc_EOFError));
    PyErr_Clear();
    fclose(f);
    Py_DECREF(list);
    const char *names[] = {"one.py", "two.py", "three.py", "four.py", "five.py", "six.py", "one.pyc", "lines.txt",
                           "data.bin"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        remove(names[i]);
    return Py_FinalizeEx();
}
