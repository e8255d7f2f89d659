# needs: core
# SystemExit with a number: the finally clauses run, nothing is printed, the code is the process's.
import_count = 0


def leave():
    try:
        raise SystemExit(7)
    finally:
        print("finally")


try:
    raise SystemExit("caught by hand")
except SystemExit as e:
    print("caught", e.code)
try:
    exit
    print(type(exit).__name__, repr(quit)[:30])
except NameError:
    print("exit is there only with site")
try:
    leave()
except Exception:
    print("SystemExit is no Exception")
