/* Interpreter states made and freed by hand. */
#include "support.h"

int main(void)
{
    plain_output();
    Py_InitializeEx(0);
    PyInterpreterState *main = PyInterpreterState_Main();
    PyInterpreterState *made = PyInterpreterState_New();
    printf("made: %d\n", made != NULL && made != main);
    printf("newest: %d\n", PyInterpreterState_Head() == made);
    int count = 0;
    for (PyInterpreterState *i = PyInterpreterState_Head(); i != NULL; i = PyInterpreterState_Next(i))
        count++;
    printf("count: %d, id %d\n", count, (int)PyInterpreterState_GetID(made));
    PyInterpreterState_Delete(made);
    printf("left: %d\n", PyInterpreterState_Head() == main);
    run("print('still here')");
    int end = Py_FinalizeEx();
    printf("after the end: %d\n", PyInterpreterState_Head() == NULL);
    return end;
}
