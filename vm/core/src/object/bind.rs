//! Binding of call arguments to a native function's parameters, with CPython's messages.

use crate::error::PyResult;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Ref};
use crate::raise;
use crate::types::dict::Dict;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;

/// Arguments as vectorcall passes them: `nargs` positional ones, then the values that `kwnames` names.
pub struct CallArgs<'a> {
    args: &'a [&'a Obj],
    nargs: usize,
    kwnames: Option<&'a Tuple>,
}

impl<'a> CallArgs<'a> {
    /// # Safety
    /// `args` holds `nargs` live objects and one more for each of `kwnames`.
    #[inline(always)]
    pub unsafe fn new(
        args: *const *mut abi::PyObject,
        nargs: isize,
        kwnames: Option<&'a Tuple>,
    ) -> CallArgs<'a> {
        let n = nargs as usize;
        let total = n + kwnames.map_or(0, Tuple::len);
        // SAFETY: the caller's promise; a `&Obj` is a non-null object pointer.
        let args = if total == 0 { &[] } else { unsafe { std::slice::from_raw_parts(args.cast(), total) } };
        CallArgs { args, nargs: n, kwnames }
    }

    pub fn positional(&self) -> &'a [&'a Obj] {
        &self.args[..self.nargs]
    }

    fn keyword_items(&self) -> impl Iterator<Item = (&'a Str, &'a Obj)> + '_ {
        let names = self.kwnames.map(Tuple::items).unwrap_or(&[]);
        names
            .iter()
            .zip(&self.args[self.nargs..])
            // SAFETY: keyword names are strings (checked where calls are made).
            .map(|(n, v)| (unsafe { n.as_obj().cast_unchecked::<Str>() }, *v))
    }
}

/// An argument tuple and keyword dictionary (of `tp_new`, `tp_init`, `tp_call`), laid out for binding.
pub struct TupleArgs<'a> {
    all: Vec<&'a Obj>,
    nargs: usize,
    kwnames: Option<Ref<Tuple>>,
}

impl<'a> TupleArgs<'a> {
    /// # Safety
    /// `args` is a tuple and `kwargs` a dict with string keys or NULL; both outlive the result unchanged.
    pub unsafe fn new(args: *mut abi::PyObject, kwargs: *mut abi::PyObject) -> PyResult<TupleArgs<'a>> {
        // SAFETY: the caller's promise.
        let (args, kwargs): (&'a Tuple, Option<&'a Dict>) =
            unsafe { (super::native::cast_unchecked(args), super::native::cast_opt_unchecked(kwargs)) };
        let mut all: Vec<&'a Obj> = args.items().iter().map(|o| o.as_obj()).collect();
        let nargs = all.len();
        let kwnames = match kwargs.filter(|d| !d.is_empty()) {
            None => None,
            Some(d) => {
                let mut names = Vec::with_capacity(d.len());
                for (k, v) in d.iter_borrowed() {
                    if !k.is_a::<Str>() {
                        return Err(raise!(TypeError, "keywords must be strings"));
                    }
                    names.push(k.to_owned());
                    // SAFETY: the dictionary keeps its values alive.
                    all.push(unsafe { Obj::from_ptr(v.as_ptr()) });
                }
                Some(Tuple::from_vec(names)?)
            }
        };
        Ok(TupleArgs { all, nargs, kwnames })
    }

    /// As `new` for `tp_new` (`init` false) or `tp_init` of the type `own`, called for a class `cls`: a native type that
    /// takes no keywords lets them pass when the other of the two is the class's own and may want them.
    ///
    /// # Safety
    /// As `new`; `own` and `cls` are types.
    pub unsafe fn for_class(
        args: *mut abi::PyObject,
        mut kwargs: *mut abi::PyObject,
        own: *mut abi::PyTypeObject,
        cls: *mut abi::PyTypeObject,
        init: bool,
    ) -> PyResult<TupleArgs<'a>> {
        // SAFETY: the caller's promise.
        unsafe {
            let theirs = if init {
                (*own).tp_new.map(|f| f as usize) != (*cls).tp_new.map(|f| f as usize)
            } else {
                (*own).tp_init.map(|f| f as usize) != (*cls).tp_init.map(|f| f as usize)
            };
            if !std::ptr::eq(own, cls) && theirs {
                kwargs = std::ptr::null_mut();
            }
            TupleArgs::new(args, kwargs)
        }
    }

    pub fn as_call_args(&self) -> CallArgs<'_> {
        CallArgs { args: &self.all, nargs: self.nargs, kwnames: self.kwnames.as_deref() }
    }
}

/// Whose words an error of the arguments takes: CPython's functions are not all read by one reader.
#[derive(Clone, Copy)]
pub enum Wording {
    /// Argument Clinic's parsers.
    Clinic,
    /// `PyArg_UnpackTuple` for the number of positional arguments.
    Unpack,
    /// `PyArg_ParseTupleAndKeywords` over the keywords alone, positional arguments being free.
    Format,
    /// A check of its own, which does not name the keyword.
    Nameless,
}

/// A native function's parameters; made by the macros from the Python signature.
pub struct Signature<const N: usize> {
    pub function: &'static str,
    pub names: [&'static str; N],
    pub required: [bool; N],
    pub positional_only: usize,
    pub positional: usize,
    pub min_positional: usize,
    pub varargs: bool,
    pub varkeywords: bool,
    pub wording: Wording,
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

impl<const N: usize> Signature<N> {
    pub const fn named(self, function: &'static str) -> Signature<N> {
        Signature { function, ..self }
    }

    /// Distributes the arguments over the parameters; missing optional ones are `None`.
    #[inline(always)]
    pub fn bind<'a>(&self, args: &CallArgs<'a>) -> PyResult<[Option<&'a Obj>; N]> {
        let mut bound = [None; N];
        let n = args.nargs;
        let plain = args.kwnames.is_none();
        if plain && n >= self.min_positional && (n <= self.positional || self.varargs) && self.positional == N
        {
            let take = if n < self.positional { n } else { self.positional };
            let mut i = 0;
            while i < take {
                bound[i] = Some(args.args[i]);
                i += 1;
            }
            return Ok(bound);
        }
        self.bind_slow(args, bound)
    }

    #[cold]
    #[inline(never)]
    fn bind_slow<'a>(
        &self,
        args: &CallArgs<'a>,
        mut bound: [Option<&'a Obj>; N],
    ) -> PyResult<[Option<&'a Obj>; N]> {
        let (f, n) = (self.function, args.nargs);
        let nkw = args.kwnames.map_or(0, Tuple::len);
        match self.wording {
            Wording::Unpack if n > self.positional || n < self.min_positional => {
                return Err(self.unpack(n));
            }
            Wording::Format if nkw > N - self.positional => {
                let most = N - self.positional;
                return Err(raise!(
                    TypeError,
                    "{f}() takes at most {most} keyword argument{} ({nkw} given)",
                    plural(most)
                ));
            }
            _ => {}
        }
        if n + nkw > N && self.positional_only < N && !self.varargs && !self.varkeywords {
            let keyword = if n == 0 { "keyword " } else { "" };
            let given = n + nkw;
            return Err(raise!(
                TypeError,
                "{f}() takes at most {N} {keyword}argument{} ({given} given)",
                plural(N)
            ));
        }
        if n > self.positional && !self.varargs {
            return Err(self.too_many(n));
        }
        for (i, a) in args.positional().iter().take(self.positional).enumerate() {
            bound[i] = Some(*a);
        }
        if nkw > 0 && self.positional_only == N && !self.varkeywords {
            return Err(raise!(TypeError, "{f}() takes no keyword arguments"));
        }
        // What is missing is told before what is too much.
        let (mut twice, mut unexpected) = (None, None);
        for (name, value) in args.keyword_items() {
            let found =
                self.names.iter().enumerate().skip(self.positional_only).find(|(_, s)| name.equals_str(s));
            match found {
                Some((i, _)) if bound[i].is_some() => twice = twice.or(Some(i)),
                Some((i, _)) => bound[i] = Some(value),
                None if self.varkeywords => {}
                None => unexpected = unexpected.or(Some(name)),
            }
        }
        for (i, b) in bound.iter().enumerate() {
            if b.is_none() && self.required[i] {
                if i < self.positional_only {
                    return Err(self.too_few(n));
                }
                return Err(raise!(
                    TypeError,
                    "{f}() missing required argument '{}' (pos {})",
                    self.names[i],
                    i + 1
                ));
            }
        }
        if let Some(i) = twice {
            let s = self.names[i];
            return Err(raise!(
                TypeError,
                "argument for {f}() given by name ('{s}') and position ({})",
                i + 1
            ));
        }
        if let Some(name) = unexpected {
            if matches!(self.wording, Wording::Nameless) {
                return Err(raise!(TypeError, "{f}() got an unexpected keyword argument"));
            }
            // What has no name is spoken of, not called.
            let call = if f.contains(' ') { "" } else { "()" };
            let name = name.to_string_lossy();
            return Err(raise!(TypeError, "{f}{call} got an unexpected keyword argument '{name}'"));
        }
        Ok(bound)
    }

    fn too_many(&self, n: usize) -> crate::error::Raised {
        let (f, max) = (self.function, self.positional);
        if N == 0 && !self.varkeywords {
            return raise!(TypeError, "{f}() takes no positional arguments");
        }
        if self.positional_only == N && !self.varkeywords {
            return self.unpack(n);
        }
        if max == 0 {
            return raise!(TypeError, "{f}() takes no positional arguments");
        }
        let bound = if self.min_positional == max { "exactly" } else { "at most" };
        raise!(TypeError, "{f}() takes {bound} {max} positional argument{} ({n} given)", plural(max))
    }

    /// The number of positional arguments is wrong, in `PyArg_UnpackTuple`'s words.
    fn unpack(&self, n: usize) -> crate::error::Raised {
        let (f, min, max) = (self.function, self.min_positional, self.positional);
        let (bound, limit) = match (min == max, n < min) {
            (true, _) => ("", max),
            (false, true) => ("at least ", min),
            (false, false) => ("at most ", max),
        };
        raise!(TypeError, "{f} expected {bound}{limit} argument{}, got {n}", plural(limit))
    }

    fn too_few(&self, n: usize) -> crate::error::Raised {
        let (f, min) = (self.function, self.min_positional);
        let exact = self.min_positional == self.positional;
        if self.positional_only < N {
            let bound = if exact { "exactly" } else { "at least" };
            return raise!(
                TypeError,
                "{f}() takes {bound} {min} positional argument{} ({n} given)",
                plural(min)
            );
        }
        self.unpack(n)
    }

    /// The positional arguments beyond the named ones.
    pub fn rest<'a>(&self, args: &CallArgs<'a>) -> &'a [&'a Obj] {
        let all = args.positional();
        all.get(self.positional..).unwrap_or(&[])
    }

    /// The keyword arguments that no parameter names, as a new dictionary; `None` when there are none.
    pub fn keywords(&self, args: &CallArgs<'_>) -> PyResult<Option<Ref<Dict>>> {
        let mut dict = None;
        for (name, value) in args.keyword_items() {
            if self.names.iter().skip(self.positional_only).any(|s| name.equals_str(s)) {
                continue;
            }
            if dict.is_none() {
                dict = Some(Dict::new()?);
            }
            if let Some(d) = &dict {
                d.set(name.as_obj(), value)?;
            }
        }
        Ok(dict)
    }
}
