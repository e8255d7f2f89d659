# needs: stdlib
"""Misspelt keywords in what is printed of a SyntaxError, and source lines of code that is in no file."""
import subprocess
import sys
import traceback

for source in [
    "for x im n:\n    pass\n",
    "fur a in b:\n    pass\n",
    "whille True:\n    pass\n",
    "tyr:\n    pass\nexcept:\n    pass\n",
    "impor math\n",
    "with block as something:\n    pass\nelso:\n    pass\n",
    "[123 fur x in y]\n",
    "a = 1 +\n",
    "x = (1, 2\n",
]:
    try:
        compile(source, "<hint>", "exec")
    except SyntaxError as error:
        print(error.args, error._metadata)
        print("".join(traceback.format_exception_only(error)), end="")
    else:
        print("compiled", source)

for program in ["1 / 0", "import traceback\ntry: 1 / 0\nexcept Exception: traceback.print_exc()", "for x im n: pass"]:
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    print(ended.returncode, ended.stderr)

with open("hint.py", "w", encoding="gb18030") as file:
    file.write("# coding: gb18030\nraise RuntimeError('\u4e02')\n")
ended = subprocess.run([sys.executable, "-X", "utf8", "hint.py"], capture_output=True, encoding="utf-8")
print(ended.stderr)
ended = subprocess.run([sys.executable, "hint.py"], capture_output=True, encoding="utf-8", env={"FORCE_COLOR": "1"})
print(ascii(ended.stderr))
with open("mark.py", "wb") as file:
    file.write(b"\xef\xbb\xbfreturn 1\n")
print(subprocess.run([sys.executable, "mark.py"], capture_output=True, text=True).stderr)
