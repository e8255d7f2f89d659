/* Ten interpreters one after another: modules are new, state does not carry over, objects do not pile up. */
#include "support.h"

int main(void)
{
    plain_output();
    for (int i = 0; i < 10; i++) {
        Py_Initialize();
        run("import sys, json, re, collections, threading, datetime, decimal, enum, dataclasses, typing");
        run("print(hasattr(sys, 'mark'), 'mark' in globals(), json.loads('[1, 2.5, \"x\"]'))");
        run("sys.mark = mark = object()\nimport builtins; builtins.odd = 1");
        run("class A:\n    def __del__(self):\n        print('gone')\na = A(); a.me = a");
        run("t = threading.Thread(target=print, args=('in a thread',)); t.start(); t.join()");
        run("@dataclasses.dataclass\nclass P:\n    x: int\nprint(P(1), re.sub('b', 'c', 'abc'), decimal.Decimal('1.1') * 2)");
        run("import gc; gc.collect()");
        run("print(threading.main_thread() is threading.current_thread())");
        printf("round %d: %d\n", i, Py_FinalizeEx());
    }
    return 0;
}
