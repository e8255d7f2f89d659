"""What ffi.verify() compiles: a plain shared library with a function for each function, constant, variable and layout that
the FFI declares.  It knows nothing of Python; the backend calls it."""

import os
import types

from . import model
from .error import VerificationError

HEADER = r'''
#include <stdio.h>
#include <stddef.h>
#include <stdarg.h>
#include <stdint.h>
#include <errno.h>
#include <sys/types.h>

#define _cffi_float_complex_t   float _Complex
#define _cffi_double_complex_t  double _Complex
'''

_EXTERN = '__attribute__((visibility("default")))'


class VGenericEngine:
    _class_key = 'g'
    _gen_python_module = False

    def __init__(self, verifier):
        self.verifier = verifier
        self.ffi = verifier.ffi
        self.export_symbols = []
        # Layouts of structs declared in full, to be compared once the backend has its own.
        self._to_compare = {}

    def patch_extension_kwds(self, kwds):
        # The list is filled while the source is written.
        kwds.setdefault('export_symbols', self.export_symbols)

    def find_module(self, module_name, path, so_suffixes):
        if path is None:
            import sys
            path = sys.path
        for folder in path:
            for suffix in so_suffixes:
                filename = os.path.join(folder, module_name + suffix)
                if os.path.isfile(filename):
                    return filename
        return None

    def collect_types(self):
        pass

    def _declarations(self):
        table = self.ffi._parser._declarations
        for key in sorted(table):
            tp = table[key][0]
            kind, _, name = key.partition(' ')
            if kind == 'macro' and not isinstance(tp, int) and tp != '...':
                continue
            yield key, kind, name, tp

    def _each(self, step, *args):
        for key, kind, name, tp in self._declarations():
            if kind == 'typedef':
                continue
            if kind == 'anonymous':
                kind = 'enum' if isinstance(tp, model.EnumType) else 'struct'
            elif kind == 'union':
                kind = 'struct'
            method = getattr(self, '_%s_%s' % (step, kind), None)
            if method is None:
                if step == 'write':
                    raise VerificationError("not implemented in verify(): %r" % key)
                continue
            try:
                method(tp, name, *args)
            except Exception as e:
                model.attach_exception_info(e, key)
                raise

    # ---------- writing

    def write_source_to_f(self):
        self._out(HEADER, self.verifier.preamble)
        self._each('write')

    def _out(self, *lines):
        for line in lines:
            self._f.write(line + '\n')

    def _function(self, name, declaration, *body):
        self.export_symbols.append(name)
        self._out('%s %s' % (_EXTERN, declaration), '{', *['  ' + line for line in body], '}', '')

    def _write_function(self, tp, name):
        if tp.ellipsis:
            # As a constant: a pointer of exactly this type.
            self._write_plain(name, tp)
            return
        context = 'argument of %s' % name
        params, values = [], []
        for i, arg in enumerate(tp.args):
            star = '*' if isinstance(arg, model.StructOrUnion) else ''
            params.append(arg.get_c_name(' %sx%d' % (star, i), context))
            values.append('%sx%d' % (star, i))
        result, how = tp.result, 'return '
        if isinstance(result, model.StructOrUnion):
            params.insert(0, result.get_c_name(' *r', context))
            result, how = model.void_type, '*r = '
        elif isinstance(result, model.VoidType):
            how = ''
        wrapper = '_cffi_f_' + name
        abi = tp.abi + ' ' if tp.abi else ''
        declaration = result.get_c_name(' %s%s(%s)' % (abi, wrapper, ', '.join(params) or 'void'), 'result of %s' % name)
        self._function(wrapper, declaration, '%s%s(%s);' % (how, name, ', '.join(values)))

    def _write_integer(self, name, expected=None):
        function = '_cffi_const_' + name
        if expected is None:
            self._function(function, 'int %s(long long *out_value)' % function,
                           '*out_value = (long long)(%s);' % name, 'return (%s) <= 0;' % name)
        else:
            self._function(function, 'int %s(char *out_error)' % function, *self._comparison(name, expected), 'return 0;')

    def _comparison(self, name, expected):
        # C that tells in `out_error` that a constant is another number.
        if expected > 0:
            differs = '(%s) <= 0 || (unsigned long)(%s) != %dUL' % (name, name, expected)
        else:
            differs = '(%s) > 0 || (long)(%s) != %dL' % (name, name, expected)
        return ['if (%s) {' % differs,
                '  char buf[64];',
                '  if ((%s) <= 0)' % name,
                '    snprintf(buf, sizeof(buf), "%%ld", (long)(%s));' % name,
                '  else',
                '    snprintf(buf, sizeof(buf), "%%lu", (unsigned long)(%s));' % name,
                '  snprintf(out_error, 255, "%%s has the real value %%s, not %%s", "%s", buf, "%d");' % (
                    name[:100], expected),
                '  return -1;',
                '}']

    def _write_plain(self, name, tp, category='const'):
        function = '_cffi_%s_%s' % (category, name)
        extra, address = '', '&' if category == 'var' else ''
        if category == 'const' and isinstance(tp, model.StructOrUnion):
            extra, address = 'const *', '&'
        self._function(function, tp.get_c_name(' %s%s(void)' % (extra, function), name),
                       'return (%s%s);' % (address, name))

    def _write_constant(self, tp, name):
        if isinstance(tp, model.PrimitiveType) and tp.is_integer_type():
            self._write_integer(name)
        else:
            self._write_plain(name, tp)

    def _write_macro(self, value, name):
        self._write_integer(name, None if value == '...' else value)

    def _write_variable(self, tp, name):
        if not isinstance(tp, model.ArrayType):
            self._write_plain(name, model.PointerType(tp), 'var')
            return
        if tp.length_is_unknown():
            function = '_cffi_sizeof_' + name
            self._function(function, 'size_t %s(void)' % function, 'return sizeof(%s);' % name)
        self._write_plain(name, model.PointerType(tp.item))

    def _write_enum(self, tp, name):
        if tp.partial:
            for constant in tp.enumerators:
                self._write_integer(constant)
            return
        function = self._enum_function(name)
        body = []
        for constant, value in zip(tp.enumerators, tp.enumvalues):
            body += self._comparison(constant, value)
        self._function(function, 'int %s(char *out_error)' % function, *body, 'return 0;')

    def _enum_function(self, name):
        return '_cffi_e_' + name.replace('$', '___D_')

    def _write_struct(self, tp, name):
        if tp.fldnames is None:
            return
        cname = tp.get_c_name('')
        part = cname.replace(' ', '_')
        check = '_cffi_check_' + part
        lines = []
        offsets = []
        for field, ftype, bits, quals in tp.enumfields():
            if ftype.is_integer_type() and isinstance(ftype, model.PrimitiveType) or bits >= 0:
                if field:
                    lines.append('  (void)((p->%s) << 1);' % field)
            else:
                try:
                    pointer = ftype.get_c_name('*tmp', 'field %r' % field, quals=quals)
                    lines.append('  { %s = &p->%s; (void)tmp; }' % (pointer, field))
                except VerificationError as e:
                    lines.append('  /* %s */' % e)
            if bits < 0:
                size = '0' if isinstance(ftype, model.ArrayType) and ftype.length is None else (
                    'sizeof(((%s *)0)->%s)' % (cname, field))
                offsets += ['    offsetof(%s, %s),' % (cname, field), '    %s,' % size]
        # Never called: the compiler complains where a field is of another type.
        self._out('static void %s(%s *p)' % (check, cname), '{', '  (void)p;', *lines, '}')
        function = '_cffi_layout_' + part
        self._function(function, 'intptr_t %s(intptr_t i)' % function,
                       'struct _cffi_aligncheck { char x; %s y; };' % cname,
                       'static intptr_t nums[] = {',
                       '  sizeof(%s),' % cname, '  offsetof(struct _cffi_aligncheck, y),', *offsets, '  -1', '};',
                       'return nums[i];', '%s(0);' % check)

    # ---------- loading

    def load_library(self, flags=0):
        filename = os.path.join(os.curdir, self.verifier.modulefilename)
        module = self.ffi._backend.load_library(filename, flags)
        # Layouts and values of enums first: types wait for them.
        self._each('learn', module)

        class FFILibrary(types.ModuleType):
            _cffi_generic_module = module
            _cffi_ffi = self.ffi
            _cffi_dir = []

            def __dir__(self):
                return FFILibrary._cffi_dir

        library = FFILibrary("")
        self._each('load', module, library)
        return library

    def _set(self, library, name, value):
        setattr(library, name, value)
        type(library)._cffi_dir.append(name)

    def _call_type(self, text):
        return self.ffi._typeof_locked(text)

    def _learn_struct(self, tp, name, module):
        if tp.fldnames is None:
            return
        cname = tp.get_c_name('')
        ask = module.load_function(self._call_type("intptr_t(*)(intptr_t)"), '_cffi_layout_' + cname.replace(' ', '_'))
        numbers = []
        while True:
            number = ask(len(numbers))
            if number < 0:
                break
            numbers.append(number)
        if tp.partial:
            tp.force_flatten()
            tp.fixedlayout = numbers[2::2], numbers[3::2], numbers[0], numbers[1]
            assert len(tp.fixedlayout[0]) == len(tp.fldnames)
        else:
            self._to_compare[tp] = numbers

    def _load_struct(self, tp, name, module, library):
        if tp.fldnames is None:
            return
        ffi = self.ffi
        btype = ffi._get_cached_btype(tp)
        numbers = self._to_compare.pop(tp, None)
        if numbers is None:
            return

        def same(real, ours, what):
            if real != ours:
                raise VerificationError("%s (we have %d, but C compiler says %d)" % (what, ours, real))
        same(numbers[0], ffi.sizeof(btype), "wrong total size")
        same(numbers[1], ffi.alignof(btype), "wrong total alignment")
        rest = iter(numbers[2:])
        for field, ftype, bits, _ in tp.enumfields():
            if bits >= 0:
                continue
            same(next(rest), ffi.offsetof(btype, field), "wrong offset for field %r" % (field,))
            size = next(rest)
            if size != 0:
                same(size, ffi.sizeof(ffi._get_cached_btype(ftype)), "wrong size for field %r" % (field,))

    def _learn_enum(self, tp, name, module):
        if tp.partial:
            tp.enumvalues = tuple([self._integer(constant, module) for constant in tp.enumerators])
            tp.baseinttype = None
            tp.partial_resolved = True
        else:
            self._check(module, self._enum_function(name))

    def _load_enum(self, tp, name, module, library):
        for constant, value in zip(tp.enumerators, tp.enumvalues):
            self._set(library, constant, value)

    def _check(self, module, function):
        # Raises what a function of `_comparison` tells.
        room = self.ffi.new(self._call_type("char[]"), 256)
        if module.load_function(self._call_type("int(*)(char*)"), function)(room) < 0:
            raise VerificationError(self.ffi.string(room).decode('utf-8'))

    def _integer(self, name, module, expected=None):
        function = '_cffi_const_' + name
        if expected is not None:
            self._check(module, function)
            return expected
        room = self.ffi.new(self._call_type("long long*"))
        negative = module.load_function(self._call_type("int(*)(long long*)"), function)(room)
        value = int(room[0])
        return value if negative or value >= 0 else value + (1 << 64)

    def _plain(self, tp, name, module):
        is_struct = isinstance(tp, model.StructOrUnion)
        result = model.PointerType(tp) if is_struct else tp
        btype = self.ffi._get_cached_btype(model.FunctionPtrType((), result, False))
        value = module.load_function(btype, '_cffi_const_' + name)()
        return value[0] if is_struct else value

    def _load_macro(self, value, name, module, library):
        self._set(library, name, self._integer(name, module, None if value == '...' else value))

    def _load_constant(self, tp, name, module, library):
        if isinstance(tp, model.PrimitiveType) and tp.is_integer_type():
            self._set(library, name, self._integer(name, module))
        else:
            self._set(library, name, self._plain(tp, name, module))

    def _load_function(self, tp, name, module, library):
        if tp.ellipsis:
            self._set(library, name, self._plain(tp, name, module))
            return
        by_pointer, args, result = [], list(tp.args), tp.result
        for i, arg in enumerate(args):
            if isinstance(arg, model.StructOrUnion):
                args[i] = model.PointerType(arg)
                by_pointer.append((i, args[i]))
        made = None
        if isinstance(result, model.StructOrUnion):
            if result.fldtypes is None:
                raise TypeError("'%s' is used as result type, but is opaque" % (result._get_c_name(),))
            made = model.PointerType(result)
            args.insert(0, made)
            result = model.void_type
        whole = made is None and not by_pointer
        btype = self.ffi._get_cached_btype(tp if whole else model.FunctionPtrType(tuple(args), result, False))
        function = module.load_function(btype, '_cffi_f_' + name)
        if not whole:
            function = self._wrapped(function, by_pointer, made, tp)
        self._set(library, name, function)

    def _wrapped(self, function, by_pointer, made, tp):
        """A function that takes and gives structs, for one that takes and fills pointers to them."""
        newp = self.ffi._backend.newp
        places = [(i, self.ffi._get_cached_btype(arg)) for i, arg in by_pointer]
        result = None if made is None else self.ffi._get_cached_btype(made)

        def call(*args):
            args = list(args)
            for i, btype in places:
                if i < len(args):
                    args[i] = newp(btype, args[i])
            if result is None:
                return function(*args)
            room = newp(result, None)
            function(room, *args)
            return room[0]
        call._cffi_base_type = tp
        return call

    def _load_variable(self, tp, name, module, library):
        if isinstance(tp, model.ArrayType):
            if tp.length_is_unknown():
                size = module.load_function(self._call_type("size_t(*)(void)"), '_cffi_sizeof_' + name)()
                length, rest = divmod(size, self.ffi.sizeof(self.ffi._get_cached_btype(tp.item)))
                if rest:
                    raise VerificationError("bad size: %r does not seem to be an array of %s" % (name, tp.item))
                tp = tp.resolve_length(length)
            value = self._plain(model.PointerType(tp.item), name, module)
            if tp.length is not None:
                value = self.ffi.cast(self.ffi._get_cached_btype(tp), value)
            self._set(library, name, value)
            return
        ask = model.FunctionPtrType((), model.PointerType(tp), False)
        place = module.load_function(self.ffi._get_cached_btype(ask), '_cffi_var_' + name)()

        def write(library, value):
            place[0] = value
        setattr(type(library), name, property(lambda library: place[0], write))
        type(library)._cffi_dir.append(name)
