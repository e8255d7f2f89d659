//! libclang's translation units, cursors and types, without raw pointers.
//!
//! Contract of this file's `unsafe` blocks: every `CXCursor`, `CXType` and location comes from the translation unit that
//! its [`Unit`] keeps alive (the lifetime `'u`), and libclang's functions take any such value of any kind, answering
//! "invalid" where it does not fit. A unit is used by one thread at a time: it is not `Sync`.

use crate::load::Functions;
use clang_sys::*;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::ffi::{CStr, CString, c_int, c_uint, c_void};
use std::path::PathBuf;
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

/// A text that exists in memory alone, under a made-up path.
pub(crate) struct Virtual {
    pub path: String,
    pub text: String,
}

/// A parsed text.
pub(crate) struct Unit {
    f: Arc<Functions>,
    index: CXIndex,
    unit: CXTranslationUnit,
    /// Names of files that were asked for.
    names: RefCell<FxHashMap<usize, Rc<str>>>,
}

/// A place: the file's name and the byte in it, with line and column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    pub file: Rc<str>,
    pub offset: usize,
    pub line: u32,
    pub column: u32,
}

/// What clang has to say about a text.
pub(crate) struct Diagnostic {
    pub fatal: bool,
    pub error: bool,
    pub text: String,
    pub spot: Spot,
    /// Notes that belong to it.
    pub notes: Vec<(String, Spot)>,
}

impl Drop for Unit {
    fn drop(&mut self) {
        // SAFETY: both were made in `parse` and nothing outlives the unit.
        unsafe {
            (self.f.clang_disposeTranslationUnit)(self.unit);
            (self.f.clang_disposeIndex)(self.index);
        }
    }
}

impl Unit {
    /// Parses `main` of `files`. None when libclang gives up (it catches its own crashes).
    pub fn parse(
        f: &Arc<Functions>,
        main: &str,
        files: &[Virtual],
        arguments: &[String],
        macros: bool,
        bodies: bool,
    ) -> Option<Unit> {
        let main = CString::new(main).ok()?;
        let arguments: Vec<CString> =
            arguments.iter().map(|a| CString::new(a.as_str())).collect::<Result<_, _>>().ok()?;
        let arguments: Vec<_> = arguments.iter().map(|a| a.as_ptr()).collect();
        let names: Vec<CString> =
            files.iter().map(|v| CString::new(v.path.as_str())).collect::<Result<_, _>>().ok()?;
        let mut unsaved: Vec<CXUnsavedFile> = names
            .iter()
            .zip(files)
            .map(|(name, v)| CXUnsavedFile {
                Filename: name.as_ptr(),
                Contents: v.text.as_ptr().cast(),
                Length: v.text.len() as _,
            })
            .collect();
        let mut flags = if bodies { 0 } else { CXTranslationUnit_SkipFunctionBodies };
        if macros {
            flags |= CXTranslationUnit_DetailedPreprocessingRecord;
        }
        let mut unit = ptr::null_mut();
        // SAFETY: all pointers live through the call; libclang copies what it keeps.
        unsafe {
            let index = (f.clang_createIndex)(0, 0);
            let code = (f.clang_parseTranslationUnit2)(
                index,
                main.as_ptr(),
                arguments.as_ptr(),
                arguments.len() as c_int,
                unsaved.as_mut_ptr(),
                unsaved.len() as c_uint,
                flags,
                &mut unit,
            );
            if code != CXError_Success || unit.is_null() {
                (f.clang_disposeIndex)(index);
                return None;
            }
            Some(Unit { f: f.clone(), index, unit, names: RefCell::default() })
        }
    }

    fn string(&self, s: CXString) -> String {
        // SAFETY: the string is ours to dispose, and is copied before.
        unsafe {
            let text = (self.f.clang_getCString)(s);
            let out = if text.is_null() {
                String::new()
            } else {
                CStr::from_ptr(text).to_string_lossy().into_owned()
            };
            (self.f.clang_disposeString)(s);
            out
        }
    }

    fn spot(&self, location: CXSourceLocation) -> Spot {
        let (mut file, mut line, mut column, mut offset) = (ptr::null_mut(), 0, 0, 0);
        // SAFETY: the contract above; all out pointers are valid.
        unsafe {
            (self.f.clang_getFileLocation)(location, &mut file, &mut line, &mut column, &mut offset);
            let mut names = self.names.borrow_mut();
            let name = names.entry(file as usize).or_insert_with(|| {
                if file.is_null() { "".into() } else { self.string((self.f.clang_getFileName)(file)).into() }
            });
            let file = name.clone();
            Spot { file, offset: offset as usize, line, column }
        }
    }

    /// The whole text.
    pub fn root(&self) -> Cursor<'_> {
        // SAFETY: the contract above.
        Cursor { unit: self, raw: unsafe { (self.f.clang_getTranslationUnitCursor)(self.unit) } }
    }

    /// Errors and warnings.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        // SAFETY: each diagnostic is disposed after its texts are copied; a set's members live with their parent.
        unsafe {
            let count = (self.f.clang_getNumDiagnostics)(self.unit);
            (0..count)
                .map(|i| {
                    let d = (self.f.clang_getDiagnostic)(self.unit, i);
                    let severity = (self.f.clang_getDiagnosticSeverity)(d);
                    let (text, spot) = self.diagnostic_text(d);
                    let children = (self.f.clang_getChildDiagnostics)(d);
                    let notes = (0..(self.f.clang_getNumDiagnosticsInSet)(children))
                        .map(|i| self.diagnostic_text((self.f.clang_getDiagnosticInSet)(children, i)))
                        .collect();
                    (self.f.clang_disposeDiagnostic)(d);
                    Diagnostic {
                        fatal: severity == CXDiagnostic_Fatal,
                        error: severity >= CXDiagnostic_Error,
                        text,
                        spot,
                        notes,
                    }
                })
                .collect()
        }
    }

    /// # Safety
    /// `d` is a live diagnostic of this unit.
    unsafe fn diagnostic_text(&self, d: CXDiagnostic) -> (String, Spot) {
        // SAFETY: as promised by the caller.
        unsafe {
            let text = self.string((self.f.clang_getDiagnosticSpelling)(d));
            (text, self.spot((self.f.clang_getDiagnosticLocation)(d)))
        }
    }

    /// All files that were read, once each.
    pub fn included(&self) -> Vec<PathBuf> {
        struct Gather<'a>(&'a Unit, Vec<PathBuf>);
        extern "C" fn see(file: CXFile, _: *mut CXSourceLocation, _: c_uint, data: CXClientData) {
            // SAFETY: `data` is the Gather below, which outlives the visit.
            let gather = unsafe { &mut *data.cast::<Gather>() };
            // SAFETY: the file belongs to the unit that is visited.
            let name = gather.0.string(unsafe { (gather.0.f.clang_getFileName)(file) });
            gather.1.push(name.into());
        }
        let mut gather = Gather(self, Vec::new());
        // SAFETY: the visitor gets the pointer it expects.
        unsafe { (self.f.clang_getInclusions)(self.unit, see, (&raw mut gather).cast::<c_void>()) };
        gather.1.sort();
        gather.1.dedup();
        gather.1
    }
}

/// A declaration, macro or part of one.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'u> {
    unit: &'u Unit,
    raw: CXCursor,
}

/// What a constant expression is worth.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Evaluated {
    Integer(i128),
    Float(f64),
    Text(Vec<u8>),
}

extern "C" fn gather_child(cursor: CXCursor, _: CXCursor, data: CXClientData) -> CXChildVisitResult {
    // SAFETY: `data` is the vector of `children`, which outlives the visit.
    unsafe { (*data.cast::<Vec<CXCursor>>()).push(cursor) };
    CXChildVisit_Continue
}

extern "C" fn gather_field(cursor: CXCursor, data: CXClientData) -> CXVisitorResult {
    // SAFETY: `data` is the vector of `fields`, which outlives the visit.
    unsafe { (*data.cast::<Vec<CXCursor>>()).push(cursor) };
    CXVisit_Continue
}

impl<'u> Cursor<'u> {
    fn other(self, raw: CXCursor) -> Cursor<'u> {
        Cursor { unit: self.unit, raw }
    }

    fn f(&self) -> &'u Functions {
        &self.unit.f
    }

    pub fn kind(self) -> CXCursorKind {
        self.raw.kind
    }

    /// Something that is the same for all cursors of one declaration.
    pub fn key(self) -> usize {
        // SAFETY: the contract above. A declaration cursor's first word is clang's own declaration.
        unsafe { (self.f().clang_getCanonicalCursor)(self.raw) }.data[0] as usize
    }

    pub fn name(self) -> String {
        // SAFETY: the contract above.
        self.unit.string(unsafe { (self.f().clang_getCursorSpelling)(self.raw) })
    }

    pub fn ty(self) -> Ty<'u> {
        // SAFETY: the contract above.
        Ty { unit: self.unit, raw: unsafe { (self.f().clang_getCursorType)(self.raw) } }
    }

    pub fn spot(self) -> Spot {
        // SAFETY: the contract above.
        self.unit.spot(unsafe { (self.f().clang_getCursorLocation)(self.raw) })
    }

    pub fn children(self) -> Vec<Cursor<'u>> {
        let mut list: Vec<CXCursor> = Vec::new();
        // SAFETY: the visitor gets the pointer it expects.
        unsafe { (self.f().clang_visitChildren)(self.raw, gather_child, (&raw mut list).cast()) };
        list.into_iter().map(|raw| self.other(raw)).collect()
    }

    /// The definition of a struct, union or enum, if the text has one.
    pub fn definition(self) -> Option<Cursor<'u>> {
        // SAFETY: the contract above.
        let raw = unsafe { (self.f().clang_getCursorDefinition)(self.raw) };
        (!(CXCursor_InvalidFile..=CXCursor_InvalidCode).contains(&raw.kind)).then(|| self.other(raw))
    }

    pub fn is_definition(self) -> bool {
        // SAFETY: the contract above.
        unsafe { (self.f().clang_isCursorDefinition)(self.raw) != 0 }
    }

    pub fn storage(self) -> CX_StorageClass {
        // SAFETY: the contract above.
        unsafe { (self.f().clang_Cursor_getStorageClass)(self.raw) }
    }

    pub fn is_inline(self) -> bool {
        // SAFETY: the contract above.
        unsafe { (self.f().clang_Cursor_isFunctionInlined)(self.raw) != 0 }
    }

    /// A function's parameters.
    pub fn parameters(self) -> Vec<Cursor<'u>> {
        // SAFETY: the contract above; the number is -1 for what has none.
        unsafe {
            let n = (self.f().clang_Cursor_getNumArguments)(self.raw).max(0) as c_uint;
            (0..n).map(|i| self.other((self.f().clang_Cursor_getArgument)(self.raw, i))).collect()
        }
    }

    /// The name the linker knows.
    pub fn symbol(self) -> String {
        // SAFETY: the contract above.
        let text = self.unit.string(unsafe { (self.f().clang_Cursor_getMangling)(self.raw) });
        text.trim_start_matches('\u{1}').to_owned()
    }

    /// The documentation comment before it, with its slashes and stars.
    pub fn comment(self) -> Option<String> {
        // SAFETY: the contract above.
        let text = self.unit.string(unsafe { (self.f().clang_Cursor_getRawCommentText)(self.raw) });
        (!text.is_empty()).then_some(text)
    }

    /// The width of a bit-field.
    pub fn bits(self) -> Option<u32> {
        // SAFETY: the contract above.
        unsafe {
            ((self.f().clang_Cursor_isBitField)(self.raw) != 0)
                .then(|| (self.f().clang_getFieldDeclBitWidth)(self.raw).max(0) as u32)
        }
    }

    /// A field's first bit in its record, if clang has laid the record out.
    pub fn first_bit(self) -> Option<u64> {
        // SAFETY: the contract above; errors are negative.
        u64::try_from(unsafe { (self.f().clang_Cursor_getOffsetOfField)(self.raw) }).ok()
    }

    pub fn is_builtin_macro(self) -> bool {
        // SAFETY: the contract above.
        unsafe { (self.f().clang_Cursor_isMacroBuiltin)(self.raw) != 0 }
    }

    pub fn is_function_macro(self) -> bool {
        // SAFETY: the contract above.
        unsafe { (self.f().clang_Cursor_isMacroFunctionLike)(self.raw) != 0 }
    }

    pub fn typedef_type(self) -> Ty<'u> {
        // SAFETY: the contract above.
        Ty { unit: self.unit, raw: unsafe { (self.f().clang_getTypedefDeclUnderlyingType)(self.raw) } }
    }

    pub fn enum_type(self) -> Ty<'u> {
        // SAFETY: the contract above.
        Ty { unit: self.unit, raw: unsafe { (self.f().clang_getEnumDeclIntegerType)(self.raw) } }
    }

    pub fn enum_value(self, signed: bool) -> i128 {
        // SAFETY: the contract above.
        unsafe {
            if signed {
                (self.f().clang_getEnumConstantDeclValue)(self.raw).into()
            } else {
                (self.f().clang_getEnumConstantDeclUnsignedValue)(self.raw).into()
            }
        }
    }

    /// The words of its text.
    pub fn tokens(self) -> Vec<String> {
        let (mut tokens, mut count) = (ptr::null_mut(), 0);
        // SAFETY: libclang gives `count` tokens, which are copied before they are disposed.
        unsafe {
            let range = (self.f().clang_getCursorExtent)(self.raw);
            (self.f().clang_tokenize)(self.unit.unit, range, &mut tokens, &mut count);
            let words = (0..count as usize)
                .map(|i| self.unit.string((self.f().clang_getTokenSpelling)(self.unit.unit, *tokens.add(i))))
                .collect();
            (self.f().clang_disposeTokens)(self.unit.unit, tokens, count);
            words
        }
    }

    /// The value of a variable's initializer, where it is a constant.
    pub fn evaluate(self) -> Option<Evaluated> {
        // SAFETY: the contract above; the result is disposed once, after its text is copied.
        unsafe {
            let f = self.f();
            let result = (f.clang_Cursor_Evaluate)(self.raw);
            if result.is_null() {
                return None;
            }
            let value = match (f.clang_EvalResult_getKind)(result) {
                CXEval_Int if (f.clang_EvalResult_isUnsignedInt)(result) != 0 => {
                    Some(Evaluated::Integer((f.clang_EvalResult_getAsUnsigned)(result).into()))
                }
                CXEval_Int => Some(Evaluated::Integer((f.clang_EvalResult_getAsLongLong)(result).into())),
                CXEval_Float => Some(Evaluated::Float((f.clang_EvalResult_getAsDouble)(result))),
                CXEval_StrLiteral => {
                    let text = (f.clang_EvalResult_getAsStr)(result);
                    (!text.is_null()).then(|| Evaluated::Text(CStr::from_ptr(text).to_bytes().to_vec()))
                }
                _ => None,
            };
            (f.clang_EvalResult_dispose)(result);
            value
        }
    }
}

/// A C type as clang has it.
#[derive(Clone, Copy)]
pub(crate) struct Ty<'u> {
    unit: &'u Unit,
    raw: CXType,
}

impl<'u> Ty<'u> {
    fn f(&self) -> &'u Functions {
        &self.unit.f
    }

    fn to(self, raw: CXType) -> Ty<'u> {
        Ty { unit: self.unit, raw }
    }

    pub fn kind(self) -> CXTypeKind {
        self.raw.kind
    }

    /// As clang writes it.
    pub fn text(self) -> String {
        // SAFETY: the contract above.
        self.unit.string(unsafe { (self.f().clang_getTypeSpelling)(self.raw) })
    }

    /// Without any typedef.
    pub fn canonical(self) -> Ty<'u> {
        // SAFETY: the contract above.
        self.to(unsafe { (self.f().clang_getCanonicalType)(self.raw) })
    }

    pub fn pointee(self) -> Ty<'u> {
        // SAFETY: the contract above.
        self.to(unsafe { (self.f().clang_getPointeeType)(self.raw) })
    }

    pub fn array_item(self) -> Ty<'u> {
        // SAFETY: the contract above.
        self.to(unsafe { (self.f().clang_getArrayElementType)(self.raw) })
    }

    pub fn array_length(self) -> u64 {
        // SAFETY: the contract above.
        unsafe { (self.f().clang_getArraySize)(self.raw) }.max(0) as u64
    }

    /// Of a complex number or a vector.
    pub fn element(self) -> Ty<'u> {
        // SAFETY: the contract above.
        self.to(unsafe { (self.f().clang_getElementType)(self.raw) })
    }

    pub fn result(self) -> Ty<'u> {
        // SAFETY: the contract above.
        self.to(unsafe { (self.f().clang_getResultType)(self.raw) })
    }

    pub fn params(self) -> Vec<Ty<'u>> {
        // SAFETY: the contract above; the number is -1 for what has none.
        unsafe {
            let n = (self.f().clang_getNumArgTypes)(self.raw).max(0) as c_uint;
            (0..n).map(|i| self.to((self.f().clang_getArgType)(self.raw, i))).collect()
        }
    }

    pub fn is_variadic(self) -> bool {
        // SAFETY: the contract above.
        unsafe { (self.f().clang_isFunctionTypeVariadic)(self.raw) != 0 }
    }

    pub fn convention(self) -> CXCallingConv {
        // SAFETY: the contract above.
        unsafe { (self.f().clang_getFunctionTypeCallingConv)(self.raw) }
    }

    pub fn declaration(self) -> Cursor<'u> {
        // SAFETY: the contract above.
        Cursor { unit: self.unit, raw: unsafe { (self.f().clang_getTypeDeclaration)(self.raw) } }
    }

    /// `const`, `volatile`, `restrict`.
    pub fn qualifiers(self) -> (bool, bool, bool) {
        // SAFETY: the contract above.
        unsafe {
            (
                (self.f().clang_isConstQualifiedType)(self.raw) != 0,
                (self.f().clang_isVolatileQualifiedType)(self.raw) != 0,
                (self.f().clang_isRestrictQualifiedType)(self.raw) != 0,
            )
        }
    }

    /// What `struct foo` or a plain name stands for.
    pub fn named(self) -> Ty<'u> {
        // SAFETY: the contract above.
        self.to(unsafe { (self.f().clang_Type_getNamedType)(self.raw) })
    }

    /// Without the attribute on it.
    pub fn modified(self) -> Ty<'u> {
        // SAFETY: the contract above.
        self.to(unsafe { (self.f().clang_Type_getModifiedType)(self.raw) })
    }

    pub fn size(self) -> Option<u64> {
        // SAFETY: the contract above; errors are negative.
        u64::try_from(unsafe { (self.f().clang_Type_getSizeOf)(self.raw) }).ok()
    }

    pub fn align(self) -> Option<u64> {
        // SAFETY: the contract above; errors are negative.
        u64::try_from(unsafe { (self.f().clang_Type_getAlignOf)(self.raw) }).ok()
    }

    /// A record's fields, those without a name too.
    pub fn fields(self) -> Vec<Cursor<'u>> {
        let mut list: Vec<CXCursor> = Vec::new();
        // SAFETY: the visitor gets the pointer it expects.
        unsafe { (self.f().clang_Type_visitFields)(self.raw, gather_field, (&raw mut list).cast()) };
        list.into_iter().map(|raw| Cursor { unit: self.unit, raw }).collect()
    }
}

/// As clang names itself.
pub(crate) fn version(f: &Arc<Functions>) -> String {
    // SAFETY: a string of our own, disposed after the copy.
    unsafe {
        let s = (f.clang_getClangVersion)();
        let text = (f.clang_getCString)(s);
        let out =
            if text.is_null() { String::new() } else { CStr::from_ptr(text).to_string_lossy().into_owned() };
        (f.clang_disposeString)(s);
        out
    }
}
