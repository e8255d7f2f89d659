//! Code objects made without a compiler: for tracebacks of C functions (`PyCode_NewEmpty`).

use crate::error::PyResult;
use crate::object::Ref;
use crate::types::bytes::Bytes;
use crate::types::code::{Code, Parts};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use dovetail_ops::metadata::generic;

/// `PY_CODE_LOCATION_INFO_NO_COLUMNS`: a line and nothing else.
const NO_COLUMNS: u8 = 13;

impl Code {
    /// Code that raises `AssertionError` when it is run, with a name and a line for tracebacks.
    pub fn empty(filename: &Str, name: &Str, line: i32) -> PyResult<Ref<Code>> {
        use crate::object::ToRef;
        let units = [
            (generic::RESUME as u8, 0),
            (generic::LOAD_COMMON_CONSTANT as u8, 0),
            (generic::RAISE_VARARGS as u8, 1),
        ];
        // One entry for the three units, on the first line.
        let lines = [1 << 7 | NO_COLUMNS << 3 | (units.len() as u8 - 1), 0];
        Code::new(Parts {
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            stacksize: 1,
            flags: 0,
            code: units.iter().flat_map(|(op, arg)| [*op, *arg]).collect(),
            consts: Tuple::empty(),
            names: Tuple::empty(),
            localsplusnames: Tuple::empty(),
            localspluskinds: Bytes::empty(),
            filename: filename.to_ref(),
            name: name.to_ref(),
            qualname: name.to_ref(),
            firstlineno: line,
            linetable: Bytes::new(&lines)?,
            exceptiontable: Bytes::empty(),
        })
    }
}
