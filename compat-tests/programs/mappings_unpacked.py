# needs: stdlib(collections)
# Mappings unpacked into calls and displays: their own order and keys, and when a subclass of dict is asked for them.
import collections
od = collections.OrderedDict([('a', 1), ('b', 2)]); od.move_to_end('a')
f=lambda **k: list(k)
print(f(**od), list({**od}), list(dict(od)), list(f(x=1,**od)))
d={}; d.update(od); print(list(d)); d={}|od; print(list(d))
class I(dict):
    def __iter__(self): return iter(['z'])
    def __getitem__(self,k): return 5
    def keys(self): return ['q']
print(f(**I(a=1)), dict(I(a=1)), {**I(a=1)}, {}|I(a=1))
class J(dict):
    def __getitem__(self,k): return 5
    def keys(self): return ['q']
print(f(**J(a=1)), dict(J(a=1)), {**J(a=1)}, {}|J(a=1))
