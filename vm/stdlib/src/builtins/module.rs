//! The functions of `builtins`.

use super::{class, minmax, namespaces, output};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::number;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::iterators::CallIter;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::pymodule;
use dovetail_num::int::{Radix, to_radix};

/// Built-in functions, types, exceptions, and other objects.
///
/// This module provides direct access to all 'built-in'
/// identifiers of Python; for example, builtins.len is
/// the full name for the built-in function len().
///
/// This module is not normally accessed explicitly by most
/// applications, but can be useful in modules that provide
/// objects with the same name as a builtin and need to
/// distinguish between them.
#[pymodule(name = "builtins")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        for (name, ty) in dovetail_core::types::builtin_types() {
            module.set_attr(&*Str::intern(name)?, ty)?;
        }
        for (name, ty) in dovetail_core::types::exception::builtin_exceptions() {
            module.set_attr(&*Str::intern(name)?, ty)?;
        }
        use dovetail_core::types::{bool_, none as singletons};
        for (name, o) in [
            ("None", none()),
            ("Ellipsis", singletons::ellipsis()),
            ("NotImplemented", singletons::not_implemented()),
            ("True", bool_::bool_obj(true)),
            ("False", bool_::bool_obj(false)),
            ("__debug__", bool_::bool_obj(debug())),
        ] {
            module.set_attr(&*Str::intern(name)?, o)?;
        }
        let interp = dovetail_core::interpreter::Interpreter::current();
        *interp.common_functions.borrow_mut() =
            [Some(module.get_attr(sym!(all))?), Some(module.get_attr(sym!(any))?)];
        Ok(())
    }

    fn debug() -> bool {
        let i = dovetail_core::interpreter::Interpreter::current();
        i.config.get().is_none_or(|c| c.optimize == 0)
    }

    /// Internal helper function used by the class statement.
    #[function(name = "__build_class__", sig = "(*args, **kwds)", nosig)]
    fn build_class(args: &[&Obj], kwds: Option<&Dict>) -> PyResult<Object> {
        let [func, name, bases @ ..] = args else {
            bail!(TypeError, "__build_class__: not enough arguments");
        };
        class::build_class(func, name, bases, kwds)
    }

    /// Import a module.
    ///
    /// Because this function is meant for use by the Python
    /// interpreter and not for general use, it is better to use
    /// importlib.import_module() to programmatically import a module.
    #[function(name = "__import__", sig = "(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn import(
        name: &Obj,
        globals: Option<&Obj>,
        _locals: Option<&Obj>,
        fromlist: Option<&Obj>,
        level: i32,
    ) -> PyResult<Object> {
        let Some(name) = name.downcast::<Str>() else {
            bail!(TypeError, "module name must be a string");
        };
        dovetail_core::import::import(name, globals, fromlist, level)
    }

    /// Return the absolute value of the argument.
    #[function]
    fn abs(number: &Obj) -> PyResult<Object> {
        number.absolute()
    }

    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[function]
    fn all(iterable: &Obj) -> PyResult<bool> {
        let it = iterable.iter()?;
        while let Some(x) = it.iter_next()? {
            if !x.is_true()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Return True if bool(x) is True for any x in the iterable.
    ///
    /// If the iterable is empty, return False.
    #[function]
    fn any(iterable: &Obj) -> PyResult<bool> {
        let it = iterable.iter()?;
        while let Some(x) = it.iter_next()? {
            if x.is_true()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Return an ASCII-only representation of an object.
    #[function]
    fn ascii(obj: &Obj) -> PyResult<Ref<Str>> {
        obj.ascii()
    }

    /// Return the binary representation of an integer.
    ///
    ///    >>> bin(37)
    ///    '0b100101'
    #[function]
    fn bin(integer: &Obj) -> PyResult<String> {
        Ok(to_radix(integer.index()?.int_ref(), Radix::Binary, true))
    }

    /// Return the octal representation of an integer.
    ///
    ///    >>> oct(493)
    ///    '0o755'
    #[function]
    fn oct(integer: &Obj) -> PyResult<String> {
        Ok(to_radix(integer.index()?.int_ref(), Radix::Octal, true))
    }

    /// Return the hexadecimal representation of an integer.
    ///
    ///    >>> hex(3054)
    ///    '0xbee'
    #[function]
    fn hex(integer: &Obj) -> PyResult<String> {
        Ok(to_radix(integer.index()?.int_ref(), Radix::Hex, true))
    }

    /// Return whether the object is callable (i.e., some kind of function).
    ///
    /// Note that classes are callable, as are instances of classes with a
    /// __call__() method.
    #[function]
    fn callable(obj: &Obj) -> bool {
        obj.is_callable()
    }

    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[function]
    fn chr(i: &Obj) -> PyResult<Ref<Str>> {
        let i = i.index()?;
        match i.to_i64() {
            Some(v) if (0..0x110000).contains(&v) => Str::from_code_point(v as u32),
            _ => Err(raise!(ValueError, "chr() arg not in range(0x110000)")),
        }
    }

    /// Return the ordinal value of a character.
    ///
    /// If the argument is a one-character string, return the Unicode code
    /// point of that character.
    ///
    /// If the argument is a bytes or bytearray object of length 1, return its
    /// single byte value.
    #[function]
    fn ord(character: &Obj) -> PyResult<u32> {
        let size = if let Some(s) = character.downcast::<Str>() {
            if s.len() == 1 {
                return Ok(s.char_at(0));
            }
            s.len()
        } else if let Some(b) = character.downcast::<Bytes>() {
            if let [x] = b.as_slice() {
                return Ok(u32::from(*x));
            }
            b.as_slice().len()
        } else if let Some(b) = character.downcast::<ByteArray>() {
            if let [x] = b.as_slice() {
                return Ok(u32::from(*x));
            }
            b.as_slice().len()
        } else {
            bail!(TypeError, "ord() expected string of length 1, but {} found", character.type_name());
        };
        Err(raise!(TypeError, "ord() expected a character, but string of length {size} found"))
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[function]
    fn divmod(x: &Obj, y: &Obj) -> PyResult<Object> {
        x.divmod(y)
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    ///
    /// Some types, such as ints, are able to use a more efficient algorithm when
    /// invoked using the three argument form.
    #[function(sig = "(base, exp, mod=None)")]
    fn pow(base: &Obj, exp: &Obj, mod_: Option<&Obj>) -> PyResult<Object> {
        number::power(base, exp, mod_.unwrap_or(none()))
    }

    /// Return type(value).__format__(format_spec)
    #[function(sig = "(value, format_spec='', /)")]
    fn format(value: &Obj, format_spec: Option<&Str>) -> PyResult<Ref<Str>> {
        match format_spec {
            Some(s) => value.format(s),
            None => value.format(sym!("")),
        }
    }

    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
    /// When a default argument is given, it is returned when the attribute doesn't
    /// exist; without it, an exception is raised in that case.
    #[function(nosig)]
    fn getattr(object: &Obj, name: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        let name = dovetail_core::object::abstract_::attribute_name(name)?;
        match default {
            None => object.get_attr(name),
            Some(d) => Ok(object.get_attr_opt(name)?.unwrap_or_else(|| d.to_owned())),
        }
    }

    /// Return whether the object has an attribute with the given name.
    ///
    /// This is done by calling getattr(obj, name) and catching AttributeError.
    #[function]
    fn hasattr(obj: &Obj, name: &Obj) -> PyResult<bool> {
        let name = dovetail_core::object::abstract_::attribute_name(name)?;
        Ok(obj.get_attr_opt(name)?.is_some())
    }

    /// Sets the named attribute on the given object to the specified value.
    ///
    /// setattr(x, 'y', v) is equivalent to ``x.y = v``
    #[function]
    fn setattr(obj: &Obj, name: &Obj, value: &Obj) -> PyResult<()> {
        obj.set_attr(dovetail_core::object::abstract_::attribute_name(name)?, value)
    }

    /// Deletes the named attribute from the given object.
    ///
    /// delattr(x, 'y') is equivalent to ``del x.y``
    #[function]
    fn delattr(obj: &Obj, name: &Obj) -> PyResult<()> {
        obj.del_attr(dovetail_core::object::abstract_::attribute_name(name)?)
    }

    /// Return the hash value for the given object.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[function]
    fn hash(obj: &Obj) -> PyResult<isize> {
        obj.hash()
    }

    /// Return the identity of an object.
    ///
    /// This is guaranteed to be unique among simultaneously existing objects.
    /// (CPython uses the object's memory address.)
    #[function]
    fn id(obj: &Obj) -> usize {
        obj.as_ptr() as usize
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
    /// or ...`` etc.
    #[function]
    fn isinstance(obj: &Obj, class_or_tuple: &Obj) -> PyResult<bool> {
        obj.is_instance(class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
    /// or ...``.
    #[function]
    fn issubclass(cls: &Obj, class_or_tuple: &Obj) -> PyResult<bool> {
        cls.is_subclass(class_or_tuple)
    }

    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// Get an iterator from an object.
    /// In the first form, the argument must supply its own iterator, or be a sequence.
    /// In the second form, the callable is called until it returns the sentinel.
    #[function(nosig)]
    fn iter(object: &Obj, sentinel: Option<&Obj>) -> PyResult<Object> {
        let Some(sentinel) = sentinel else { return object.iter() };
        if !object.is_callable() {
            bail!(TypeError, "iter(v, w): v must be callable");
        }
        CallIter::new(object, sentinel).map(Ref::into_object)
    }

    /// next(iterator[, default])
    ///
    /// Return the next item from the iterator. If default is given and the iterator
    /// is exhausted, it is returned instead of raising StopIteration.
    #[function(nosig)]
    fn next(iterator: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        if !iterator.is_iterator() {
            bail!(TypeError, "'{}' object is not an iterator", iterator.type_name());
        }
        match (iterator.iter_next_raw(), default) {
            (Ok(Some(v)), _) => Ok(v),
            (Ok(None), Some(d)) => Ok(d.to_owned()),
            (Ok(None), None) => Err(dovetail_core::error::raise_bare(exc::StopIteration())),
            (Err(e), Some(d)) if e.matches(exc::StopIteration()) => {
                e.clear();
                Ok(d.to_owned())
            }
            (Err(e), _) => Err(e),
        }
    }

    /// Return an AsyncIterator for an AsyncIterable object.
    #[function]
    fn aiter(async_iterable: &Obj) -> PyResult<Object> {
        class::aiter(async_iterable)
    }

    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[function(sig = "(async_iterator, default=<unrepresentable>, /)")]
    fn anext(async_iterator: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        class::anext(async_iterator, default)
    }

    /// Return the number of items in a container.
    #[function]
    fn len(obj: &Obj) -> PyResult<usize> {
        obj.len_()
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    #[function(sig = "(*args, key=None, default=<unrepresentable>)", nosig, wording = "format")]
    fn max(args: &[&Obj], key: Option<&Obj>, default: Option<&Obj>) -> PyResult<Object> {
        minmax::select("max", args, key, default)
    }

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    #[function(sig = "(*args, key=None, default=<unrepresentable>)", nosig, wording = "format")]
    fn min(args: &[&Obj], key: Option<&Obj>, default: Option<&Obj>) -> PyResult<Object> {
        minmax::select("min", args, key, default)
    }

    /// Return the repr of an object.
    ///
    /// For many object types, including most builtins, eval() will return
    /// its argument.
    #[function]
    fn repr(obj: &Obj) -> PyResult<Ref<Str>> {
        obj.repr()
    }

    /// Round a number to a given precision in decimal digits.
    ///
    /// The return value is an integer if ndigits is omitted or None.  Otherwise
    /// the return value has the same type as the number.  ndigits may be negative.
    #[function(sig = "(number, ndigits=None)")]
    fn round(number: &Obj, ndigits: Option<&Obj>) -> PyResult<Object> {
        let Some(f) = number.lookup_special(sym!(__round__))? else {
            bail!(TypeError, "type {} doesn't define __round__ method", number.type_name());
        };
        match ndigits {
            None => f.call(&[]),
            Some(n) => f.call(&[n]),
        }
    }

    #[function(
        nosig,
        sig = "(*args, **kwargs)",
        doc = "sorted($module, iterable, /, *, key=None, reverse=False)\n--\n\nReturn a new list containing all items from the iterable in ascending order.\n\nA custom key function can be supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending order."
    )]
    fn sorted(args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Ref<List>> {
        let [iterable] = args else {
            bail!(TypeError, "sorted expected 1 argument, got {}", args.len());
        };
        let list = List::from_iter_obj(iterable)?;
        let Some(kwargs) = kwargs else {
            list.sort_default()?;
            return Ok(list);
        };
        let (key, reverse) = (kwargs.get(sym!(key))?, kwargs.get(sym!(reverse))?);
        if kwargs.len() > usize::from(key.is_some()) + usize::from(reverse.is_some()) {
            // What it is told beyond that is for `list.sort` to refuse.
            let sort = list.get_attr_text("sort")?;
            sort.call_dict(&dovetail_core::types::tuple::Tuple::empty(), Some(kwargs))?;
            return Ok(list);
        }
        let reverse = match reverse {
            Some(r) => r.is_true()?,
            None => false,
        };
        dovetail_core::types::list_sort::sort_list(
            &list,
            key.as_deref().filter(|key| !key.is_none()),
            reverse,
        )?;
        Ok(list)
    }

    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    ///
    /// When the iterable is empty, return the start value.
    /// This function is intended specifically for use with numeric values and may
    /// reject non-numeric types.
    #[function(sig = "(iterable, /, start=0)")]
    fn sum(iterable: &Obj, start: Option<&Obj>) -> PyResult<Object> {
        super::super::sum::sum(iterable, start)
    }

    /// Show attributes of an object.
    ///
    /// If called without an argument, return the names in the current scope.
    #[function(nosig)]
    fn dir(object: Option<&Obj>) -> PyResult<Ref<List>> {
        match object {
            Some(o) => dovetail_core::object::abstract_::dir(o),
            None => namespaces::dir_of_scope(),
        }
    }

    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals().
    /// With an argument, equivalent to object.__dict__.
    #[function(nosig)]
    fn vars(object: Option<&Obj>) -> PyResult<Object> {
        match object {
            None => namespaces::locals(),
            Some(o) => match o.get_attr_opt(sym!(__dict__))? {
                Some(d) => Ok(d),
                None => Err(raise!(TypeError, "vars() argument must have __dict__ attribute")),
            },
        }
    }

    /// Return the dictionary containing the current scope's global variables.
    ///
    /// NOTE: Updates to this dictionary *will* affect name lookups in the current
    /// global scope and vice-versa.
    #[function]
    fn globals() -> PyResult<Object> {
        namespaces::globals()
    }

    /// Return a dictionary containing the current scope's local variables.
    ///
    /// NOTE: Whether or not updates to this dictionary will affect name lookups in
    /// the local scope and vice-versa is *implementation dependent* and not
    /// covered by any backwards compatibility guarantees.
    #[function]
    fn locals() -> PyResult<Object> {
        namespaces::locals()
    }

    /// Evaluate the given source in the context of globals and locals.
    ///
    /// The source may be a string representing a Python expression
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    #[function(sig = "(source, /, globals=None, locals=None)")]
    fn eval(source: &Obj, globals: Option<&Obj>, locals: Option<&Obj>) -> PyResult<Object> {
        namespaces::eval(source, globals, locals)
    }

    /// Execute the given source in the context of globals and locals.
    ///
    /// The source may be a string representing one or more Python statements
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    /// The closure must be a tuple of cellvars, and can only be used
    /// when source is a code object requiring exactly that many cellvars.
    #[function(sig = "(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        source: &Obj,
        globals: Option<&Obj>,
        locals: Option<&Obj>,
        closure: Option<&Obj>,
    ) -> PyResult<()> {
        namespaces::exec(source, globals, locals, closure)
    }

    /// Compile source into a code object that can be executed by exec() or eval().
    ///
    /// The source code may represent a Python module, statement or expression.
    /// The filename will be used for run-time error messages.
    /// The mode must be 'exec' to compile a module, 'single' to compile a
    /// single (interactive) statement, or 'eval' to compile an expression.
    /// The flags argument, if present, controls which future statements influence
    /// the compilation of the code.
    /// The dont_inherit argument, if true, stops the compilation inheriting
    /// the effects of any future statements in effect in the code calling
    /// compile; if absent or false these statements do influence the compilation,
    /// in addition to any features explicitly specified.
    #[function(
        sig = "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    fn compile(
        source: &Obj,
        filename: &Obj,
        mode: &str,
        flags: i32,
        dont_inherit: bool,
        optimize: i32,
        _feature_version: i32,
    ) -> PyResult<Object> {
        crate::compile::compile_object(
            source,
            filename,
            mode,
            flags,
            dont_inherit,
            optimize,
            _feature_version,
        )
    }

    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    /// sep
    ///   string inserted between values, default a space.
    /// end
    ///   string appended after the last value, default a newline.
    /// file
    ///   a file-like object (stream); defaults to the current sys.stdout.
    /// flush
    ///   whether to forcibly flush the stream.
    #[function(sig = "(*args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        args: &[&Obj],
        sep: Option<&Obj>,
        end: Option<&Obj>,
        file: Option<&Obj>,
        flush: Option<&Obj>,
    ) -> PyResult<()> {
        output::print(args, sep, end, file, flush)
    }

    /// Read a string from standard input.  The trailing newline is stripped.
    ///
    /// The prompt string, if given, is printed to standard output without a
    /// trailing newline before reading input.
    ///
    /// If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.
    /// On *nix systems, readline is used if available.
    #[function(sig = "(prompt='', /)")]
    fn input(prompt: Option<&Obj>) -> PyResult<Object> {
        output::input(prompt)
    }

    /// Call sys.breakpointhook(*args, **kws).
    ///
    /// sys.breakpointhook() must accept whatever arguments are passed.
    ///
    /// By default, this drops you into the pdb debugger.
    #[function(sig = "(*args, **kws)")]
    fn breakpoint(args: &[&Obj], kws: Option<&Dict>) -> PyResult<Object> {
        let hook = output::sys_attribute("breakpointhook")?;
        let Some(hook) = hook else { bail!(RuntimeError, "lost sys.breakpointhook") };
        let t = dovetail_core::types::tuple::Tuple::from_slice(args)?;
        hook.call_dict(&t, kws)
    }
}

pub use module::MODULE;
