"""The class FFI."""

import sys

from _cdef import InlineFFI
from . import model
from .error import CDefError
from .lock import allocate_lock


class FFI(InlineFFI):
    """C declarations, and what can be done with the types and libraries that they describe.

        ffi = FFI()
        ffi.cdef("size_t strlen(const char *);")
        libc = ffi.dlopen(None)
        libc.strlen(b"four")
    """

    def __init__(self, backend=None):
        if backend is None:
            backend = _default_backend()
        from . import cparser
        self._backend = backend
        self._lock = allocate_lock()
        self._parser = cparser.Parser()
        self._cached_btypes = {}
        self._function_caches = []
        self._libraries = []
        self._cdefsources = []
        self._included_ffis = []
        self._windows_unicode = None
        self._init_once_cache = {}
        self._embedding = None
        self._typecache = model.get_typecache(backend)
        if hasattr(backend, 'set_ffi'):
            backend.set_ffi(self)
        is_module = isinstance(backend, type(sys))
        for name in vars(backend) if is_module else dir(backend):
            if name.startswith('RTLD_'):
                setattr(self, name, getattr(backend, name))
        with self._lock:
            self.BVoidP = self._get_cached_btype(model.voidp_type)
            self.BCharA = self._get_cached_btype(model.char_array_type)
        holder = FFI if is_module else self
        if 'NULL' not in holder.__dict__:
            holder.NULL = self.cast(self.BVoidP, 0)
            holder.CData, holder.CType = backend._get_types()
        self.buffer = backend.buffer

    # ---------- declarations

    def cdef(self, csource, override=False, packed=False, pack=None, **options):
        """Reads declarations.

        With `override`, they may replace earlier ones.  `packed` leaves no gaps between the fields of structs, `pack` none
        beyond that alignment.  The text may have lines of the preprocessor; for its `#include`s there are the options of
        cdef_header().
        """
        self._cdef(csource, override=override, packed=packed, pack=pack, **options)

    def cdef_header(self, *headers, names=(), include_dirs=(), define=None, arguments=(), override=False):
        """Reads the declarations of headers.

        `names` are patterns (`sqlite3_*`) of the names that are wanted; without any, all but the reserved ones.  `define` is
        a dict or list of macros, `arguments` go to clang.  Search paths and macros count for later texts too.
        """
        if isinstance(names, str):
            names = [names]
        self._cdef(_include_lines(headers), override=override, names=tuple(names), include_dirs=_paths(include_dirs),
                   define=define, arguments=tuple(arguments))

    def complete_from_headers(self, *headers, include_dirs=(), define=None):
        """Looks up in headers what earlier texts left open with '...': layouts, lengths, types, values of constants.

        Gives a list of (name, message) pairs for what the headers declare otherwise.
        """
        with self._lock:
            return self._parser.resolve(_include_lines(headers), _paths(include_dirs), define)

    def embedding_api(self, csource, packed=False, pack=None):
        """As cdef(): functions that a C program may call in the library that compile() makes, written in Python."""
        self._cdef(csource, packed=packed, pack=pack, dllexport=True)
        if self._embedding is None:
            self._embedding = ''

    def _cdef(self, csource, override=False, **options):
        if not isinstance(csource, str):
            raise TypeError("cdef() argument must be a string")
        with self._lock:
            self._parser.parse(csource, override=override, **options)
            self._cdefsources.append(csource)
            # What an identifier means may have changed.
            self._parsed_types.clear()
            if override:
                for cache in self._function_caches:
                    cache.clear()
            pending, self._parser._recomplete = self._parser._recomplete, []
            for tp in pending:
                tp.finish_backend_type(self, pending)

    def include(self, ffi_to_include):
        """Makes the types of another FFI object known in this one.  Functions and variables stay with the other one."""
        if not isinstance(ffi_to_include, FFI):
            raise TypeError("ffi.include() expects an argument that is also of type cffi.FFI, not %r"
                            % (type(ffi_to_include).__name__,))
        if ffi_to_include is self:
            raise ValueError("self.include(self)")
        with ffi_to_include._lock, self._lock:
            self._parser.include(ffi_to_include._parser)
            self._parsed_types.clear()
            self._cdefsources += ['[', *ffi_to_include._cdefsources, ']']
            self._included_ffis.append(ffi_to_include)

    def list_types(self):
        """Names of the typedefs, structs and unions that are declared: three sorted lists."""
        lists = {'typedef': [], 'struct': [], 'union': []}
        for key in self._parser._declarations:
            kind, _, name = key.partition(' ')
            if kind in lists:
                lists[kind].append(name)
        return tuple([sorted(names) for names in lists.values()])

    def documentation(self, name):
        """The comment that stands before a declaration in its header or text, else None."""
        for kind in ('function', 'variable', 'constant', 'macro', 'typedef', 'struct', 'union', 'enum'):
            doc = self._parser.details('%s %s' % (kind, name))[1]
            if doc is not None:
                return doc
        return None

    # ---------- libraries

    def dlopen(self, name, flags=0):
        """Opens a library: a file, a name that the linker would find, None for the program itself, or a handle as a
        `void *`."""
        if not (name is None or isinstance(name, (str, self.CData))):
            raise TypeError("dlopen(name): name must be a file name, None, or an already-opened 'void *' handle")
        from .library import make_library
        with self._lock:
            lib, cache = make_library(self, name, flags)
            self._function_caches.append(cache)
            self._libraries.append(lib)
        return lib

    def dlclose(self, lib):
        """Closes a library.  What came out of it must not be used any more."""
        type(lib).__cffi_close__(lib)

    # ---------- types

    def _typeof_locked(self, cdecl):
        # A type; for the text of a bare function a tuple with the pointer to it.
        known = self._parsed_types.get(cdecl)
        if known is None:
            tp = self._parser.parse_type(cdecl)
            if tp.is_raw_function:
                known = (self._get_cached_btype(tp.as_function_pointer()),)
            else:
                known = self._get_cached_btype(tp)
            self._parsed_types[cdecl] = known
        return known

    def _typeof(self, cdecl, consider_function_as_funcptr=False):
        known = self._parsed_types.get(cdecl)
        if known is None:
            with self._lock:
                known = self._typeof_locked(cdecl)
        if type(known) is tuple:
            if not consider_function_as_funcptr:
                raise CDefError("the type %r is a function type, not a pointer-to-function type" % (cdecl,))
            known, = known
        return known

    def _get_cached_btype(self, tp):
        # Called with the lock held.
        btype = self._cached_btypes.get(tp)
        if btype is None:
            pending = []
            btype = tp.get_cached_btype(self, pending)
            for struct in pending:
                struct.finish_backend_type(self, pending)
        return btype

    def _pointer_to(self, ctype):
        with self._lock:
            return model.pointer_cache(self, ctype)

    def _typeof_other(self, o):
        # Functions of ffi.verify(); values of another backend.
        if isinstance(o, self.CData):
            return self._backend.typeof(o)
        base = getattr(o, '_cffi_base_type', None)
        if base is not None and isinstance(o, type(_paths)):
            with self._lock:
                return self._get_cached_btype(base)
        raise TypeError(type(o))

    def offsetof(self, cdecl, *fields_or_indexes):
        """Bytes from the start of a struct or array to a field or item, which may lie in nested ones."""
        if isinstance(cdecl, str):
            cdecl = self._typeof(cdecl)
        return self._typeoffsetof(cdecl, *fields_or_indexes)[1]

    def _typeoffsetof(self, ctype, field_or_index, *others):
        ctype, offset = self._backend.typeoffsetof(ctype, field_or_index)
        for step in others:
            ctype, more = self._backend.typeoffsetof(ctype, step, 1)
            offset += more
        return ctype, offset

    def getctype(self, cdecl, replace_with=''):
        """How C writes a type; with a name or declarator put where it belongs."""
        if isinstance(cdecl, str):
            cdecl = self._typeof(cdecl)
        inner = replace_with.strip()
        if inner.startswith('*') and '&[' in self._backend.getcname(cdecl, '&'):
            inner = '(%s)' % inner
        elif inner and inner[0] not in '[(':
            inner = ' ' + inner
        return self._backend.getcname(cdecl, inner)

    # ---------- data

    def new_allocator(self, alloc=None, free=None, should_clear_after_alloc=True):
        """A function like new() that takes its memory from `alloc(size)` and gives it to `free(pointer)`."""
        allocator = self._backend.FFI().new_allocator(alloc, free, should_clear_after_alloc)

        def allocate(cdecl, init=None):
            if isinstance(cdecl, str):
                cdecl = self._typeof(cdecl)
            return allocator(cdecl, init)
        return allocate

    def addressof(self, cdata, *fields_or_indexes):
        """A pointer to a struct or array, or to a field or item in it; of a library's function or variable, by name."""
        try:
            ctype = self._backend.typeof(cdata)
        except TypeError:
            of_library = getattr(type(cdata), '__addressof__', None)
            if of_library is None:
                raise
            return of_library(cdata, *fields_or_indexes)
        offset = 0
        if fields_or_indexes:
            ctype, offset = self._typeoffsetof(ctype, *fields_or_indexes)
        elif ctype.kind == 'pointer':
            raise TypeError("addressof(pointer)")
        return self._backend.rawaddressof(self._pointer_to(ctype), cdata, offset)

    # ---------- calls

    def callback(self, cdecl, python_callable=None, error=None, onerror=None):
        """A C function that calls a Python one; without it, a decorator.

        `error` is the result after an exception; `onerror(type, value, traceback)` may give another.  The object must be
        kept for as long as C may call it.
        """
        if isinstance(cdecl, str):
            cdecl = self._typeof(cdecl, consider_function_as_funcptr=True)

        def make(function):
            if not callable(function):
                raise TypeError("the 'python_callable' argument is not callable")
            return self._backend.callback(cdecl, function, error, onerror)
        return make if python_callable is None else make(python_callable)

    def def_extern(self, *args, **kwds):
        """Only of the `ffi` objects in compiled modules."""
        raise ValueError("ffi.def_extern() is only available on API-mode FFI objects")

    @property
    def errno(self):
        """What C's errno was after the last call, and what it will be in the next one."""
        return self._backend.get_errno()

    @errno.setter
    def errno(self, value):
        self._backend.set_errno(value)

    def getwinerror(self, code=-1):
        """Windows alone has it."""
        return self._backend.getwinerror(code)

    def init_once(self, func, tag):
        """The result of `func()`, which is called once for each tag, whatever threads ask."""
        state = self._init_once_cache.get(tag)
        if state is None:
            state = self._init_once_cache.setdefault(tag, (False, allocate_lock()))
        done, value = state
        if done:
            return value
        with value:
            done, value = self._init_once_cache[tag]
            if not done:
                value = func()
                self._init_once_cache[tag] = (True, value)
        return value

    # ---------- building

    def verify(self, source='', tmpdir=None, **kwargs):
        """Compiles `source` and gives a library with all that is declared; the compiler checks the declarations."""
        from .verifier import Verifier, _caller_dir_pycache
        self.verifier = Verifier(self, source, tmpdir or _caller_dir_pycache(), **kwargs)
        lib = self.verifier.load_library()
        self._libraries.append(lib)
        return lib

    def set_unicode(self, enabled_flag):
        """Declares TCHAR and its kin as wide or narrow characters."""
        if self._windows_unicode is not None:
            raise ValueError("set_unicode() can only be called once")
        self._windows_unicode = bool(enabled_flag)
        char = 'wchar_t' if enabled_flag else 'char'
        self.cdef("typedef %s TBYTE, TCHAR; typedef const %s *LPCTSTR, *PCTSTR; typedef %s *LPTSTR, *PTSTR;"
                  "typedef TBYTE *PTBYTE; typedef TCHAR *PTCHAR;" % (char, char, char))

    def _apply_windows_unicode(self, kwds):
        macros = kwds.get('define_macros', ())
        if not isinstance(macros, (list, tuple)):
            raise TypeError("'define_macros' must be a list or tuple")
        kwds['define_macros'] = [*macros, ('UNICODE', '1'), ('_UNICODE', '1')]

    def _apply_embedding_fix(self, kwds):
        # A program's library needs the runtime's.
        import sysconfig
        library = 'python%d.%d%s' % (*sys.version_info[:2], getattr(sys, 'abiflags', ''))
        libraries = kwds.setdefault('libraries', [])
        if library not in libraries:
            libraries.append(library)
        folder = sysconfig.get_config_var('LIBDIR')
        # A prefix of its own is found again where the linker does not look.
        for key in ('library_dirs', 'runtime_library_dirs'):
            folders = kwds.setdefault(key, [])
            if folder and folder not in folders:
                folders.append(folder)

    def set_source(self, module_name, source, source_extension='.c', **kwds):
        """What compile() and its siblings make: the module's name, and the C text that all functions are found in, or
        None for a module of Python that opens libraries.  Keywords are those of setuptools' Extension."""
        if hasattr(self, '_assigned_source'):
            raise ValueError("set_source() cannot be called several times per ffi object")
        if not isinstance(module_name, str):
            raise TypeError("'module_name' must be a string")
        if '/' in module_name:
            raise ValueError("'module_name' must not contain '/': use a dotted name to make a 'package.module' location")
        self._assigned_source = (module_name, source, source_extension, kwds)

    def set_source_pkgconfig(self, module_name, pkgconfig_libs, source, source_extension='.c', **kwds):
        """As set_source(), with flags that pkg-config tells of these packages."""
        from . import pkgconfig
        if not isinstance(pkgconfig_libs, list):
            raise TypeError("the pkgconfig_libs argument must be a list of package names")
        pkgconfig.merge_flags(kwds, pkgconfig.flags_from_pkgconfig(pkgconfig_libs))
        self.set_source(module_name, source, source_extension, **kwds)

    def _source(self, asker):
        if not hasattr(self, '_assigned_source'):
            raise ValueError("set_source() must be called before %s()" % asker)
        return self._assigned_source

    def distutils_extension(self, tmpdir='build', verbose=True):
        """An Extension for setup(), whose C text is written into `tmpdir`."""
        if not hasattr(self, '_assigned_source') and hasattr(self, 'verifier'):
            return self.verifier.get_extension()
        module_name, source, extension, kwds = self._source('distutils_extension')
        if source is None:
            raise TypeError("distutils_extension() is only for C extension modules, not for dlopen()-style pure Python "
                            "modules")
        import os
        from .recompiler import recompile
        os.makedirs(tmpdir, exist_ok=True)
        ext, updated = recompile(self, module_name, source, tmpdir=tmpdir, extradir=tmpdir, source_extension=extension,
                                 call_c_compiler=False, **kwds)
        if verbose:
            sys.stderr.write("%s: %r\n" % ("regenerated" if updated else "not modified", ext.sources[0]))
        return ext

    def emit_c_code(self, filename):
        """Writes the C text of the module into a file, by name or open."""
        module_name, source, _, kwds = self._source('emit_c_code')
        if source is None:
            raise TypeError("emit_c_code() is only for C extension modules, not for dlopen()-style pure Python modules")
        self._emit(module_name, source, filename, kwds)

    def emit_python_code(self, filename):
        """Writes the Python text of the module into a file, by name or open."""
        module_name, source, _, kwds = self._source('emit_python_code')
        if source is not None:
            raise TypeError("emit_python_code() is only for dlopen()-style pure Python modules, not for C extension "
                            "modules")
        self._emit(module_name, source, filename, kwds)

    def _emit(self, module_name, source, filename, kwds):
        from .recompiler import recompile
        recompile(self, module_name, source, c_file=filename, call_c_compiler=False, uses_ffiplatform=False, **kwds)

    def compile(self, tmpdir='.', verbose=0, target=None, debug=None):
        """Makes the module in `tmpdir` and gives its path.

        `target` is the file's name; '*' is the one that Python imports, and 'name.*' a shared library's.
        """
        from .recompiler import recompile
        module_name, source, extension, kwds = self._source('compile')
        return recompile(self, module_name, source, tmpdir=tmpdir, target=target, source_extension=extension,
                         compiler_verbose=verbose, debug=debug, **kwds)

    def embedding_init_code(self, pysource):
        """Python code that runs when a C program first calls the library that compile() makes."""
        if self._embedding:
            raise ValueError("embedding_init_code() can only be called once")
        import textwrap
        lines = pysource.splitlines()
        while lines and not lines[0].strip():
            del lines[0]
        pysource = textwrap.dedent('\n'.join(lines) + '\n')
        compile(pysource, "cffi_init", "exec")
        self._embedding = pysource


def _default_backend():
    import _cffi_backend as backend
    from . import __version__
    if backend.__version__ != __version__:
        raise Exception("Version mismatch: this is the 'cffi' package version %s, located in %r.  The top-level "
                        "'_cffi_backend' module is version %s, located in %r.  The two versions should be equal; check "
                        "your installation." % (__version__, __file__, backend.__version__,
                                                getattr(backend, '__file__', 'the runtime')))
    return backend


def _include_lines(headers):
    if not headers:
        raise TypeError("at least one header is needed")
    return ''.join(['#include "%s"\n' % h if h.startswith('/') else '#include <%s>\n' % h for h in headers])


def _paths(folders):
    import os
    if isinstance(folders, (str, os.PathLike)):
        folders = [folders]
    return tuple([os.fspath(f) for f in folders])
