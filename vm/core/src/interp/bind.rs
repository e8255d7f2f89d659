//! Binding of arguments to the parameters of Python functions, with CPython's messages.
//!
//! Arguments come as frame words; binding moves them into the new frame's locals. Words that were not bound when an
//! error is raised stay with the caller.

use crate::error::{PyResult, Raised};
use crate::interp::frame::Frame;
use crate::interp::value::Value;
use crate::object::{AsObj, Obj, Object};
use crate::raise;
use crate::thread::ThreadState;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;

/// Releases a frame that never ran.
///
/// # Safety
/// `f` is the newest frame of the data stack.
pub unsafe fn discard_frame(ts: &ThreadState, f: *mut Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        let pending = ts.take_exception();
        Frame::release_contents(f);
        (*ts.c()).py_recursion_remaining += 1;
        ts.pop_words(f);
        if let Some(e) = pending {
            ts.set_exception(Some(e));
        }
    }
}

/// Moves a word out of an argument array.
unsafe fn take(p: *mut Value) -> Value {
    // SAFETY: a word of the array.
    unsafe { std::mem::replace(&mut *p, Value::NULL) }
}

/// The parameters of a function, at hand.
struct Parameters<'a> {
    func: &'a Function,
    code: &'a Code,
    locals: *mut Value,
    /// Positional parameters, keyword-only ones.
    positional: usize,
    keyword_only: usize,
}

/// Binds `total` words at `from`; the last ones are the values of `kwnames`.
///
/// # Safety
/// `f` is a new frame with empty locals whose `function` is a Python function; the words are owned or outlive the frame.
pub unsafe fn bind_words(
    f: *mut Frame,
    from: *mut Value,
    total: usize,
    kwnames: Option<&Tuple>,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let func: &Function = (*f).function.obj().cast_unchecked();
        let code = func.code();
        let raw = code.raw();
        let locals = Frame::locals_ptr(f);
        let simple =
            raw.co_flags & (abi::CO_VARARGS | abi::CO_VARKEYWORDS) == 0 && raw.co_kwonlyargcount == 0;
        if simple && kwnames.is_none() && total == raw.co_argcount as usize {
            for i in 0..total {
                *locals.add(i) = take(from.add(i));
            }
            return Ok(());
        }
        // The usual call that leaves parameters to their defaults.
        if simple
            && kwnames.is_none()
            && let Some(defaults) = func.defaults()
        {
            let count = raw.co_argcount as usize;
            if total < count && count <= total + defaults.len() && defaults.len() <= count {
                for i in 0..total {
                    *locals.add(i) = take(from.add(i));
                }
                let first = count - defaults.len();
                for i in total..count {
                    *locals.add(i) = Value::from_heap(defaults.items()[i - first].as_raw());
                }
                return Ok(());
            }
        }
        let p = Parameters {
            func,
            code,
            locals,
            positional: raw.co_argcount as usize,
            keyword_only: raw.co_kwonlyargcount as usize,
        };
        let nkw = kwnames.map_or(0, Tuple::len);
        let nargs = total - nkw;
        let words = |i: usize| take(from.add(i));
        let kwdict = p.place_positional(nargs, words)?;
        for i in 0..nkw {
            let names = kwnames.expect("there are keywords");
            p.place_keyword(&names.items()[i], take(from.add(nargs + i)), kwdict.as_deref(), &|| {
                names.items().to_vec()
            })?;
        }
        p.finish(nargs, kwdict.as_deref())
    }
}

/// As `bind_words`, from a tuple and a keyword dictionary.
///
/// # Safety
/// As `bind_words`.
pub unsafe fn bind_objects(f: *mut Frame, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let func: &Function = (*f).function.obj().cast_unchecked();
        let code = func.code();
        let raw = code.raw();
        let p = Parameters {
            func,
            code,
            locals: Frame::locals_ptr(f),
            positional: raw.co_argcount as usize,
            keyword_only: raw.co_kwonlyargcount as usize,
        };
        let nargs = args.len();
        let kwdict = p.place_positional(nargs, |i| Value::from_heap(args.items()[i].as_raw()))?;
        if let Some(kwargs) = kwargs {
            let pairs: Vec<(Object, Object)> =
                kwargs.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            for (k, v) in pairs {
                p.place_keyword(&k, Value::from_object(v), kwdict.as_deref(), &|| {
                    kwargs.iter_borrowed().map(|(k, _)| k.to_owned()).collect()
                })?;
            }
        }
        p.finish(nargs, kwdict.as_deref())
    }
}

impl Parameters<'_> {
    fn flag(&self, flag: i32) -> bool {
        self.code.raw().co_flags & flag != 0
    }

    /// Index of the `*args` local.
    fn varargs_index(&self) -> usize {
        self.positional + self.keyword_only
    }

    /// Places positional arguments, the rest in `*args`; makes the `**kwargs` dictionary, which is given back.
    unsafe fn place_positional(
        &self,
        nargs: usize,
        word: impl Fn(usize) -> Value,
    ) -> PyResult<Option<crate::object::Ref<Dict>>> {
        // SAFETY: locals have room for all parameters.
        unsafe {
            let n = nargs.min(self.positional);
            for i in 0..n {
                *self.locals.add(i) = word(i);
            }
            let mut next = self.varargs_index();
            if self.flag(abi::CO_VARARGS) {
                let rest = Tuple::with_nulls(nargs - n)?;
                for i in n..nargs {
                    *rest.items_ptr().add(i - n) = word(i).into_object()?.into_ptr();
                }
                *self.locals.add(next) = Value::owned(rest.into_object());
                next += 1;
            }
            if self.flag(abi::CO_VARKEYWORDS) {
                let d = Dict::new()?;
                *self.locals.add(next) = Value::owned(d.clone().into_object());
                return Ok(Some(d));
            }
            Ok(None)
        }
    }

    /// Places one keyword argument; `all` gives the names of all of them, for an error's message.
    unsafe fn place_keyword(
        &self,
        name: &Obj,
        value: Value,
        kwdict: Option<&Dict>,
        all: &dyn Fn() -> Vec<Object>,
    ) -> PyResult<()> {
        let Some(s) = name.downcast::<Str>() else {
            value.release();
            return Err(raise!(TypeError, "keywords must be strings"));
        };
        let posonly = self.code.raw().co_posonlyargcount as usize;
        let count = self.positional + self.keyword_only;
        let found = (posonly..count)
            .find(|i| std::ptr::eq(self.code.local_name(*i), s))
            .or_else(|| (posonly..count).find(|i| self.code.local_name(*i).equals(s)));
        // SAFETY: locals have room for all parameters.
        unsafe {
            if let Some(i) = found {
                let p = self.locals.add(i);
                if !(*p).is_null() {
                    value.release();
                    return Err(raise!(
                        TypeError,
                        "{}() got multiple values for argument '{}'",
                        self.name(),
                        s.to_string_lossy()
                    ));
                }
                *p = value;
                return Ok(());
            }
        }
        if let Some(d) = kwdict {
            let v = value.into_object()?;
            return d.set(name, &v);
        }
        value.release();
        if (0..posonly).any(|i| self.code.local_name(i).equals(s)) {
            let given = all();
            let is_given = |i: &usize| {
                given.iter().any(|k| k.downcast::<Str>().is_some_and(|k| self.code.local_name(*i).equals(k)))
            };
            let names: Vec<String> = (0..posonly)
                .filter(is_given)
                .map(|i| self.code.local_name(i).to_string_lossy().into_owned())
                .collect();
            return Err(raise!(
                TypeError,
                "{}() got some positional-only arguments passed as keyword arguments: '{}'",
                self.name(),
                names.join(", ")
            ));
        }
        let hint = self.suggestion(&s.to_string_lossy(), posonly, count);
        Err(raise!(
            TypeError,
            "{}() got an unexpected keyword argument '{}'{hint}",
            self.name(),
            s.to_string_lossy()
        ))
    }

    fn suggestion(&self, wrong: &str, from: usize, to: usize) -> String {
        let names: Vec<String> =
            (from..to).map(|i| self.code.local_name(i).to_string_lossy().into_owned()).collect();
        match crate::types::suggest::closest(wrong, names.iter().map(String::as_str)) {
            Some(s) => format!(". Did you mean '{s}'?"),
            None => String::new(),
        }
    }

    /// Fills defaults and reports what is missing.
    unsafe fn finish(&self, nargs: usize, _kwdict: Option<&Dict>) -> PyResult<()> {
        // SAFETY: locals have room for all parameters.
        unsafe {
            // Surplus words stayed with the caller; unknown keywords are reported before them.
            if nargs > self.positional && !self.flag(abi::CO_VARARGS) {
                return Err(self.too_many(nargs));
            }
            if nargs < self.positional {
                let defaults = self.func.defaults();
                let nd = defaults.map_or(0, Tuple::len);
                let first_default = self.positional - nd.min(self.positional);
                let missing: Vec<usize> =
                    (nargs..first_default).filter(|i| (*self.locals.add(*i)).is_null()).collect();
                if !missing.is_empty() {
                    return Err(self.missing("positional", &missing));
                }
                for i in first_default.max(nargs)..self.positional {
                    if (*self.locals.add(i)).is_null()
                        && let Some(d) = defaults
                    {
                        let o = &d.items()[i - first_default + (nd - (self.positional - first_default))];
                        *self.locals.add(i) = Value::from_heap(o.as_raw());
                    }
                }
            }
            if self.keyword_only > 0 {
                let mut missing = Vec::new();
                for i in self.positional..self.positional + self.keyword_only {
                    if !(*self.locals.add(i)).is_null() {
                        continue;
                    }
                    let default = match self.func.kwdefaults() {
                        Some(d) => d.get(self.code.local_name(i).as_obj())?,
                        None => None,
                    };
                    match default {
                        Some(v) => *self.locals.add(i) = Value::from_object(v),
                        None => missing.push(i),
                    }
                }
                if !missing.is_empty() {
                    return Err(self.missing("keyword-only", &missing));
                }
            }
        }
        Ok(())
    }

    fn name(&self) -> String {
        self.func.qualname().to_string_lossy().into_owned()
    }

    /// `f() missing 2 required positional arguments: 'a' and 'b'`.
    fn missing(&self, kind: &str, which: &[usize]) -> Raised {
        let names: Vec<String> = which
            .iter()
            .map(|i| {
                self.code.local_name(*i).repr().map(|r| r.to_string_lossy().into_owned()).unwrap_or_default()
            })
            .collect();
        let list = match names.as_slice() {
            [a] => a.clone(),
            [a, b] => format!("{a} and {b}"),
            [head @ .., last] => format!("{}, and {last}", head.join(", ")),
            [] => String::new(),
        };
        let s = if which.len() == 1 { "" } else { "s" };
        raise!(TypeError, "{}() missing {} required {kind} argument{s}: {list}", self.name(), which.len())
    }

    /// `f() takes from 1 to 2 positional arguments but 3 were given`.
    fn too_many(&self, given: usize) -> Raised {
        let nd = self.func.defaults().map_or(0, Tuple::len);
        let max = self.positional;
        // SAFETY: locals have room for all parameters.
        let kwonly_given =
            (max..max + self.keyword_only).filter(|i| unsafe { !(*self.locals.add(*i)).is_null() }).count();
        let (plural, takes) = if nd > 0 {
            (true, format!("from {} to {max}", max - nd.min(max)))
        } else {
            (max != 1, max.to_string())
        };
        let kw = if kwonly_given > 0 {
            format!(
                " positional argument{} (and {kwonly_given} keyword-only argument{})",
                if given == 1 { "" } else { "s" },
                if kwonly_given == 1 { "" } else { "s" }
            )
        } else {
            String::new()
        };
        raise!(
            TypeError,
            "{}() takes {takes} positional argument{} but {given}{kw} {} given",
            self.name(),
            if plural { "s" } else { "" },
            if given == 1 && kwonly_given == 0 { "was" } else { "were" }
        )
    }
}
