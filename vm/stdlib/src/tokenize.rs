//! `_tokenize`: the tokenizer's view of source that comes line by line.

use crate::compile::raise_syntax_error;
use crate::util::{Boxed, data, dealloc_boxed, new_boxed};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::add_type;
use dovetail_core::object::{Obj, Object, Ref, ToRef};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_front::syntax::tokens::{TokenInfo, Tokens, terminated};
use dovetail_macros::{pymethods, pymodule, pytype};
use std::cell::RefCell;

/// A source being read.
struct Source {
    /// Declared before `text`, which it borrows: dropped first.
    tokens: Tokens<'static>,
    _text: Box<str>,
    /// The line of the last token, shared between the tokens on it.
    line: Option<(String, Ref<Str>)>,
    /// Lines end with a carriage return too, which the tokenizer does not see.
    crlf: bool,
}

/// What an iterator keeps.
pub struct State {
    readline: Object,
    encoding: Option<String>,
    extra_tokens: bool,
    source: RefCell<Option<Source>>,
}

/// Iterators over tokens.
#[pytype(name = "_tokenize.TokenizerIter", body = Boxed<State>)]
pub struct TokenizerIter;

/// All lines that `readline` gives.
fn read(state: &State) -> PyResult<String> {
    let mut out = String::new();
    loop {
        let line = match state.readline.call(&[]) {
            Ok(line) => line,
            Err(e) if e.matches(exc::StopIteration()) => {
                e.clear();
                return Ok(out);
            }
            Err(e) => return Err(e),
        };
        let before = out.len();
        match &state.encoding {
            None => match line.downcast::<Str>() {
                Some(s) => out.push_str(s.as_str()?),
                None => bail!(TypeError, "readline() returned a non-string object"),
            },
            Some(encoding) => {
                if !line.is_a::<Bytes>() {
                    bail!(TypeError, "readline() returned a non-bytes object");
                }
                let name = Str::new(encoding)?;
                let strict = Str::new("replace")?;
                let decoded = line.call_method(sym!(decode), &[&**name, &**strict])?;
                match decoded.downcast::<Str>() {
                    Some(s) => out.push_str(s.as_str()?),
                    None => bail!(TypeError, "decoder should return a string result"),
                }
            }
        }
        if out.len() == before {
            return Ok(out);
        }
    }
}

fn open(state: &State) -> PyResult<Source> {
    let text = read(state)?;
    let crlf = text.contains("\r\n");
    let text = if crlf { text.replace("\r\n", "\n") } else { text };
    let (text, implicit) = terminated(&text);
    let text: Box<str> = text.into();
    let place: *const str = &raw const *text;
    // SAFETY: the text is on the heap, is not changed, and outlives the tokens beside it.
    let borrowed: &'static str = unsafe { &*place };
    Ok(Source { tokens: Tokens::new(borrowed, implicit, state.extra_tokens), _text: text, line: None, crlf })
}

/// The token as it is in a source whose lines end with a carriage return and a line feed.
fn with_returns(mut token: TokenInfo, crlf: bool, extra: bool) -> TokenInfo {
    const NEWLINE: u8 = 4;
    const NL: u8 = 66;
    if !crlf {
        return token;
    }
    token.line = token.line.replace('\n', "\r\n");
    if matches!(token.number, NEWLINE | NL) && (token.text == "\n" || !extra) {
        token.text = if extra { "\r\n" } else { "\r" }.to_owned();
        token.end.1 += 1;
    }
    token
}

#[pymethods]
impl TokenizerIter {
    #[slot(tp_new, sig = "(readline, /, *, extra_tokens, encoding=<unrepresentable>)")]
    fn new_slot(cls: &Type, readline: &Obj, extra_tokens: bool, encoding: Option<&str>) -> PyResult<Object> {
        let state = State {
            readline: readline.to_owned(),
            encoding: encoding.map(str::to_owned),
            extra_tokens,
            source: RefCell::new(None),
        };
        new_boxed(cls, state)
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<TokenizerIter> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self) -> PyResult<Option<Object>> {
        let state: &State = data(self);
        if state.source.borrow().is_none() {
            let source = open(state)?;
            *state.source.borrow_mut() = Some(source);
        }
        let mut source = state.source.borrow_mut();
        let Some(source) = source.as_mut() else { return Ok(None) };
        let token = match source.tokens.next_token() {
            None => return Ok(None),
            Some(Ok(token)) => with_returns(token, source.crlf, state.extra_tokens),
            Some(Err(e)) => return Err(raise_syntax_error(&e, "<string>")),
        };
        let line = match &source.line {
            Some((text, object)) if *text == token.line => object.clone(),
            _ => {
                let object = Str::new(&token.line)?;
                source.line = Some((token.line, object.clone()));
                object
            }
        };
        let place = |(row, col): (u32, i32)| -> PyResult<Object> {
            let (row, col) = (Int::from_i64(row.into())?, Int::from_i64(col.into())?);
            Ok(Tuple::from_array([row.into_object(), col.into_object()])?.into_object())
        };
        let parts = [
            Int::from_i64(token.number.into())?.into_object(),
            Str::new(&token.text)?.into_object(),
            place(token.start)?,
            place(token.end)?,
            line.into_object(),
        ];
        Ok(Some(Tuple::from_array(parts)?.into_object()))
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: a body of this type.
        unsafe { dealloc_boxed::<State>(o) }
    }
}

#[pymodule(name = "_tokenize")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<TokenizerIter>(module)
    }
}

pub use module::MODULE;
