/* Sub-interpreters in an embedding: separate modules, ended one by one or with the main interpreter. */
#include "support.h"

int main(void)
{
    plain_output();
    for (int round = 0; round < 2; round++) {
        Py_InitializeEx(0);
        PyThreadState *main_state = PyThreadState_Get();
        run("import sys; value = 'main'; sys.only_main = True");
        PyThreadState *first = Py_NewInterpreter();
        printf("made: %d, id %d\n", first != NULL, (int)PyInterpreterState_GetID(PyThreadState_GetInterpreter(first)));
        run("import sys; print('value' in globals(), hasattr(sys, 'only_main')); value = 'first'");
        PyInterpreterConfig config = _PyInterpreterConfig_LEGACY_INIT;
        PyThreadState *second = NULL;
        PyThreadState_Swap(main_state);
        show_status("second", Py_NewInterpreterFromConfig(&second, &config));
        run("import json; value = json.loads('\"second\"'); print(value)");
        PyInterpreterConfig bad = _PyInterpreterConfig_LEGACY_INIT;
        bad.gil = 77;
        PyThreadState *none = NULL;
        show_status("bad", Py_NewInterpreterFromConfig(&none, &bad));
        PyThreadState_Swap(first);
        run("print(value)");
        Py_EndInterpreter(first);
        PyThreadState_Swap(second);
        run("print(value)");
        Py_EndInterpreter(second);
        PyThreadState_Swap(main_state);
        run("print(value, sys.only_main)");
        printf("end %d\n", Py_FinalizeEx());
    }
    return 0;
}
