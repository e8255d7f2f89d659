# needs: core
# Classes: init, methods, inheritance, properties, operators.
class Animal:
    kind = "animal"

    def __init__(self, name):
        self.name = name

    def speak(self):
        return self.name + " makes a noise"

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}>"


class Dog(Animal):
    kind = "dog"

    def speak(self):
        return super().speak() + ": woof"

    @property
    def loud(self):
        return self.name.upper()

    @staticmethod
    def legs():
        return 4

    @classmethod
    def make(cls, n):
        return cls("dog" + str(n))


d = Dog("rex")
print(d, d.speak(), d.kind, d.loud, Dog.legs(), Dog.make(2))
print(isinstance(d, Animal), issubclass(Dog, Animal), isinstance(1, Dog))
d.age = 3
print(d.__dict__, hasattr(d, "age"), getattr(d, "none", "default"))


class V:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, o):
        return V(self.x + o.x, self.y + o.y)

    def __eq__(self, o):
        return (self.x, self.y) == (o.x, o.y)

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (self.x, self.y)[i]


v = V(1, 2) + V(3, 4)
print(list(v), v == V(4, 6), len(v), v[1])
