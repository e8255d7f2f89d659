//! The pickle language, executed.

use super::input::truncated;
use super::memo::put;
use super::opcodes::*;
use super::unpickler::{Unpickler, utf8};
use super::unpickling;
use dovetail_core::error::{PyResult, Raised, exc, from_c};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::codec::decode_bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::set::{FrozenSet, Set};
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_text::TextBuf;

impl Unpickler {
    /// Runs to the end of the pickle.
    pub fn load_all(&self) -> PyResult<Object> {
        loop {
            let code = match self.state().input.byte() {
                Ok(b) => b,
                Err(e) if e.matches(super::unpickling_type()?) => {
                    e.clear();
                    bail!(EOFError, "Ran out of input");
                }
                Err(e) => return Err(e),
            };
            if code == STOP {
                return self.pop();
            }
            self.step(code)?;
        }
    }

    fn step(&self, code: u8) -> PyResult<()> {
        match code {
            NONE => self.push(none().to_owned()),
            BININT => self.push_int(self.le(4)? as i32 as i64)?,
            BININT1 => self.push_int(self.le(1)? as i64)?,
            BININT2 => self.push_int(self.le(2)? as i64)?,
            INT => self.load_int()?,
            LONG => self.load_long()?,
            LONG1 | LONG4 => self.load_counted_long(if code == LONG1 { 1 } else { 4 })?,
            FLOAT => self.load_float()?,
            BINFLOAT => {
                let b = self.state().input.take(8)?;
                let v = f64::from_be_bytes(b.try_into().map_err(|_| truncated())?);
                self.push(Float::new(v)?.into_object());
            }
            SHORT_BINBYTES => self.load_bytes(1)?,
            BINBYTES => self.load_bytes(4)?,
            BINBYTES8 => self.load_bytes(8)?,
            BYTEARRAY8 => self.load_bytearray()?,
            NEXT_BUFFER => self.load_next_buffer()?,
            READONLY_BUFFER => self.load_readonly_buffer()?,
            SHORT_BINSTRING => self.load_old_string(1)?,
            BINSTRING => self.load_old_string(4)?,
            STRING => self.load_quoted()?,
            UNICODE => self.load_unicode()?,
            SHORT_BINUNICODE => self.load_text(1)?,
            BINUNICODE => self.load_text(4)?,
            BINUNICODE8 => self.load_text(8)?,
            EMPTY_TUPLE => self.push(Tuple::empty().into_object()),
            TUPLE1 => self.load_tuple(1)?,
            TUPLE2 => self.load_tuple(2)?,
            TUPLE3 => self.load_tuple(3)?,
            TUPLE => {
                let items = self.pop_mark()?;
                self.push(Tuple::from_vec(items)?.into_object());
            }
            EMPTY_LIST => self.push(List::new()?.into_object()),
            EMPTY_DICT => self.push(Dict::new()?.into_object()),
            EMPTY_SET => self.push(Set::new()?.into_object()),
            LIST => {
                let items = self.pop_mark()?;
                self.push(List::from_vec(items)?.into_object());
            }
            DICT => self.load_dict()?,
            FROZENSET => {
                let items = Tuple::from_vec(self.pop_mark()?)?;
                self.push(FrozenSet::from_iterable(items.as_obj())?.into_object());
            }
            OBJ => self.load_obj()?,
            INST => self.load_inst()?,
            NEWOBJ => self.load_new(false)?,
            NEWOBJ_EX => self.load_new(true)?,
            GLOBAL => {
                let (module, name) = self.two_names()?;
                let o = self.find(&module, &name)?;
                self.push(o);
            }
            STACK_GLOBAL => self.load_stack_global()?,
            APPEND => {
                let at = self.state().stack.len().wrapping_sub(1);
                self.append_from(at)?;
            }
            APPENDS => {
                let at = self.marker()?;
                self.append_from(at)?;
            }
            BUILD => self.load_build()?,
            DUP => {
                let top = self.top()?;
                self.push(top);
            }
            BINGET => self.get(self.le(1)? as usize)?,
            LONG_BINGET => self.get(self.le(4)? as usize)?,
            GET => {
                let n = self.line_number()?;
                self.get(n as usize)?;
            }
            MARK => {
                let s = self.state();
                s.marks.push(s.stack.len());
                s.fence = s.stack.len();
            }
            BINPUT => self.put(self.le(1)? as usize)?,
            LONG_BINPUT => self.put(self.le(4)? as usize)?,
            MEMOIZE => {
                let n = self.state().memo.len();
                self.put(n)?;
            }
            PUT => self.load_put()?,
            POP => self.load_pop()?,
            POP_MARK => {
                let s = self.state();
                let at = self.marker()?;
                let gone = s.stack.split_off(at);
                drop(gone);
            }
            SETITEM => {
                let at = self.state().stack.len().wrapping_sub(2);
                self.set_from(at)?;
            }
            SETITEMS => {
                let at = self.marker()?;
                self.set_from(at)?;
            }
            ADDITEMS => self.load_additems()?,
            PERSID => self.load_persid()?,
            BINPERSID => {
                let f = self.state().persistent_load.clone();
                if f.is_none() && !self.state().stack.is_empty() {
                    return Err(no_persistent_load());
                }
                let id = self.pop()?;
                let Some(f) = f else { return Err(no_persistent_load()) };
                let o = f.call(&[&id])?;
                self.push(o);
            }
            REDUCE => self.load_reduce()?,
            PROTO => {
                let n = self.state().input.byte()?;
                if i64::from(n) > super::HIGHEST {
                    bail!(ValueError, "unsupported pickle protocol: {n}");
                }
                self.state().proto = n;
            }
            FRAME => {
                let n = self.le(8)?;
                let Some(n) = usize::try_from(n).ok().filter(|n| isize::try_from(*n).is_ok()) else {
                    bail!(OverflowError, "FRAME length exceeds system's maximum of {} bytes", isize::MAX);
                };
                self.state().input.frame(n)?;
            }
            EXT1 | EXT2 | EXT4 => {
                let n = match code {
                    EXT1 => self.le(1)? as i64,
                    EXT2 => self.le(2)? as i64,
                    _ => self.le(4)? as i32 as i64,
                };
                let o = self.extension(n)?;
                self.push(o);
            }
            NEWTRUE => self.push(bool_obj(true).to_owned()),
            NEWFALSE => self.push(bool_obj(false).to_owned()),
            _ => {
                let shown = match code {
                    b'\'' | b'\\' => format!("\\x{code:02x}"),
                    0x20..0x7f => (code as char).to_string(),
                    _ => format!("\\x{code:02x}"),
                };
                return Err(unpickling(&format!("invalid load key, '{shown}'.")));
            }
        }
        Ok(())
    }

    // The stack.

    #[inline]
    fn push(&self, o: Object) {
        self.state().stack.push(o);
    }

    fn push_int(&self, v: i64) -> PyResult<()> {
        self.push(Int::from_i64(v)?.into_object());
        Ok(())
    }

    #[cold]
    fn underflow(&self) -> Raised {
        if self.state().marks.is_empty() {
            unpickling("unpickling stack underflow")
        } else {
            unpickling("unexpected MARK found")
        }
    }

    #[inline]
    fn pop(&self) -> PyResult<Object> {
        let s = self.state();
        if s.stack.len() <= s.fence {
            return Err(self.underflow());
        }
        s.stack.pop().ok_or_else(|| self.underflow())
    }

    #[inline]
    fn top(&self) -> PyResult<Object> {
        let s = self.state();
        if s.stack.len() <= s.fence {
            return Err(self.underflow());
        }
        s.stack.last().cloned().ok_or_else(|| self.underflow())
    }

    /// Takes the last mark off: where it stands.
    fn marker(&self) -> PyResult<usize> {
        let s = self.state();
        let Some(at) = s.marks.pop() else { return Err(unpickling("could not find MARK")) };
        s.fence = s.marks.last().copied().unwrap_or(0);
        Ok(at)
    }

    /// Everything above the last mark.
    fn pop_mark(&self) -> PyResult<Vec<Object>> {
        let at = self.marker()?;
        Ok(self.state().stack.split_off(at))
    }

    // Numbers of the stream.

    /// A little-endian number of so many bytes.
    #[inline]
    fn le(&self, n: usize) -> PyResult<u64> {
        let b = self.state().input.take(n)?;
        Ok(b.iter().rev().fold(0, |v, b| v << 8 | u64::from(*b)))
    }

    fn size(&self, n: usize, what: &str) -> PyResult<usize> {
        let v = self.le(n)?;
        match usize::try_from(v).ok().filter(|v| isize::try_from(*v).is_ok()) {
            Some(v) => Ok(v),
            None => {
                Err(raise!(OverflowError, "{what} exceeds system's maximum size of {} bytes", isize::MAX))
            }
        }
    }

    /// A line without its end; it holds something.
    fn full_line(&self) -> PyResult<&[u8]> {
        let line = self.state().input.line()?;
        if line.len() < 2 {
            return Err(truncated());
        }
        Ok(&line[..line.len() - 1])
    }

    fn int_of(&self, text: &[u8], base: i64) -> PyResult<Object> {
        let text = Str::from_latin1(text)?;
        let int = <Int as dovetail_core::native::Native>::type_object().as_obj();
        int.call(&[text.as_obj(), Int::from_i64(base)?.as_obj()])
    }

    fn line_number(&self) -> PyResult<isize> {
        let line = self.state().input.line()?;
        if line.len() < 2 {
            return Err(truncated());
        }
        let line = line.to_vec();
        self.int_of(&line, 10)?.as_isize()
    }

    fn load_int(&self) -> PyResult<()> {
        let line = self.full_line()?.to_vec();
        if line == b"00" || line == b"01" {
            self.push(bool_obj(line == b"01").to_owned());
            return Ok(());
        }
        if let Some(v) = c_integer(&line) {
            return self.push_int(v);
        }
        let text = line.split(|b| *b == 0).next().unwrap_or(&[]);
        match self.int_of(text, 10) {
            Ok(o) => self.push(o),
            Err(e) if e.matches(exc::ValueError()) => {
                e.clear();
                bail!(ValueError, "could not convert string to int");
            }
            Err(e) => return Err(e),
        }
        Ok(())
    }

    fn load_long(&self) -> PyResult<()> {
        let line = self.full_line()?;
        let line = line.strip_suffix(b"L").unwrap_or(line);
        let line = line.split(|b| *b == 0).next().unwrap_or(&[]).to_vec();
        let o = self.int_of(&line, 10)?;
        self.push(o);
        Ok(())
    }

    fn load_counted_long(&self, n: usize) -> PyResult<()> {
        let size = if n == 1 { self.le(1)? as i64 } else { self.le(4)? as i32 as i64 };
        let Ok(size) = usize::try_from(size) else {
            return Err(unpickling("LONG pickle has negative byte count"));
        };
        let data = self.state().input.take(size)?;
        if size <= 16 {
            let negative = data.last().is_some_and(|b| b & 0x80 != 0);
            let mut all = [if negative { 0xff } else { 0 }; 16];
            all[..size].copy_from_slice(data);
            self.push(Int::from_i128(i128::from_le_bytes(all))?.into_object());
            return Ok(());
        }
        let data = Bytes::new(data)?;
        let f = <Int as dovetail_core::native::Native>::type_object().as_obj().get_attr(sym!(from_bytes))?;
        let names = Tuple::from_slice(&[sym!(signed).as_obj()])?;
        let o = f.call_kw(&[data.as_obj(), Str::new("little")?.as_obj(), bool_obj(true)], Some(&names))?;
        self.push(o);
        Ok(())
    }

    fn load_float(&self) -> PyResult<()> {
        let line = self.full_line()?;
        let text = String::from_utf8_lossy(line).into_owned();
        if text.starts_with(|c: char| c.is_whitespace())
            || text.ends_with(|c: char| c.is_whitespace())
            || text.contains('_')
        {
            bail!(ValueError, "could not convert string to float: '{text}\n'");
        }
        let v = match Float::parse_str(&*Str::new(&text)?) {
            Ok(v) => v,
            Err(e) if e.matches(exc::ValueError()) => {
                e.clear();
                bail!(ValueError, "could not convert string to float: '{text}\n'");
            }
            Err(e) => return Err(e),
        };
        self.push(Float::new(v)?.into_object());
        Ok(())
    }

    // Bytes and text.

    fn load_bytes(&self, n: usize) -> PyResult<()> {
        let size = self.size(n, "BINBYTES")?;
        let b = Bytes::new(self.state().input.take(size)?)?;
        self.push(b.into_object());
        Ok(())
    }

    fn load_bytearray(&self) -> PyResult<()> {
        let size = self.size(8, "BYTEARRAY8")?;
        let b = ByteArray::new(self.state().input.take(size)?)?;
        self.push(b.into_object());
        Ok(())
    }

    fn load_next_buffer(&self) -> PyResult<()> {
        let Some(buffers) = self.state().buffers.clone() else {
            return Err(unpickling(
                "pickle stream refers to out-of-band data but no *buffers* argument was given",
            ));
        };
        match buffers.iter_next()? {
            Some(b) => self.push(b),
            None => return Err(unpickling("not enough out-of-band buffers")),
        }
        Ok(())
    }

    fn load_readonly_buffer(&self) -> PyResult<()> {
        let top = self.top()?;
        let view = dovetail_core::types::managed_buffer::from_object(&top)?;
        if view.view().readonly == 0 {
            let new = view.as_obj().call_method_text("toreadonly", &[])?;
            let old = self.state().stack.pop();
            self.push(new);
            drop(old);
        }
        Ok(())
    }

    fn push_old_string(&self, data: &[u8]) -> PyResult<()> {
        let s = self.state();
        if s.encoding == "bytes" {
            self.push(Bytes::new(data)?.into_object());
            return Ok(());
        }
        let (encoding, errors, data) = (s.encoding.clone(), s.errors.clone(), data.to_vec());
        let text = decode_bytes(&data, Some(&encoding), Some(&errors))?;
        self.push(text.into_object());
        Ok(())
    }

    fn load_old_string(&self, n: usize) -> PyResult<()> {
        let size = if n == 1 { self.le(1)? as i64 } else { self.le(4)? as i32 as i64 };
        let Ok(size) = usize::try_from(size) else {
            return Err(unpickling("BINSTRING pickle has negative byte count"));
        };
        let data = self.state().input.take(size)?;
        self.push_old_string(data)
    }

    fn load_quoted(&self) -> PyResult<()> {
        let line = self.state().input.line()?;
        let line = &line[..line.len() - 1];
        let inner = match line {
            [first @ (b'\'' | b'"'), inner @ .., last] if first == last => inner,
            _ => return Err(unpickling("the STRING opcode argument must be quoted")),
        };
        let out = dovetail_text::codecs::unescape_bytes(inner, "strict")
            .map_err(|e| raise!(ValueError, "{}", e.message("strict")))?;
        self.push_old_string(&out.bytes)
    }

    fn load_unicode(&self) -> PyResult<()> {
        let line = self.state().input.line()?;
        let line = line[..line.len() - 1].to_vec();
        let mut d = dovetail_text::codecs::RawUnicodeEscapeDecoder;
        let (text, _) = dovetail_core::types::codec::decode_with(&mut d, &line, None, true)?;
        self.push(text.into_object());
        Ok(())
    }

    fn load_text(&self, n: usize) -> PyResult<()> {
        let size = self.size(n, "BINUNICODE")?;
        let data = self.state().input.take(size)?;
        let text = if data.is_ascii() {
            Str::from_ascii(data)?
        } else if std::str::from_utf8(data).is_ok() {
            Str::from_utf8(data)?
        } else {
            let data = data.to_vec();
            surrogates(&data)?
        };
        self.push(text.into_object());
        Ok(())
    }

    // Containers.

    fn load_tuple(&self, n: usize) -> PyResult<()> {
        let s = self.state();
        if s.stack.len() < s.fence + n {
            return Err(self.underflow());
        }
        let items = s.stack.split_off(s.stack.len() - n);
        self.push(Tuple::from_vec(items)?.into_object());
        Ok(())
    }

    fn load_dict(&self) -> PyResult<()> {
        let items = self.pop_mark()?;
        if items.len() % 2 != 0 {
            return Err(unpickling("odd number of items for DICT"));
        }
        let d = Dict::new()?;
        for pair in items.chunks_exact(2) {
            d.set(&pair[0], &pair[1])?;
        }
        self.push(d.into_object());
        Ok(())
    }

    /// Appends everything from `at` on to the list below.
    fn append_from(&self, at: usize) -> PyResult<()> {
        let s = self.state();
        if at > s.stack.len() || at <= s.fence {
            return Err(self.underflow());
        }
        if at == s.stack.len() {
            return Ok(());
        }
        let list = s.stack[at - 1].clone();
        if let Some(list) = list.downcast_exact::<List>() {
            if at + 1 == s.stack.len()
                && let Some(item) = s.stack.pop()
            {
                return list.push(item);
            }
            return s.stack.split_off(at).into_iter().try_for_each(|item| list.push(item));
        }
        let items = s.stack.split_off(at);
        if let Some(extend) = list.get_attr_opt(sym!(extend))? {
            extend.call(&[List::from_vec(items)?.as_obj()])?;
            return Ok(());
        }
        let append = list.get_attr(sym!(append))?;
        for item in items {
            append.call(&[&item])?;
        }
        Ok(())
    }

    /// Sets the pairs from `at` on in the dict below.
    fn set_from(&self, at: usize) -> PyResult<()> {
        let s = self.state();
        if at > s.stack.len() || at <= s.fence {
            return Err(self.underflow());
        }
        if at == s.stack.len() {
            return Ok(());
        }
        if !(s.stack.len() - at).is_multiple_of(2) {
            return Err(unpickling("odd number of items for SETITEMS"));
        }
        let dict = s.stack[at - 1].clone();
        let items = s.stack.split_off(at);
        let plain = dict.downcast_exact::<Dict>();
        for pair in items.chunks_exact(2) {
            match plain {
                Some(d) => d.set(&pair[0], &pair[1])?,
                None => dict.set_item(&pair[0], &pair[1])?,
            }
        }
        Ok(())
    }

    fn load_additems(&self) -> PyResult<()> {
        let at = self.marker()?;
        let s = self.state();
        if at > s.stack.len() || at <= s.fence {
            return Err(self.underflow());
        }
        if at == s.stack.len() {
            return Ok(());
        }
        let set = s.stack[at - 1].clone();
        let items = s.stack.split_off(at);
        if set.is_exact::<Set>() {
            // SAFETY: just looked.
            let set = unsafe { set.cast_unchecked::<Set>() };
            return items.iter().try_for_each(|item| set.add(item));
        }
        let add = set.get_attr(sym!(add))?;
        for item in items {
            add.call(&[&item])?;
        }
        Ok(())
    }

    // The memo.

    fn get(&self, n: usize) -> PyResult<()> {
        match self.state().memo.get(n).cloned().flatten() {
            Some(o) => self.push(o),
            None => return Err(unpickling(&format!("Memo value not found at index {}", n as isize))),
        }
        Ok(())
    }

    fn put(&self, n: usize) -> PyResult<()> {
        let top = self.top()?;
        put(&mut self.state().memo, n, top)
    }

    fn load_put(&self) -> PyResult<()> {
        let s = self.state();
        let line = s.input.line()?;
        if line.len() < 2 {
            return Err(truncated());
        }
        let line = line.to_vec();
        self.top()?;
        let n = self.int_of(&line, 10)?.as_isize()?;
        let Ok(n) = usize::try_from(n) else { bail!(ValueError, "negative PUT argument") };
        self.put(n)
    }

    fn load_pop(&self) -> PyResult<()> {
        let s = self.state();
        if s.marks.last() == Some(&s.stack.len()) {
            return self.marker().map(drop);
        }
        self.pop().map(drop)
    }

    // Objects.

    fn two_names(&self) -> PyResult<(Object, Object)> {
        let module = utf8(self.full_line()?)?;
        let name = utf8(self.full_line()?)?;
        Ok((module.into_object(), name.into_object()))
    }

    fn load_stack_global(&self) -> PyResult<()> {
        let name = self.pop()?;
        let module = self.pop()?;
        if !module.is_exact::<Str>() || !name.is_exact::<Str>() {
            return Err(unpickling("STACK_GLOBAL requires str"));
        }
        let o = self.find(&module, &name)?;
        self.push(o);
        Ok(())
    }

    fn load_obj(&self) -> PyResult<()> {
        let at = self.marker()?;
        let s = self.state();
        if s.stack.len() <= at {
            return Err(self.underflow());
        }
        let args = s.stack.split_off(at + 1);
        let cls = self.pop()?;
        let o = instantiate(&cls, args)?;
        self.push(o);
        Ok(())
    }

    fn load_inst(&self) -> PyResult<()> {
        let at = self.marker()?;
        let (module, name) = self.two_names()?;
        let cls = self.find(&module, &name)?;
        let args = self.state().stack.split_off(at);
        let o = instantiate(&cls, args)?;
        self.push(o);
        Ok(())
    }

    fn load_new(&self, extended: bool) -> PyResult<()> {
        let what = if extended { "NEWOBJ_EX" } else { "NEWOBJ" };
        let kwargs = if extended { Some(self.pop()?) } else { None };
        let args = self.pop()?;
        let cls = self.pop()?;
        let wrong = |part: &str, o: &Obj| Err(unpickling(&format!("{what} {part}, not {}", o.type_name())));
        let Some(ty) = cls.downcast::<Type>() else {
            return wrong("class argument must be a type", &cls);
        };
        let Some(new) = ty.raw().tp_new else {
            return Err(unpickling(&format!("{what} class argument '{}' doesn't have __new__", ty.name())));
        };
        if !args.is_a::<Tuple>() {
            return wrong("args argument must be a tuple", &args);
        }
        if let Some(k) = kwargs.as_ref().filter(|k| !k.is_a::<Dict>()) {
            return wrong("kwargs argument must be a dict", k);
        }
        let kw = kwargs.as_ref().map_or(std::ptr::null_mut(), |k| k.as_raw());
        // SAFETY: a slot of the type with a tuple and a dict or NULL.
        let o = unsafe { from_c(new(ty.as_type_ptr(), args.as_raw(), kw))? };
        self.push(o);
        Ok(())
    }

    fn load_reduce(&self) -> PyResult<()> {
        let args = self.pop()?;
        let f = self.pop()?;
        let Some(args) = args.downcast::<Tuple>() else {
            bail!(TypeError, "argument list must be a tuple");
        };
        let o = f.call_dict(args, None)?;
        self.push(o);
        Ok(())
    }

    fn load_persid(&self) -> PyResult<()> {
        let Some(f) = self.state().persistent_load.clone() else { return Err(no_persistent_load()) };
        let line = self.state().input.line()?;
        let line = &line[..line.len() - 1];
        if !line.is_ascii() {
            return Err(unpickling("persistent IDs in protocol 0 must be ASCII strings"));
        }
        let id = Str::from_ascii(line)?;
        let o = f.call(&[id.as_obj()])?;
        self.push(o);
        Ok(())
    }

    fn load_build(&self) -> PyResult<()> {
        let s = self.state();
        if s.stack.len() < s.fence + 2 {
            return Err(self.underflow());
        }
        let state = self.pop()?;
        let inst = self.top()?;
        if let Some(f) = inst.get_attr_opt(sym!(__setstate__))? {
            f.call(&[&state])?;
            return Ok(());
        }
        let (mut fields, mut slots) = (state, None);
        if let Some(t) = fields.downcast::<Tuple>()
            && t.len() == 2
        {
            let (f, s) = (t.get(0).to_owned(), t.get(1).to_owned());
            (fields, slots) = (f, Some(s));
        }
        if !fields.is_none() {
            let Some(new) = fields.downcast::<Dict>() else {
                return Err(unpickling("state is not a dictionary"));
            };
            let dict = inst.get_attr(sym!(__dict__))?;
            let plain = dict.downcast_exact::<Dict>();
            let mut at = 0;
            while let Some((k, v)) = new.next(&mut at) {
                let v = v.to_owned();
                let k = match k.downcast_exact::<Str>() {
                    Some(s) => s.to_interned()?.into_object(),
                    None => k.to_owned(),
                };
                match plain {
                    Some(d) => d.set(&k, &v)?,
                    None => dict.set_item(&k, &v)?,
                }
            }
        }
        if let Some(slots) = slots.filter(|s| !s.is_none()) {
            let Some(new) = slots.downcast::<Dict>() else {
                return Err(unpickling("slot state is not a dictionary"));
            };
            let mut at = 0;
            while let Some((k, v)) = new.next(&mut at) {
                let (k, v) = (k.to_owned(), v.to_owned());
                inst.set_attr(dovetail_core::object::abstract_::attribute_name(&k)?, &v)?;
            }
        }
        Ok(())
    }
}

#[cold]
fn no_persistent_load() -> Raised {
    unpickling(
        "A load persistent id instruction was encountered, but no persistent_load function was specified.",
    )
}

/// `cls(*args)`; without arguments, an instance without its constructor, unless the class has `__getinitargs__`.
fn instantiate(cls: &Obj, args: Vec<Object>) -> PyResult<Object> {
    if args.is_empty() && cls.is_a::<Type>() && cls.get_attr_opt(sym!(__getinitargs__))?.is_none() {
        return cls.call_method(sym!(__new__), &[cls]);
    }
    cls.call_dict(&*Tuple::from_vec(args)?, None)
}

/// A decimal integer as C's `strtol` reads it.
fn c_integer(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.split('\0').next()?.trim_start();
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let v = digits.parse::<i128>().ok()?;
    i64::try_from(if negative { -v } else { v }).ok()
}

/// Text of UTF-8 in which surrogates may stand.
fn surrogates(data: &[u8]) -> PyResult<Ref<Str>> {
    let mut out = TextBuf::new();
    let mut rest = data;
    while !rest.is_empty() {
        match std::str::from_utf8(rest) {
            Ok(s) => {
                out.push_str(s);
                break;
            }
            Err(e) => {
                let (good, bad) = rest.split_at(e.valid_up_to());
                out.push_str(std::str::from_utf8(good).unwrap_or(""));
                match bad {
                    [0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, after @ ..] => {
                        out.push(0xd000 | (u32::from(*b) & 0x3f) << 6 | (u32::from(*c) & 0x3f));
                        rest = after;
                    }
                    // Raises the error that belongs to these bytes.
                    _ => return dovetail_core::types::codec::decode_utf8(data, Some("surrogatepass")),
                }
            }
        }
    }
    Str::from_buf(out.finish())
}
