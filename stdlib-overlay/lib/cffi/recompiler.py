"""Out-of-line modules: the declarations of an FFI as tables and functions, in C (API mode) or as Python text (ABI mode).

Types become words of one table (`cffi_opcode`), functions, constants and variables entries of another.  `typetable` and
`emit_c` hold the parts; here they come together, and here files are written and compiled.
"""

import io
import os
import sys

from . import model
from .emit_c import CWriter
from .error import VerificationError
from .typetable import (EnumExpr, FieldExpr, GlobalExpr, StructUnionExpr, TypenameExpr, TypeTable)
from .cffi_opcode import (CffiOp, OP_BITFIELD, OP_CONSTANT, OP_CONSTANT_INT, OP_CPYTHON_BLTN_N,
                          OP_CPYTHON_BLTN_O, OP_CPYTHON_BLTN_V, OP_DLOPEN_CONST, OP_DLOPEN_FUNC, OP_ENUM,
                          OP_EXTERN_PYTHON, OP_GLOBAL_VAR, OP_GLOBAL_VAR_F, OP_NOOP)

# What a module needs of its backend.
VERSION_BASE = 0x2601
VERSION_EMBEDDED = 0x2701
VERSION_CHAR16CHAR32 = 0x2801


def _limited_api():
    import sysconfig
    return not sysconfig.get_config_var('Py_GIL_DISABLED') or sys.version_info >= (3, 15)


USE_LIMITED_API = _limited_api()

_EXTERN_PYTHON_KINDS = ('extern_python', 'extern_python_plus_c', 'dllexport_python')


class Recompiler:
    """Tables of one FFI, first filled and then written."""

    def __init__(self, ffi, module_name, target_is_python=False):
        self.ffi = ffi
        self.module_name = module_name
        self.target_is_python = target_is_python
        self._version = VERSION_BASE
        self._num_externpy = 0
        self._lsts = {}

    def needs_version(self, version):
        self._version = max(self._version, version)

    @property
    def included(self):
        return self.ffi._parser._included_declarations

    def declarations(self):
        """(kind, name, type, qualifiers) of all that this module has, sorted."""
        table = self.ffi._parser._declarations
        for key in sorted(table):
            kind, _, name = key.partition(' ')
            tp, quals = table[key]
            if kind == 'macro' and not isinstance(tp, int) and tp != '...':
                if self.target_is_python:
                    # A text or float from a header: modules of this kind have room for integers alone.
                    continue
                tp, kind = _macro_type(tp, self.ffi._parser, key), 'constant'
            yield kind, name, tp, quals

    def _each(self, step):
        """Calls the step's method for each declaration."""
        for kind, name, tp, quals in self.declarations():
            group = 'extern_python' if kind in _EXTERN_PYTHON_KINDS else 'struct' if kind == 'union' else kind
            method = getattr(self, '_%s_%s' % (step, group), None)
            if method is None:
                raise VerificationError("not implemented in recompile(): %r" % '%s %s' % (kind, name))
            try:
                self._kind, self._quals = kind, quals
                method(tp, name)
            except Exception as e:
                model.attach_exception_info(e, '%s %s' % (kind, name))
                raise

    # ---------- first step: all types that the tables speak of

    def collect_type_table(self):
        self.table = TypeTable(self)
        self._each('types')
        self.table.lay_out()
        self.cffi_types = self.table.words

    def _types_typedef(self, tp, name):
        self.table.add(self.global_type(tp, '(*(%s *)0)' % name))

    def _types_function(self, tp, name):
        self.table.add(tp.as_raw_function())
        if tp.ellipsis and not self.target_is_python:
            self.table.add(tp)

    def _types_struct(self, tp, name):
        self.table.add(tp)
        if self.target_is_python:
            for inner in tp.anonymous_struct_fields():
                self._types_struct(inner, name)

    def _types_anonymous(self, tp, name):
        if isinstance(tp, model.EnumType):
            self.table.add(tp)
        else:
            self._types_struct(tp, name)

    def _types_enum(self, tp, name):
        self.table.add(tp)

    def _types_constant(self, tp, name):
        if self.target_is_python or not tp.is_integer_type():
            self.table.add(tp)

    def _types_macro(self, tp, name):
        pass

    def _types_variable(self, tp, name):
        self.table.add(self.global_type(tp, name))

    def _types_extern_python(self, tp, name):
        self.table.add(tp)

    def global_type(self, tp, expression):
        """A type in which lengths written as '...' are what C says of the expression."""
        return tp.with_lengths_of(expression) if tp.is_array_type and tp.has_dots() else tp

    def field_type(self, struct, field, tp):
        """The same for a field."""
        if not tp.is_array_type or not tp.has_dots():
            return tp
        return tp.with_lengths_of('((%s)0)->%s' % (struct.get_c_name('*'), field))

    def fields(self, struct):
        """Fields as the tables have them: C looks into members without a name, Python text keeps them."""
        return list(struct.enumfields(not self.target_is_python))

    # ---------- second step: the other tables

    ALL_STEPS = ['global', 'field', 'struct_union', 'enum', 'typename']

    def collect_step_tables(self):
        self._lsts = {step: [] for step in self.ALL_STEPS}
        self._seen_structs = set()
        self._each('entry')
        self._entries_of_nameless_structs()
        for step in self.ALL_STEPS:
            if step != 'field':
                self._lsts[step].sort(key=lambda entry: entry.name)
        for step, places in (('struct_union', self.table.structs), ('enum', self.table.enums)):
            names = [entry.name for entry in self._lsts[step]]
            assert names == [tp.name for tp in sorted(places, key=places.get)], (step, names)

    def _global(self, name, address, op, index, size=0, check_value=0):
        self._lsts['global'].append(GlobalExpr(name, address, CffiOp(op, index), size, check_value))

    def _entry_typedef(self, tp, name):
        tp = self.global_type(tp, '(*(%s *)0)' % name)
        self._lsts['typename'].append(TypenameExpr(name, self.table[tp]))
        if getattr(tp, 'origin', None) == 'unknown_type':
            self._struct_entry(tp, tp.name, None)
        elif isinstance(tp, model.NamedPointerType) and tp.totype not in self._seen_structs:
            self._struct_entry(tp.totype, tp.totype.name, tp.name, pointer=tp)

    def _entry_function(self, tp, name):
        if tp.ellipsis and not self.target_is_python:
            self._entry_constant(tp, name)
            return
        if self.target_is_python:
            op = OP_DLOPEN_FUNC
        else:
            op = {0: OP_CPYTHON_BLTN_N, 1: OP_CPYTHON_BLTN_O}.get(len(tp.args), OP_CPYTHON_BLTN_V)
        self._global(name, '_cffi_f_' + name, op, self.table[tp.as_raw_function()], size='_cffi_d_' + name)

    def _entry_struct(self, tp, name):
        self._struct_entry(tp, *_struct_names(tp))

    def _entry_anonymous(self, tp, name):
        if isinstance(tp, model.EnumType):
            self._enum_entry(tp, name)
        else:
            self._struct_entry(tp, name, 'typedef_' + name)

    def _entry_enum(self, tp, name):
        self._enum_entry(tp, tp._get_c_name())

    def _entry_constant(self, tp, name):
        if self.target_is_python:
            op, index = OP_DLOPEN_CONST, self.table[tp]
        elif tp.is_integer_type():
            op, index = OP_CONSTANT_INT, -1
        else:
            op, index = OP_CONSTANT, self.table[tp]
        self._global(name, '_cffi_const_' + name, op, index)

    def _entry_macro(self, value, name):
        if value == '...':
            if self.target_is_python:
                raise VerificationError("cannot use the syntax '...' in '#define %s ...' when using the ABI mode" % name)
            value = None
        self._global(name, '_cffi_const_' + name, OP_CONSTANT_INT, -1, check_value=value)

    def _entry_variable(self, tp, name):
        tp = self.global_type(tp, name)
        op = OP_GLOBAL_VAR if self.target_is_python else OP_GLOBAL_VAR_F
        self._global(name, '_cffi_var_' + name, op, self.table[tp])

    def _entry_extern_python(self, tp, name):
        if self.target_is_python:
            raise VerificationError("cannot use 'extern \"Python\"' in the ABI mode")
        if tp.ellipsis:
            raise NotImplementedError("a vararg function is extern \"Python\"")
        self._global(name, '&_cffi_externpy__' + name, OP_EXTERN_PYTHON, self.table[tp], size=name)

    def _enum_entry(self, tp, cname):
        if self.target_is_python:
            tp.check_not_partial()
        for constant, value in zip(tp.enumerators, tp.enumvalues):
            self._global(constant, '_cffi_const_' + constant, OP_ENUM, -1, check_value=value)
        if '$' in cname or self.target_is_python:
            with self.ffi._lock:
                base = tp.build_baseinttype(self.ffi, [])
            size = self.ffi.sizeof(base)
            signed = int(int(self.ffi.cast(base, -1)) < 0)
        else:
            size, signed = 'sizeof(%s)' % cname, '((%s)-1) <= 0' % cname
        self._lsts['enum'].append(EnumExpr(tp.name, self.table[tp], size, signed, ','.join(tp.enumerators)))

    def _struct_entry(self, tp, cname, approxname, pointer=None):
        # `cname` is None for a struct that C cannot name, `pointer` the type by which alone it can.
        flags = ['_CFFI_F_UNION'] if isinstance(tp, model.UnionType) else []
        why_not = None
        if tp.fldtypes is None:
            flags.append('_CFFI_F_OPAQUE')
            why_not = 'opaque'
        if tp in self.included or (pointer is not None and pointer in self.included):
            flags.append('_CFFI_F_EXTERNAL')
            why_not = 'external'
        else:
            exact = tp.fldtypes is not None and not (tp.partial or tp.fixedlayout or any(tp.anonymous_struct_fields()))
            if exact:
                flags.append('_CFFI_F_CHECK_FIELDS')
            if tp.packed:
                if tp.packed > 1 and tp.fixedlayout is None:
                    raise NotImplementedError(
                        "%r is declared with 'pack=%r'; only 0 or 1 are supported in API mode (try to use \"...;\", "
                        "which does not require a 'pack' declaration)" % (tp, tp.packed))
                if tp.packed == 1:
                    flags.append('_CFFI_F_PACKED')
        flags = '|'.join(flags) or '0'
        fields, first, size, align = [], -1, '(size_t)-1', -1
        comment = why_not
        if why_not is None:
            fields = [self._field_entry(tp, field, cname, pointer) for field in self.fields(tp)]
            first = len(self._lsts['field'])
            self._lsts['field'] += fields
            if cname is None:
                size, align, comment = '(size_t)-2', -2, 'unnamed'
            elif pointer is not None:
                size, align = 'sizeof(*(%s)0)' % pointer.name, '-1 /* unknown alignment */'
            else:
                size, align = 'sizeof(%s)' % cname, 'offsetof(struct _cffi_align_%s, y)' % approxname
        entry = StructUnionExpr(tp.name, self.table[tp], flags, size, align, comment, first, fields)
        self._lsts['struct_union'].append(entry)
        self._seen_structs.add(tp)

    def _field_entry(self, struct, field, cname, pointer):
        name, tp, bits, _ = field
        tp = self.field_type(struct, name, tp)
        inner = tp
        while isinstance(inner, model.ArrayType):
            inner = inner.item
        if isinstance(inner, model.StructOrUnion) and inner.fldtypes is None:
            raise TypeError("field '%s.%s' is of an opaque type (not declared in cdef())" % (struct.name, name))
        offset = size = '(size_t)-1'
        op = OP_NOOP
        if bits >= 0:
            op, size = OP_BITFIELD, '%d /* bits */' % bits
        elif cname is not None:
            by = struct.get_c_name('*') if pointer is None else pointer.name
            if not (isinstance(tp, model.ArrayType) and tp.length is None):
                size = 'sizeof(((%s)0)->%s)' % (by, name)
            if pointer is None:
                offset = 'offsetof(%s, %s)' % (struct.get_c_name(''), name)
            else:
                offset = '(size_t)(((char *)&((%s)4096)->%s) - (char *)4096)' % (by, name)
        return FieldExpr(name, offset, size, bits, CffiOp(op, self.table[tp]))

    def _entries_of_nameless_structs(self):
        for tp in sorted(self.table.structs, key=self.table.structs.get):
            if tp in self._seen_structs:
                continue
            if tp.name == '_IO_FILE' and tp.forcename == 'FILE':
                self._lsts['typename'].append(TypenameExpr('FILE', self.table[tp]))
                approxname = 'FILE'
            elif tp.name.startswith('$') and tp.name[1:].isdigit():
                approxname = tp.name[1:]
            else:
                # Its tag was only mentioned.
                approxname = None
            if tp.partial:
                raise NotImplementedError("%r is partial, and C has no name for it" % (tp,))
            self._struct_entry(tp, None, approxname)

    # ---------- third step: the text

    def write_source_to_f(self, f, preamble):
        if self.target_is_python:
            assert preamble is None
            self._write_python(f)
        else:
            assert preamble is not None
            CWriter(self, f).write(preamble)

    def included_modules(self, of_python):
        """Names of the modules of included FFIs."""
        names = []
        for other in self.ffi._included_ffis:
            try:
                name, source = other._assigned_source[:2]
            except AttributeError:
                raise VerificationError("ffi object %r includes %r, but the latter has not been prepared with set_source()"
                                        % (self.ffi, other))
            if (source is None) != of_python:
                kinds = ('C', 'Python') if of_python else ('Python', 'C')
                raise VerificationError("not implemented yet: ffi.include() of a %s-based ffi inside a %s-based ffi" % kinds)
            names.append(name)
        return names

    def _write_python(self, f):
        names = self.included_modules(of_python=True)
        lines = ['# auto-generated file', 'import _cffi_backend']
        lines += ['from %s import ffi as _ffi%d' % (name, i) for i, name in enumerate(names)]
        words = ''.join([word.as_python_bytes() for word in self.cffi_types])
        lines += ['', "ffi = _cffi_backend.FFI('%s'," % self.module_name, '    _version = 0x%x,' % self._version,
                  "    _types = b'%s'," % words]
        for step in self.ALL_STEPS:
            if step != 'field' and self._lsts[step]:
                entries = [entry.as_python_expr() for entry in self._lsts[step]]
                lines.append('    _%ss = (%s%s),' % (step, ','.join(entries), ',' if len(entries) == 1 else ''))
        if names:
            lines.append('    _includes = (%s,),' % ', '.join(['_ffi%d' % i for i in range(len(names))]))
        lines.append(')')
        f.write('\n'.join(lines) + '\n')


def _struct_names(tp):
    # A struct's name in C, and as a part of other names.
    cname = tp.get_c_name('')
    return cname, cname.replace(' ', '_') if ' ' in cname else '_' + cname


def _macro_type(value, parser, key):
    # The type of a macro that is no integer.
    if isinstance(value, bytes):
        return model.ConstPointerType(model.PrimitiveType('char'))
    if isinstance(value, float):
        return model.PrimitiveType('double')
    tp = parser._type(parser.native.item(parser._numbers[key])[0])
    return tp if isinstance(tp, (model.PointerType, model.FunctionPtrType)) else model.voidp_type


# ---------- files

NativeIO = io.StringIO

def _is_file_like(maybefile):
    return hasattr(maybefile, 'write')


def _make_c_or_py_source(ffi, module_name, preamble, target_file, verbose):
    if verbose:
        print("generating %s" % (target_file,))
    recompiler = Recompiler(ffi, module_name, target_is_python=(preamble is None))
    recompiler.collect_type_table()
    recompiler.collect_step_tables()
    if _is_file_like(target_file):
        recompiler.write_source_to_f(target_file, preamble)
        return True
    buffer = io.StringIO()
    recompiler.write_source_to_f(buffer, preamble)
    text = buffer.getvalue()
    try:
        with open(target_file, encoding='utf-8') as f:
            same = f.read(len(text) + 1) == text
    except (OSError, UnicodeError):
        same = False
    if same:
        if verbose:
            print("(already up-to-date)")
        return False
    # Whole or not at all, for whoever reads it meanwhile.
    temporary = '%s.~%d' % (target_file, os.getpid())
    with open(temporary, 'w', encoding='utf-8') as f:
        f.write(text)
    os.replace(temporary, target_file)
    return True


def make_c_source(ffi, module_name, preamble, target_c_file, verbose=False):
    """Writes the C text of a module; whether the file changed."""
    assert preamble is not None
    return _make_c_or_py_source(ffi, module_name, preamble, target_c_file, verbose)


def make_py_source(ffi, module_name, target_py_file, verbose=False):
    """Writes the Python text of a module; whether the file changed."""
    return _make_c_or_py_source(ffi, module_name, None, target_py_file, verbose)


def _modname_to_file(outputdir, modname, extension):
    *packages, last = modname.split('.')
    parts = [*packages, last + extension]
    os.makedirs(os.path.join(outputdir, *packages), exist_ok=True)
    return os.path.join(outputdir, *parts), parts


def recompile(ffi, module_name, preamble, tmpdir='.', call_c_compiler=True, c_file=None, source_extension='.c',
              extradir=None, compiler_verbose=1, target=None, debug=None, uses_ffiplatform=True, **kwds):
    """Writes a module's text, and compiles it if that is asked for.

    Gives the file that was made; without the compiler, the Extension (or None) and whether the text changed.
    """
    if ffi._windows_unicode:
        ffi._apply_windows_unicode(kwds)
    if preamble is None:
        if c_file is None:
            c_file = _modname_to_file(tmpdir, module_name, '.py')[0]
        updated = make_py_source(ffi, module_name, c_file, verbose=compiler_verbose)
        return c_file if call_c_compiler else (None, updated)
    if call_c_compiler and _is_file_like(c_file):
        raise TypeError("Writing to file-like objects is not supported with call_c_compiler=True")
    embedding = ffi._embedding is not None
    if embedding:
        ffi._apply_embedding_fix(kwds)
    if c_file is None:
        c_file, parts = _modname_to_file(tmpdir, module_name, source_extension)
        seen_from_tmpdir = os.path.join(*([extradir] if extradir else []), *parts)
    else:
        seen_from_tmpdir = c_file
    if target is None:
        target = module_name + '.*' if embedding else '*'
    ext = None
    if uses_ffiplatform:
        from . import ffiplatform
        ext = ffiplatform.get_extension(seen_from_tmpdir, module_name, **kwds)
    updated = make_c_source(ffi, module_name, preamble, c_file, verbose=compiler_verbose)
    if not call_c_compiler:
        return ext, updated
    if compiler_verbose:
        print("%s %r" % ("the current directory is" if tmpdir == '.' else "setting the current directory to",
                         os.path.abspath(tmpdir)))
    before = os.getcwd()
    os.chdir(tmpdir)
    try:
        return ffiplatform.compile('.', ext, compiler_verbose, debug, target=None if target == '*' else target)
    finally:
        os.chdir(before)
