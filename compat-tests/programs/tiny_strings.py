# needs: core
# Strings: indexing, common methods, formatting.
s = "Hello, World"
print(len(s), s[0], s[-1], s[7:], s[:5], s[::2])
print(s.upper(), s.lower(), s.replace("l", "L"), s.split(", "))
print(s.find("World"), s.startswith("He"), "lo" in s, "xyz" in s)
print("-".join(["a", "b", "c"]), " pad ".strip(), "a,b,,c".split(","))
name, n, x = "dove", 42, 3.14159
print(f"{name} {n:5d}|{n:<5}|{n:05} {x:.2f} {name!r} {n + 1}")
print("%s %d %.1f %x" % (name, n, x, 255))
print("{} {1}".replace("{1}", "{}").format("a", "b"), "{k}".format(k=1))
print("ab" * 3, "a" + "b", "a" < "b", "abc" == "abc")
print(ord("A"), chr(97), str(12), int("34"), float("1.5"))
for ch in "añ😀":
    print(ch, ord(ch))
print("line1\nline2".splitlines(), "x".center(5, "*"), "7".zfill(3))
