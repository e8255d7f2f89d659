# needs: core
# The first program: constants, print and its keywords.
print("hello")
print(1, 2, 3)
print("a", "b", sep="-", end="!\n")
print()
print(None, True, False, ...)
print([1, "two", 3.0], (4,), {"k": 5}, {6})
print("tab\there", 'quote"s', "newline\\n")
print(repr("it's"), repr('say "hi"'), repr("both ' and \""))
print("é", "日本", "😀")
print(*[1, 2, 3], sep=", ")
