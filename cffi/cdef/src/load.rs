//! Finding and opening libclang. It is opened once per process, when first needed, and stays.

use crate::error::Error;
use clang_sys::*;
use libloading::Library;
use std::ffi::{c_char, c_int, c_longlong, c_uint, c_ulonglong};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

macro_rules! functions {
    ($(fn $name:ident($($arg:ty),* $(,)?) $(-> $ret:ty)?;)*) => {
        /// libclang's entry points that we use. All are in libclang 9 and later.
        #[allow(non_snake_case)]
        pub(crate) struct Functions {
            $(pub $name: unsafe extern "C" fn($($arg),*) $(-> $ret)?,)*
            /// Where it was found.
            pub path: PathBuf,
            _library: Library,
        }

        impl Functions {
            fn open(path: &Path) -> Result<Functions, libloading::Error> {
                // SAFETY: libclang's initializers only register command line options of LLVM.
                let library = unsafe { Library::new(path) }?;
                Ok(Functions {
                    // SAFETY: the types are those of libclang's C interface, which does not change (as clang-sys has them).
                    $($name: unsafe { *library.get(concat!(stringify!($name), "\0").as_bytes())? },)*
                    path: path.to_owned(),
                    _library: library,
                })
            }
        }
    };
}

functions! {
    fn clang_createIndex(c_int, c_int) -> CXIndex;
    fn clang_disposeIndex(CXIndex);
    fn clang_parseTranslationUnit2(
        CXIndex, *const c_char, *const *const c_char, c_int, *mut CXUnsavedFile, c_uint,
        CXTranslationUnit_Flags, *mut CXTranslationUnit,
    ) -> CXErrorCode;
    fn clang_disposeTranslationUnit(CXTranslationUnit);
    fn clang_getTranslationUnitCursor(CXTranslationUnit) -> CXCursor;
    fn clang_getNumDiagnostics(CXTranslationUnit) -> c_uint;
    fn clang_getDiagnostic(CXTranslationUnit, c_uint) -> CXDiagnostic;
    fn clang_disposeDiagnostic(CXDiagnostic);
    fn clang_getDiagnosticSeverity(CXDiagnostic) -> CXDiagnosticSeverity;
    fn clang_getDiagnosticSpelling(CXDiagnostic) -> CXString;
    fn clang_getDiagnosticLocation(CXDiagnostic) -> CXSourceLocation;
    fn clang_getChildDiagnostics(CXDiagnostic) -> CXDiagnosticSet;
    fn clang_getNumDiagnosticsInSet(CXDiagnosticSet) -> c_uint;
    fn clang_getDiagnosticInSet(CXDiagnosticSet, c_uint) -> CXDiagnostic;
    fn clang_getFileLocation(
        CXSourceLocation, *mut CXFile, *mut c_uint, *mut c_uint, *mut c_uint,
    );
    fn clang_getFileName(CXFile) -> CXString;
    fn clang_getCString(CXString) -> *const c_char;
    fn clang_disposeString(CXString);
    fn clang_getInclusions(CXTranslationUnit, CXInclusionVisitor, CXClientData);
    fn clang_visitChildren(CXCursor, CXCursorVisitor, CXClientData) -> c_uint;
    fn clang_Type_visitFields(CXType, CXFieldVisitor, CXClientData) -> CXVisitorResult;
    fn clang_getCursorSpelling(CXCursor) -> CXString;
    fn clang_getCursorType(CXCursor) -> CXType;
    fn clang_getCursorLocation(CXCursor) -> CXSourceLocation;
    fn clang_getCursorExtent(CXCursor) -> CXSourceRange;
    fn clang_getCursorDefinition(CXCursor) -> CXCursor;
    fn clang_getCanonicalCursor(CXCursor) -> CXCursor;
    fn clang_isCursorDefinition(CXCursor) -> c_uint;
    fn clang_Cursor_getStorageClass(CXCursor) -> CX_StorageClass;
    fn clang_Cursor_isFunctionInlined(CXCursor) -> c_uint;
    fn clang_Cursor_getNumArguments(CXCursor) -> c_int;
    fn clang_Cursor_getArgument(CXCursor, c_uint) -> CXCursor;
    fn clang_Cursor_getMangling(CXCursor) -> CXString;
    fn clang_Cursor_getRawCommentText(CXCursor) -> CXString;
    fn clang_Cursor_isBitField(CXCursor) -> c_uint;
    fn clang_getFieldDeclBitWidth(CXCursor) -> c_int;
    fn clang_Cursor_getOffsetOfField(CXCursor) -> c_longlong;
    fn clang_Cursor_isMacroBuiltin(CXCursor) -> c_uint;
    fn clang_Cursor_isMacroFunctionLike(CXCursor) -> c_uint;
    fn clang_getTypedefDeclUnderlyingType(CXCursor) -> CXType;
    fn clang_getEnumDeclIntegerType(CXCursor) -> CXType;
    fn clang_getEnumConstantDeclValue(CXCursor) -> c_longlong;
    fn clang_getEnumConstantDeclUnsignedValue(CXCursor) -> c_ulonglong;
    fn clang_getCanonicalType(CXType) -> CXType;
    fn clang_getPointeeType(CXType) -> CXType;
    fn clang_getArrayElementType(CXType) -> CXType;
    fn clang_getArraySize(CXType) -> c_longlong;
    fn clang_getElementType(CXType) -> CXType;
    fn clang_getResultType(CXType) -> CXType;
    fn clang_getNumArgTypes(CXType) -> c_int;
    fn clang_getArgType(CXType, c_uint) -> CXType;
    fn clang_isFunctionTypeVariadic(CXType) -> c_uint;
    fn clang_getFunctionTypeCallingConv(CXType) -> CXCallingConv;
    fn clang_getTypeDeclaration(CXType) -> CXCursor;
    fn clang_getTypeSpelling(CXType) -> CXString;
    fn clang_isConstQualifiedType(CXType) -> c_uint;
    fn clang_isVolatileQualifiedType(CXType) -> c_uint;
    fn clang_isRestrictQualifiedType(CXType) -> c_uint;
    fn clang_Type_getNamedType(CXType) -> CXType;
    fn clang_Type_getModifiedType(CXType) -> CXType;
    fn clang_Type_getSizeOf(CXType) -> c_longlong;
    fn clang_Type_getAlignOf(CXType) -> c_longlong;
    fn clang_Cursor_Evaluate(CXCursor) -> CXEvalResult;
    fn clang_EvalResult_getKind(CXEvalResult) -> CXEvalResultKind;
    fn clang_EvalResult_isUnsignedInt(CXEvalResult) -> c_uint;
    fn clang_EvalResult_getAsLongLong(CXEvalResult) -> c_longlong;
    fn clang_EvalResult_getAsUnsigned(CXEvalResult) -> c_ulonglong;
    fn clang_EvalResult_getAsDouble(CXEvalResult) -> f64;
    fn clang_EvalResult_getAsStr(CXEvalResult) -> *const c_char;
    fn clang_EvalResult_dispose(CXEvalResult);
    fn clang_tokenize(CXTranslationUnit, CXSourceRange, *mut *mut CXToken, *mut c_uint);
    fn clang_disposeTokens(CXTranslationUnit, *mut CXToken, c_uint);
    fn clang_getTokenSpelling(CXTranslationUnit, CXToken) -> CXString;
    fn clang_getClangVersion() -> CXString;
}

static OPENED: Mutex<Option<Arc<Functions>>> = Mutex::new(None);

/// The open libclang, or the first that opens of: what `LIBCLANG_PATH` names, the given places, the system's. A place is
/// a file, a folder with a `libclang*.so*`, or a `site-packages` in which the `libclang` wheel lies.
pub(crate) fn libclang(places: &[PathBuf]) -> Result<Arc<Functions>, Error> {
    let mut opened = OPENED.lock().unwrap_or_else(|e| e.into_inner());
    if let Some(functions) = &*opened {
        return Ok(functions.clone());
    }
    let (mut tried, mut why) = (Vec::new(), Vec::new());
    let named = std::env::var_os("LIBCLANG_PATH").map(PathBuf::from);
    for place in named.into_iter().chain(places.iter().cloned()).chain(system_places()) {
        for file in files_at(&place) {
            match Functions::open(&file) {
                Ok(functions) => return Ok(opened.insert(Arc::new(functions)).clone()),
                Err(e) => why.push(format!("{}: {e}", file.display())),
            }
        }
        tried.push(place);
    }
    Err(Error::no_libclang(&tried, &why))
}

/// Whether libclang has been opened in this process.
pub fn libclang_is_open() -> bool {
    OPENED.lock().is_ok_and(|o| o.is_some())
}

/// Files of a place that look like libclang, newest version first.
fn files_at(place: &Path) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let mut found = Vec::new();
    for folder in [place.to_owned(), place.join("clang/native")] {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if (name.starts_with("libclang.so") || name.starts_with("libclang-"))
                && name.contains(".so")
                && !name.starts_with("libclang-cpp")
            {
                found.push((version_in(&name), entry.path()));
            }
        }
    }
    found.sort();
    found.into_iter().rev().map(|f| f.1).collect()
}

/// The numbers in a file or folder name.
fn version_in(name: &str) -> Vec<u32> {
    name.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect()
}

/// Folders where distributions put libclang, newest LLVM first.
fn system_places() -> Vec<PathBuf> {
    let mut llvm = Vec::new();
    for parent in ["/usr/lib", "/usr/lib64", "/usr/local", "/opt"] {
        for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with("llvm") {
                llvm.push((version_in(&name), entry.path()));
            }
        }
    }
    llvm.sort();
    let mut places = Vec::new();
    for (_, folder) in llvm.into_iter().rev() {
        places.extend([folder.join("lib"), folder.join("lib64")]);
    }
    let arch = std::env::consts::ARCH;
    places.extend(
        [
            format!("/usr/lib/{arch}-linux-gnu"),
            "/usr/lib64".into(),
            "/usr/lib".into(),
            "/usr/local/lib".into(),
        ]
        .map(PathBuf::from),
    );
    places
}
