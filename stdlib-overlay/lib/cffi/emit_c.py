"""The C text of an out-of-line module: a function for each function, constant and variable, and the tables."""

import os

from . import model
from .error import VerificationError


class CWriter:
    """Writes one module.  `r` is the Recompiler whose tables it has."""

    def __init__(self, recompiler, f):
        self.r = recompiler
        self.ffi = recompiler.ffi
        self.f = f
        self.seen = set()

    def out(self, *lines):
        for line in lines:
            self.f.write(line + '\n')

    def write(self, preamble):
        r = self.r
        # Functions first, into a buffer: they decide what the module needs of its backend.
        embedding = self.ffi._embedding
        if embedding is not None:
            self.out('#define _CFFI_USE_EMBEDDING')
        from .recompiler import USE_LIMITED_API, VERSION_EMBEDDED
        if not USE_LIMITED_API:
            self.out('#define _CFFI_NO_LIMITED_API')
        self.out(_header('_cffi_include.h'))
        if embedding is not None:
            self.write_embedding(embedding)
            r.needs_version(VERSION_EMBEDDED)
        bar = '/*%s*/' % ('*' * 60)
        self.out(bar, '', preamble, '', bar, '')
        self.write_types()
        for kind, name, tp, quals in r.declarations():
            self.write_declaration(kind, name, tp, quals)
        self.write_tables()
        self.write_init()

    def write_embedding(self, code):
        self.out('#define _CFFI_MODULE_NAME  "%s"' % self.r.module_name,
                 '#define _CFFI_PYTHON_STARTUP_FUNC  PyInit_%s' % self.r.module_name.split('.')[-1],
                 'static const char _CFFI_PYTHON_STARTUP_CODE[] = {')
        # Numbers, because compilers limit the length of texts.
        for line in code.encode('utf-8').splitlines(True):
            self.out(('// ' + ascii(line)[2:-1]).rstrip('\\'))
            numbers = ['%d,' % byte for byte in line]
            for start in range(0, len(numbers), 20):
                self.out(''.join(numbers[start:start + 20]))
        self.out('0 };', _header('_embedding.h'))

    def write_types(self):
        names = {place: tp for tp, place in self.r.table.places.items()}
        self.out('static void *_cffi_types[] = {')
        for i, word in enumerate(self.r.cffi_types):
            comment = ' // ' + names[i]._get_c_name() if i in names else ''
            self.out('/* %2d */ %s,%s' % (i, word.as_c_expr(), comment))
        if not self.r.cffi_types:
            self.out('  0')
        self.out('};', '')

    def write_declaration(self, kind, name, tp, quals):
        try:
            if kind == 'function':
                if tp.ellipsis:
                    self.constant(name, tp)
                else:
                    self.function(name, tp)
            elif kind in ('struct', 'union'):
                from .recompiler import _struct_names
                self.struct_check(tp, *_struct_names(tp))
            elif kind in ('enum', 'anonymous') and isinstance(tp, model.EnumType):
                for constant in tp.enumerators:
                    self.integer_constant(constant)
            elif kind == 'anonymous':
                self.struct_check(tp, name, 'typedef_' + name)
            elif kind == 'constant':
                if tp.is_integer_type():
                    self.integer_constant(name)
                else:
                    self.constant(name, tp)
            elif kind == 'macro':
                self.integer_constant(name, None if tp == '...' else tp)
            elif kind == 'variable':
                self.variable(name, tp, quals)
            elif kind != 'typedef':
                storage = {'extern_python': 'static ', 'dllexport_python': 'CFFI_DLLEXPORT '}.get(kind, '')
                self.extern_python(name, tp, storage)
        except Exception as e:
            model.attach_exception_info(e, '%s %s' % (kind, name))
            raise

    # ---------- functions

    def function(self, name, tp):
        """Two functions: one as C calls it, for its address, and one as Python calls it."""
        context = 'argument of %s' % name
        args = [(arg, arg.get_c_name(' x%d' % i, context)) for i, arg in enumerate(tp.args)]
        call = '%s(%s)' % (name, ', '.join(['x%d' % i for i in range(len(args))]))
        is_void = isinstance(tp.result, model.VoidType)
        abi = tp.abi + ' ' if tp.abi else ''
        plain = '%s_cffi_d_%s(%s)' % (abi, name, ', '.join([c for _, c in args]) or 'void')
        self.out('static %s' % tp.result.get_c_name(plain), '{',
                 '  %s%s;' % ('' if is_void else 'return ', call), '}')
        given = {0: 'noarg', 1: 'arg0'}.get(len(args), 'args')
        self.out('static PyObject *', '_cffi_f_%s(PyObject *self, PyObject *%s)' % (name, given), '{')
        self.out(*['  %s;' % c for _, c in args])
        rooms = any([isinstance(arg, model.PointerType) for arg in tp.args])
        if rooms:
            self.out('  struct _cffi_room_s *rooms = NULL;')
        if not is_void:
            self.out('  %s;' % tp.result.get_c_name(' result', 'result of %s' % name))
        self.out('  PyObject *pyresult = NULL;')
        if len(args) > 1:
            names = ['arg%d' % i for i in range(len(args))]
            self.out('  PyObject %s;' % ', '.join(['*' + n for n in names]), '',
                     '  if (!PyArg_UnpackTuple(args, "%s", %d, %d, %s))' % (
                         name, len(args), len(args), ', '.join(['&' + n for n in names])),
                     '    return NULL;')
        self.out('  (void)self;')
        if not args:
            self.out('  (void)noarg;')
        for i, (arg, _) in enumerate(args):
            self.argument(arg, 'x%d' % i, 'arg%d' % i)
        self.out('  Py_BEGIN_ALLOW_THREADS', '  _cffi_restore_errno();',
                 '  { %s%s; }' % ('' if is_void else 'result = ', call),
                 '  _cffi_save_errno();', '  Py_END_ALLOW_THREADS')
        if is_void:
            self.out('  Py_INCREF(Py_None);', '  pyresult = Py_None;')
        else:
            self.out('  pyresult = %s;' % self.to_object(tp.result, 'result', 'result type'))
        if args:
            self.out(' done:')
        if rooms:
            self.out('  _cffi_free_rooms(rooms);')
        self.out('  return pyresult;', '}', '')

    def argument(self, tp, var, given):
        """Converts an object to a C variable."""
        index = self.r.table.places.get(tp)
        failed = None
        if isinstance(tp, model.PointerType):
            failed = '_cffi_pointer_argument(_cffi_type(%d), %s, (char **)&%s, &rooms) < 0' % (index, given, var)
        elif isinstance(tp, model.FunctionPtrType):
            cname = tp.get_c_name('')
            self.out('  %s = (%s)_cffi_to_c_pointer(%s, _cffi_type(%d));' % (var, cname, given, index))
            failed = '%s == (%s)NULL && PyErr_Occurred()' % (var, cname)
        elif isinstance(tp, model.BasePrimitiveType) and not tp.is_complex_type():
            cname = tp.get_c_name('')
            if tp.is_integer_type() and tp.name != '_Bool':
                convert = '_cffi_to_c_int(%s, %s)' % (given, tp.name)
            elif isinstance(tp, model.UnknownFloatType):
                convert = '(%s)_cffi_to_c_double(%s)' % (cname, given)
            else:
                convert = '(%s)_cffi_to_c_%s(%s)' % (cname, self.part(tp), given)
            self.out('  %s = %s;' % (var, convert))
            failed = '%s == (%s)-1 && PyErr_Occurred()' % (var, cname)
        elif isinstance(tp, (model.StructOrUnionOrEnum, model.BasePrimitiveType)):
            failed = '_cffi_to_c((char *)&%s, _cffi_type(%d), %s) < 0' % (var, index, given)
        else:
            raise NotImplementedError(tp)
        self.out('  if (%s)' % failed, '    goto done;')

    def part(self, tp):
        # A primitive's name as a part of others; wide characters need a newer backend.
        if tp.name in ('char16_t', 'char32_t'):
            from .recompiler import VERSION_CHAR16CHAR32
            self.r.needs_version(VERSION_CHAR16CHAR32)
        return tp.name.replace(' ', '_')

    def to_object(self, tp, var, context):
        """An expression that makes an object of a C variable."""
        places = self.r.table.places
        if isinstance(tp, model.BasePrimitiveType):
            if tp.is_integer_type() and tp.name != '_Bool':
                return '_cffi_from_c_int(%s, %s)' % (var, tp.name)
            if isinstance(tp, model.UnknownFloatType):
                return '_cffi_from_c_double(%s)' % var
            if tp.name != 'long double' and not tp.is_complex_type():
                return '_cffi_from_c_%s(%s)' % (self.part(tp), var)
        elif isinstance(tp, (model.PointerType, model.FunctionPtrType)):
            return '_cffi_from_c_pointer((char *)%s, _cffi_type(%d))' % (var, places[tp])
        elif isinstance(tp, model.StructOrUnion):
            if tp.fldnames is None:
                raise TypeError("'%s' is used as %s, but is opaque" % (tp._get_c_name(), context))
            return '_cffi_from_c_struct((char *)&%s, _cffi_type(%d))' % (var, places[tp])
        elif not isinstance(tp, model.EnumType):
            raise NotImplementedError(tp)
        return '_cffi_from_c_deref((char *)&%s, _cffi_type(%d))' % (var, places[tp])

    def extern_python(self, name, tp, storage):
        """A C function that hands its arguments, eight bytes each, to the backend and so to Python."""
        context = 'argument of %s' % name
        size = '0'
        is_void = isinstance(tp.result, model.VoidType)
        if not is_void:
            size = '(int)sizeof(%s)' % tp.result.get_c_name('', 'result of %s' % name)
        self.out('static struct _cffi_externpy_s _cffi_externpy__%s =' % name,
                 '  { "%s.%s", %s, 0, 0 };' % (self.r.module_name, name, size), '')
        params = ', '.join([arg.get_c_name(' a%d' % i, context) for i, arg in enumerate(tp.args)]) or 'void'
        declarator = '%s%s(%s)' % ('_cffi_stdcall ' if tp.abi == '__stdcall' else '', name, params)
        room = max(8 * len(tp.args), 16 if _is_long_double(tp.result) else 8)
        if isinstance(tp.result, model.StructOrUnion):
            result = tp.result.get_c_name('')
            room = 'sizeof(%s) > %d ? sizeof(%s) : %d' % (result, room, result, room)
        self.out(storage + tp.result.get_c_name(declarator), '{', '  char a[%s];' % room, '  char *p = a;')
        for i, arg in enumerate(tp.args):
            value = 'a%d' % i
            if isinstance(arg, model.StructOrUnion) or _is_long_double(arg):
                value, arg = '&' + value, model.PointerType(arg)
            self.out('  *(%s)(p + %d) = %s;' % (arg.get_c_name('*'), 8 * i, value))
        self.out('  _cffi_call_python(&_cffi_externpy__%s, p);' % name)
        if not is_void:
            self.out('  return *(%s)p;' % tp.result.get_c_name('*'))
        self.out('}', '')
        self.r._num_externpy += 1

    # ---------- constants and variables

    def once(self, category, name):
        if (category, name) in self.seen:
            raise VerificationError("duplicate declaration of %s '%s'" % (category, name))
        self.seen.add((category, name))

    def integer_constant(self, name, value=None):
        """A function that gives 64 bits, whether they are not positive (1), and whether they are not as declared (2)."""
        self.once('const', name)
        self.out('static int _cffi_const_%s(unsigned long long *o)' % name, '{',
                 '  int n = (%s) <= 0;' % name,
                 '  *o = (unsigned long long)((%s) | 0);  /* is it an integer? */' % name)
        if value is not None:
            self.out('  if (!_cffi_check_int(*o, n, %s))' % ('%dU' % value if value > 0 else value), '    n |= 2;')
        self.out('  return n;', '}', '')

    def constant(self, name, tp):
        self.once('const', name)
        self.out('static void _cffi_const_%s(char *o)' % name, '{', '  *(%s)o = %s;' % (tp.get_c_name('*'), name), '}', '')

    def variable(self, name, tp, quals):
        """A function that gives the address; a thread's own variable has one in each."""
        self.once('var', name)
        tp = self.r.global_type(tp, name)
        address = '&'
        if isinstance(tp, model.ArrayType):
            if tp.length is None:
                # Its first item will do.
                address, tp = '', tp.item
        self.out('static %s' % tp.get_c_name('*_cffi_var_%s(void)' % name, quals=quals), '{',
                 '  return %s(%s);' % (address, name), '}', '')

    # ---------- structs

    def struct_check(self, tp, cname, approxname):
        """A function that is never called: the compiler warns where fields are declared otherwise."""
        if tp.fldtypes is None:
            return
        self.out('_CFFI_UNUSED_FN', 'static void _cffi_checkfld_%s(%s *p)' % (approxname, cname), '{', '  (void)p;')
        for name, ftype, bits, quals in self.r.fields(tp):
            try:
                if ftype.is_integer_type() or bits >= 0:
                    if name != '':
                        self.out("  (void)((p->%s) | 0);  /* is '%s.%s' an integer? */" % (name, cname, name))
                    continue
                place = name
                while isinstance(ftype, model.ArrayType) and ftype.length in (None, '...'):
                    ftype, place = ftype.item, place + '[0]'
                self.out('  { %s = &p->%s; (void)tmp; }' % (
                    ftype.get_c_name('*tmp', 'field %r' % place, quals=quals), place))
            except VerificationError as e:
                self.out('  /* %s */' % e)
        self.out('}', 'struct _cffi_align_%s { char x; %s y; };' % (approxname, cname), '')

    # ---------- tables

    def write_tables(self):
        r = self.r
        for step in r.ALL_STEPS:
            if r._lsts[step]:
                self.out('static const struct _cffi_%s_s _cffi_%ss[] = {' % (step, step))
                self.out(*[entry.as_c_expr() for entry in r._lsts[step]])
                self.out('};', '')
        names = r.included_modules(of_python=False)
        if names:
            self.out('static const char *const _cffi_includes[] = {', *['  "%s",' % name for name in names], '  NULL', '};',
                     '')
        flags = int(r._num_externpy > 0 or self.ffi._embedding is not None)
        self.out('static const struct _cffi_type_context_s _cffi_type_context = {', '  _cffi_types,')
        self.out(*['  _cffi_%ss,' % step if r._lsts[step] else '  NULL,  /* no %ss */' % step for step in r.ALL_STEPS])
        self.out(*['  %d,  /* %ss */' % (len(r._lsts[step]), step) for step in r.ALL_STEPS if step != 'field'])
        self.out('  _cffi_includes,' if names else '  NULL,  /* no includes */',
                 '  %d,  /* types */' % len(r.cffi_types), '  %d,  /* flags */' % flags, '};', '')

    def write_init(self):
        self.out('#ifdef __GNUC__', '#  pragma GCC visibility push(default)', '#endif', '',
                 'PyMODINIT_FUNC', 'PyInit_%s(void)' % self.r.module_name.split('.')[-1], '{',
                 '  return _cffi_init("%s", 0x%x, &_cffi_type_context);' % (self.r.module_name, self.r._version), '}', '',
                 '#ifdef __GNUC__', '#  pragma GCC visibility pop', '#endif')


def _is_long_double(tp):
    return isinstance(tp, model.PrimitiveType) and tp.name == 'long double'


def _header(name):
    """One of our headers, with the ones it includes put in."""
    folder = os.path.dirname(__file__)
    with open(os.path.join(folder, name), encoding='utf-8') as f:
        text = f.read()
    for inner in ('parse_c_type.h', '_cffi_errors.h'):
        line = '#include "%s"\n' % inner
        if line in text:
            text = text.replace(line, _header(inner))
    return text
