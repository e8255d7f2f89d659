//! Saving the builtin kinds of objects. What is left goes through `reduce`.

use super::buffer::PickleBuffer;
use super::opcodes::*;
use super::output::{TARGET, write_object};
use super::pickler::Pickler;
use super::{noted, pickling, type_of};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::buffer::{Buffer, is_contiguous};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::float::Float;
use dovetail_core::types::function::Function;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::set::{FrozenSet, Set};
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_text::Text;

/// So many items go into one run of APPENDS and its like.
const BATCH: usize = 1000;
/// Beyond this depth the fast mode looks for cycles.
const FAST_LIMIT: usize = 50;

/// Adds where in an object an error came up.
macro_rules! note {
    ($result:expr, $($t:tt)*) => {
        $result.map_err(|e| noted(e, format!($($t)*)))
    };
}
pub(super) use note;

impl Pickler {
    #[inline]
    pub fn op(&self, code: u8) {
        self.state().out.byte(code);
    }

    /// Saves any object.
    pub fn save(&self, o: &Obj) -> PyResult<()> {
        self.save_as(o, false)
    }

    /// Saves an object; `plain` leaves persistent ids out.
    pub fn save_as(&self, o: &Obj, plain: bool) -> PyResult<()> {
        if self.state().out.boundary() && self.state().out.write.is_some() {
            self.flush()?;
        }
        if !plain
            && let Some(f) = self.state().persistent_id.clone()
            && self.save_persistent(&f, o)?
        {
            return Ok(());
        }
        if o.is_none() {
            self.op(NONE);
            return Ok(());
        }
        if let Some(i) = o.downcast_exact::<Int>() {
            return self.save_int(i);
        }
        if o.is_bool() {
            let on = o.is(bool_obj(true));
            if self.state().proto >= 2 {
                self.op(if on { NEWTRUE } else { NEWFALSE });
            } else {
                self.state().out.put(if on { b"I01\n" } else { b"I00\n" });
            }
            return Ok(());
        }
        if let Some(f) = o.downcast_exact::<Float>() {
            return self.save_float(f);
        }
        if let Some(n) = self.number_of(o) {
            self.put_get(n);
            return Ok(());
        }
        if let Some(b) = o.downcast_exact::<Bytes>() {
            return self.save_bytes(b);
        }
        if let Some(s) = o.downcast_exact::<Str>() {
            return self.save_str(s);
        }
        // Below, any object may be saved within this one.
        ThreadState::current().check_recursion(" while pickling an object")?;
        if let Some(d) = o.downcast_exact::<Dict>() {
            return self.save_dict(d);
        }
        if o.is_exact::<Set>() {
            return self.save_set(o);
        }
        if o.is_exact::<FrozenSet>() {
            return self.save_frozenset(o);
        }
        if let Some(l) = o.downcast_exact::<List>() {
            return self.save_list(l);
        }
        if let Some(t) = o.downcast_exact::<Tuple>() {
            return self.save_tuple(t);
        }
        if let Some(b) = o.downcast_exact::<ByteArray>() {
            return self.save_bytearray(b);
        }
        if let Some(b) = o.downcast_exact::<PickleBuffer>() {
            return self.save_buffer(b);
        }
        if let Some(f) = self.state().reducer_override.clone() {
            let value = f.call(&[o])?;
            if !value.is(dovetail_core::types::none::not_implemented()) {
                return self.save_reduced(o, value);
            }
        }
        if o.is_exact::<Type>() {
            return self.save_type(o);
        }
        if o.is_exact::<Function>() {
            return self.save_global(o, None);
        }
        self.save_other(o)
    }

    #[inline]
    fn number_of(&self, o: &Obj) -> Option<usize> {
        self.state().memo.get(&(o.as_ptr() as usize)).map(|(_, n)| *n)
    }

    /// Whether the object was written meanwhile, inside itself: then `pop` is written and the object fetched.
    pub fn fetched(&self, o: &Obj, pop: &[u8]) -> bool {
        let Some(n) = self.number_of(o) else { return false };
        self.state().out.put(pop);
        self.put_get(n);
        true
    }

    fn put_get(&self, n: usize) {
        let bin = self.bin();
        let out = &mut self.state().out;
        if !bin {
            out.put(format!("g{n}\n").as_bytes());
        } else if n < 256 {
            out.op(BINGET, &[n as u8]);
        } else {
            out.op(LONG_BINGET, &(n as u32).to_le_bytes());
        }
    }

    /// Gives the object on top of the stack the next number.
    pub fn memoize(&self, o: &Obj) {
        if self.fast() {
            return;
        }
        let bin = self.bin();
        let s = self.state();
        let n = s.memo.len();
        s.memo.insert(o.as_ptr() as usize, (o.to_owned(), n));
        if s.proto >= 4 {
            s.out.byte(MEMOIZE);
        } else if !bin {
            s.out.put(format!("p{n}\n").as_bytes());
        } else if n < 256 {
            s.out.op(BINPUT, &[n as u8]);
        } else {
            s.out.op(LONG_BINPUT, &(n as u32).to_le_bytes());
        }
    }

    /// Whether the object was saved by its persistent id.
    fn save_persistent(&self, f: &Obj, o: &Obj) -> PyResult<bool> {
        let id = f.call(&[o])?;
        if id.is_none() {
            return Ok(false);
        }
        if self.bin() {
            self.save_as(&id, true)?;
            self.op(BINPERSID);
            return Ok(true);
        }
        let text = id.str_()?;
        let Some(ascii) = text.as_ascii() else {
            return Err(pickling("persistent IDs in protocol 0 must be ASCII strings"));
        };
        let out = &mut self.state().out;
        out.op(PERSID, ascii.as_bytes());
        out.byte(b'\n');
        Ok(true)
    }

    fn save_int(&self, i: &Int) -> PyResult<()> {
        let bin = self.bin();
        let small = i.to_i64().and_then(|v| i32::try_from(v).ok());
        let s = self.state();
        match small {
            Some(v) if bin => match v {
                0..0x100 => s.out.op(BININT1, &[v as u8]),
                0x100..0x1_0000 => s.out.op(BININT2, &(v as u16).to_le_bytes()),
                _ => s.out.op(BININT, &v.to_le_bytes()),
            },
            Some(v) => s.out.put(format!("I{v}\n").as_bytes()),
            None if s.proto >= 2 => {
                let bytes = to_bytes(i)?;
                match u8::try_from(bytes.len()) {
                    Ok(n) => s.out.op(LONG1, &[n]),
                    Err(_) => match i32::try_from(bytes.len()) {
                        Ok(n) => s.out.op(LONG4, &n.to_le_bytes()),
                        Err(_) => bail!(OverflowError, "int too large to pickle"),
                    },
                }
                s.out.put(&bytes);
            }
            None => {
                let text = i.as_obj().repr()?;
                let s = self.state();
                s.out.op(LONG, text.as_str()?.as_bytes());
                s.out.put(b"L\n");
            }
        }
        Ok(())
    }

    fn save_float(&self, f: &Float) -> PyResult<()> {
        if self.bin() {
            self.state().out.op(BINFLOAT, &f.value().to_be_bytes());
            return Ok(());
        }
        let text = f.as_obj().repr()?;
        let out = &mut self.state().out;
        out.op(FLOAT, text.as_str()?.as_bytes());
        out.byte(b'\n');
        Ok(())
    }

    /// A header and data; long data go straight to the file, outside frames.
    fn put_data(&self, header: &[u8], data: &[u8], whole: Option<&Obj>) -> PyResult<()> {
        if data.len() < TARGET {
            let out = &mut self.state().out;
            out.put(header);
            out.put(data);
            return Ok(());
        }
        let out = &mut self.state().out;
        out.commit();
        let framing = std::mem::replace(&mut out.framing, false);
        out.put(header);
        let done = match out.write.clone() {
            None => {
                out.put(data);
                Ok(())
            }
            Some(write) => self.flush().and_then(|()| match whole {
                Some(o) => write_object(&write, o),
                None => write_object(&write, Bytes::new(data)?.as_obj()),
            }),
        };
        self.state().out.framing = framing;
        done
    }

    fn save_bytes(&self, b: &Bytes) -> PyResult<()> {
        if self.state().proto >= 3 {
            return self.put_bytes(b.as_obj(), b.as_slice());
        }
        let (f, args) = if b.is_empty() {
            (<Bytes as Native>::type_object().as_obj().to_owned(), Tuple::empty())
        } else {
            let text = Str::from_latin1(b.as_slice())?;
            let encode = dovetail_core::import::import_module("_codecs")?.get_attr(sym!(encode))?;
            (encode, Tuple::from_slice(&[text.as_obj(), sym!(latin1).as_obj()])?)
        };
        self.save_call(&f, &args, b.as_obj())
    }

    fn put_bytes(&self, o: &Obj, data: &[u8]) -> PyResult<()> {
        let n = data.len();
        let header = if let Ok(n) = u8::try_from(n) {
            vec![SHORT_BINBYTES, n]
        } else if let Ok(n) = u32::try_from(n) {
            [&[BINBYTES][..], &n.to_le_bytes()].concat()
        } else if self.state().proto >= 4 {
            [&[BINBYTES8][..], &(n as u64).to_le_bytes()].concat()
        } else {
            bail!(
                OverflowError,
                "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher"
            );
        };
        self.put_data(&header, data, o.downcast_exact::<Bytes>().map(|b| b.as_obj()))?;
        self.memoize(o);
        Ok(())
    }

    fn save_bytearray(&self, b: &ByteArray) -> PyResult<()> {
        if self.state().proto >= 5 {
            return self.put_bytearray(b.as_obj(), b.as_slice());
        }
        let args = if b.is_empty() {
            Tuple::empty()
        } else {
            Tuple::from_slice(&[Bytes::new(b.as_slice())?.as_obj()])?
        };
        self.save_call(<ByteArray as Native>::type_object().as_obj(), &args, b.as_obj())
    }

    fn put_bytearray(&self, o: &Obj, data: &[u8]) -> PyResult<()> {
        let header = [&[BYTEARRAY8][..], &(data.len() as u64).to_le_bytes()].concat();
        self.put_data(&header, data, None)?;
        self.memoize(o);
        Ok(())
    }

    fn save_buffer(&self, b: &PickleBuffer) -> PyResult<()> {
        if self.state().proto < 5 {
            return Err(pickling("PickleBuffer can only be pickled with protocol >= 5"));
        }
        b.buffer()?;
        // A view of its own: the callback may release the buffer.
        let buffer = Buffer::get(b.as_obj(), abi::PyBUF_FULL_RO)?;
        if !is_contiguous(buffer.view(), b'A') {
            return Err(pickling("PickleBuffer can not be pickled when pointing to a non-contiguous buffer"));
        }
        let within = match self.state().buffer_callback.clone() {
            None => true,
            Some(f) => f.call(&[b.as_obj()])?.is_true()?,
        };
        if within {
            let data = buffer.as_slice();
            return if buffer.is_readonly() {
                self.put_bytes(b.as_obj(), data)
            } else {
                self.put_bytearray(b.as_obj(), data)
            };
        }
        self.op(NEXT_BUFFER);
        if buffer.is_readonly() {
            self.op(READONLY_BUFFER);
        }
        Ok(())
    }

    fn save_str(&self, s: &Str) -> PyResult<()> {
        if !self.bin() {
            let data = raw_escaped(s.text());
            let out = &mut self.state().out;
            out.op(UNICODE, &data);
            out.byte(b'\n');
            self.memoize(s.as_obj());
            return Ok(());
        }
        let wide;
        let data = match s.as_ascii() {
            Some(a) => a.as_bytes(),
            None => {
                wide = wtf8(s.text());
                &wide
            }
        };
        let n = data.len();
        let proto = self.state().proto;
        if let Ok(n) = u8::try_from(n)
            && proto >= 4
        {
            let out = &mut self.state().out;
            out.op(SHORT_BINUNICODE, &[n]);
            out.put(data);
        } else if let Ok(n) = u32::try_from(n) {
            self.put_data(&[&[BINUNICODE][..], &n.to_le_bytes()].concat(), data, None)?;
        } else if proto >= 4 {
            self.put_data(&[&[BINUNICODE8][..], &(n as u64).to_le_bytes()].concat(), data, None)?;
        } else {
            bail!(
                OverflowError,
                "serializing a string larger than 4 GiB requires pickle protocol 4 or higher"
            );
        }
        self.memoize(s.as_obj());
        Ok(())
    }

    fn save_items(&self, t: &Tuple) -> PyResult<()> {
        for (i, item) in t.items().iter().enumerate() {
            note!(self.save(item), "when serializing {} item {i}", type_of(t.as_obj()))?;
        }
        Ok(())
    }

    pub fn save_tuple(&self, t: &Tuple) -> PyResult<()> {
        let n = t.len();
        let (bin, proto) = (self.bin(), self.state().proto);
        if n == 0 {
            self.state().out.put(if bin { &[EMPTY_TUPLE] } else { &[MARK, TUPLE] });
            return Ok(());
        }
        let pops = |n: usize| vec![POP; n];
        if n <= 3 && proto >= 2 {
            self.save_items(t)?;
            if self.fetched(t.as_obj(), &pops(n)) {
                return Ok(());
            }
            self.op([TUPLE1, TUPLE2, TUPLE3][n - 1]);
        } else {
            self.op(MARK);
            self.save_items(t)?;
            let pop = if bin { vec![POP_MARK] } else { pops(n + 1) };
            if self.fetched(t.as_obj(), &pop) {
                return Ok(());
            }
            self.op(TUPLE);
        }
        self.memoize(t.as_obj());
        Ok(())
    }

    /// Counts the depth in fast mode, where nothing else would find a cycle.
    fn fast_enter(&self, o: &Obj) -> PyResult<()> {
        if !self.fast() {
            return Ok(());
        }
        let s = self.state();
        s.fast_depth += 1;
        if s.fast_depth >= FAST_LIMIT && !s.fast_seen.insert(o.as_ptr() as usize) {
            s.fast_depth = 0;
            bail!(
                ValueError,
                "fast mode: can't pickle cyclic objects including object type {} at {:p}",
                o.type_name(),
                o.as_ptr()
            );
        }
        Ok(())
    }

    fn fast_leave(&self, o: &Obj) {
        if self.fast() {
            let s = self.state();
            if s.fast_depth >= FAST_LIMIT {
                s.fast_seen.remove(&(o.as_ptr() as usize));
            }
            s.fast_depth = s.fast_depth.saturating_sub(1);
        }
    }

    fn save_list(&self, l: &List) -> PyResult<()> {
        self.fast_enter(l.as_obj())?;
        self.state().out.put(if self.bin() { &[EMPTY_LIST] } else { &[MARK, LIST] });
        self.memoize(l.as_obj());
        if !l.is_empty() {
            if self.bin() {
                self.batch_list(l)?;
            } else {
                self.batch_append(&*l.as_obj().iter()?, l.as_obj())?;
            }
        }
        self.fast_leave(l.as_obj());
        Ok(())
    }

    fn batch_list(&self, l: &List) -> PyResult<()> {
        let save = |i: usize, item: Object| note!(self.save(&item), "when serializing list item {i}");
        if l.len() == 1 {
            if let Some(item) = l.get(0) {
                save(0, item)?;
            }
            self.op(APPEND);
            return Ok(());
        }
        let mut i = 0;
        while i < l.len() {
            self.op(MARK);
            let end = i + BATCH;
            while i < end {
                let Some(item) = l.get(i) else { break };
                save(i, item)?;
                i += 1;
            }
            self.op(APPENDS);
        }
        Ok(())
    }

    /// Appends what an iterator gives to the list on the stack; `o` is what it is of.
    pub fn batch_append(&self, it: &Obj, o: &Obj) -> PyResult<()> {
        let mut i = 0;
        let mut save = |item: Object| {
            i += 1;
            note!(self.save(&item), "when serializing {} item {}", type_of(o), i - 1)
        };
        if !self.bin() {
            while let Some(item) = it.iter_next()? {
                save(item)?;
                self.op(APPEND);
            }
            return Ok(());
        }
        let mut next = it.iter_next()?;
        while let Some(first) = next.take() {
            let Some(second) = it.iter_next()? else {
                save(first)?;
                self.op(APPEND);
                return Ok(());
            };
            self.op(MARK);
            save(first)?;
            let mut n = 1;
            next = Some(second);
            while let Some(item) = next.take() {
                save(item)?;
                n += 1;
                next = it.iter_next()?;
                if n == BATCH {
                    break;
                }
            }
            self.op(APPENDS);
        }
        Ok(())
    }

    fn save_dict(&self, d: &Dict) -> PyResult<()> {
        self.fast_enter(d.as_obj())?;
        self.state().out.put(if self.bin() { &[EMPTY_DICT] } else { &[MARK, DICT] });
        self.memoize(d.as_obj());
        if !d.is_empty() {
            if self.bin() {
                self.batch_dict(d)?;
            } else {
                let items = d.as_obj().call_method(sym!(items), &[])?;
                self.batch_set_items(&*items.iter()?, d.as_obj())?;
            }
        }
        self.fast_leave(d.as_obj());
        Ok(())
    }

    fn save_pair(&self, k: &Obj, v: &Obj, o: &Obj) -> PyResult<()> {
        self.save(k)?;
        match self.save(v) {
            Ok(()) => Ok(()),
            Err(e) => {
                let e = e.take();
                let key = match k.repr() {
                    Ok(r) => r.to_string_lossy().into_owned(),
                    Err(other) => return Err(other),
                };
                let e = dovetail_core::Raised::restore(e);
                Err(noted(e, format!("when serializing {} item {key}", type_of(o))))
            }
        }
    }

    fn batch_dict(&self, d: &Dict) -> PyResult<()> {
        let size = d.len();
        let mut at = 0;
        // The pair is owned while it is saved: the dict may lose it meanwhile.
        let next = |at: &mut usize| d.next(at).map(|(k, v)| (k.to_owned(), v.to_owned()));
        if size == 1 {
            if let Some((k, v)) = next(&mut at) {
                self.save_pair(&k, &v, d.as_obj())?;
            }
            self.op(SETITEM);
            return Ok(());
        }
        loop {
            let mut n = 0;
            self.op(MARK);
            while let Some((k, v)) = next(&mut at) {
                self.save_pair(&k, &v, d.as_obj())?;
                n += 1;
                if n == BATCH {
                    break;
                }
            }
            self.op(SETITEMS);
            if d.len() != size {
                bail!(RuntimeError, "dictionary changed size during iteration");
            }
            if n < BATCH {
                return Ok(());
            }
        }
    }

    /// Sets the pairs that an iterator gives in the dict on the stack; `o` is what it is of.
    pub fn batch_set_items(&self, it: &Obj, o: &Obj) -> PyResult<()> {
        let save = |pair: Object| -> PyResult<()> {
            let Some(t) = pair.downcast::<Tuple>().filter(|t| t.len() == 2) else {
                bail!(TypeError, "dict items iterator must return 2-tuples");
            };
            self.save_pair(t.get(0), t.get(1), o)
        };
        if !self.bin() {
            while let Some(pair) = it.iter_next()? {
                save(pair)?;
                self.op(SETITEM);
            }
            return Ok(());
        }
        let mut next = it.iter_next()?;
        while let Some(first) = next.take() {
            if first.downcast::<Tuple>().is_none_or(|t| t.len() != 2) {
                bail!(TypeError, "dict items iterator must return 2-tuples");
            }
            let Some(second) = it.iter_next()? else {
                save(first)?;
                self.op(SETITEM);
                return Ok(());
            };
            self.op(MARK);
            save(first)?;
            let mut n = 1;
            next = Some(second);
            while let Some(pair) = next.take() {
                save(pair)?;
                n += 1;
                next = it.iter_next()?;
                if n == BATCH {
                    break;
                }
            }
            self.op(SETITEMS);
        }
        Ok(())
    }

    fn save_as_list(&self, o: &Obj, cls: &Type) -> PyResult<()> {
        let items = List::from_vec(o.collect_items()?)?;
        let args = Tuple::from_slice(&[items.as_obj()])?;
        self.save_call(cls.as_obj(), &args, o)
    }

    fn save_set(&self, o: &Obj) -> PyResult<()> {
        if self.state().proto < 4 {
            return self.save_as_list(o, <Set as Native>::type_object());
        }
        self.op(EMPTY_SET);
        self.memoize(o);
        let size = o.len_()?;
        if size == 0 {
            return Ok(());
        }
        let items = o.collect_items()?;
        let mut at = 0;
        loop {
            let mut n = 0;
            self.op(MARK);
            while let Some(item) = items.get(at) {
                note!(self.save(item), "when serializing {} element", type_of(o))?;
                at += 1;
                n += 1;
                if n == BATCH {
                    break;
                }
            }
            self.op(ADDITEMS);
            if o.len_()? != size {
                bail!(RuntimeError, "set changed size during iteration");
            }
            if n < BATCH {
                return Ok(());
            }
        }
    }

    fn save_frozenset(&self, o: &Obj) -> PyResult<()> {
        self.fast_enter(o)?;
        if self.state().proto < 4 {
            return self.save_as_list(o, <FrozenSet as Native>::type_object());
        }
        self.op(MARK);
        for item in o.collect_items()? {
            note!(self.save(&item), "when serializing {} element", type_of(o))?;
        }
        self.fast_leave(o);
        if self.fetched(o, &[POP_MARK]) {
            return Ok(());
        }
        self.op(FROZENSET);
        self.memoize(o);
        Ok(())
    }
}

/// The least two's complement bytes of an int, none for 0; the lowest first.
fn to_bytes(i: &Int) -> PyResult<Vec<u8>> {
    if i.is_zero() {
        return Ok(Vec::new());
    }
    if let Some(v) = i.to_i128() {
        let mut bytes = v.to_le_bytes().to_vec();
        trim(&mut bytes);
        return Ok(bytes);
    }
    let bits = i.as_obj().call_method(sym!(bit_length), &[])?.as_isize()?;
    let len = Int::from_i64(bits as i64 / 8 + 1)?;
    let f = i.as_obj().get_attr(sym!(to_bytes))?;
    let names = Tuple::from_slice(&[sym!(signed).as_obj()])?;
    let little: Ref<Str> = Str::new("little")?;
    let b = f.call_kw(&[len.as_obj(), little.as_obj(), bool_obj(true)], Some(&names))?;
    let Some(b) = b.downcast::<Bytes>() else { bail!(SystemError, "to_bytes gave no bytes") };
    let mut bytes = b.as_slice().to_vec();
    trim(&mut bytes);
    Ok(bytes)
}

/// Takes superfluous sign bytes off.
fn trim(bytes: &mut Vec<u8>) {
    while let [.., before, last] = bytes[..] {
        let sign = before & 0x80 != 0;
        if (last == 0 && !sign) || (last == 0xff && sign) {
            bytes.pop();
        } else {
            break;
        }
    }
}

/// UTF-8 with surrogates in three bytes each.
fn wtf8(text: Text<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    for c in text.iter() {
        match char::from_u32(c) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.extend_from_slice(&[
                0xe0 | (c >> 12) as u8,
                0x80 | (c >> 6 & 0x3f) as u8,
                0x80 | (c & 0x3f) as u8,
            ]),
        }
    }
    out
}

/// Latin-1, with what is beyond it or would end the line as escapes.
fn raw_escaped(text: Text<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.iter() {
        match c {
            0x1_0000.. => out.extend_from_slice(format!("\\U{c:08x}").as_bytes()),
            0x100.. | 0x5c | 0x00 | 0x0a | 0x0d | 0x1a => {
                out.extend_from_slice(format!("\\u{c:04x}").as_bytes())
            }
            _ => out.push(c as u8),
        }
    }
    out
}
