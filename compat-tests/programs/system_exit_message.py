# needs: core
# SystemExit with an object: its text goes to stderr, the exit code is 1; a cause is not shown.
class Reason:
    def __str__(self):
        return "leaving because of a reason"


try:
    1 / 0
except ZeroDivisionError as e:
    print("about to leave")
    raise SystemExit(Reason()) from e
