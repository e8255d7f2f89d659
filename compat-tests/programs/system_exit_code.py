# needs: core
# SystemExit with a number: the finally clauses run, nothing is printed, the code is the process's.


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
    leave()
except Exception:
    print("SystemExit is no Exception")
