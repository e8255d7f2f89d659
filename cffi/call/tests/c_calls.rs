//! Calls between C and us, over hundreds of random function types: C writes down what arrives, and so do we.
//!
//! Each type is called on the direct path and through libffi, called back through a closure, and called with `...`; every
//! byte that means something (not padding) must be what was sent. `DOVETAIL_CALLS` says how many types (default 600).

#[path = "../../ctype/tests/random/generate.rs"]
#[allow(dead_code, reason = "written for layouts first")]
mod generate;

use dovetail_call::{Closure, Registers, Scalar, Signature, Slot};
use dovetail_ctype::{
    Convention, Function, Length, Primitive, PrimitiveKind, Quals, RecordKind, Target, Type, TypeId, Types,
};
use generate::{Random, generate};
use std::ffi::{CString, c_void};
use std::fmt::Write;
use std::process::Command;
use std::sync::Arc;

/// A type that values are passed in.
#[derive(Clone)]
struct Kind {
    ty: TypeId,
    name: String,
    size: usize,
    /// Bits that mean something; the others are padding.
    mask: Vec<u8>,
    /// Bytes that are `_Bool`: 0 or 1.
    bools: Vec<usize>,
    /// What `...` makes of it: None when it stays as it is.
    narrow: bool,
}

impl Kind {
    fn new(types: &Types, ty: TypeId, name: String) -> Kind {
        let size = types.layout(ty).unwrap().size as usize;
        let (mut mask, mut bools) = (vec![0; size], Vec::new());
        survey(types, ty, 0, &mut mask, &mut bools);
        let narrow = match types.get(ty) {
            Type::Primitive(p) => (p.is_integral() && p.size() < 4) || *p == Primitive::Float,
            _ => false,
        };
        Kind { ty, name, size, mask, bools, narrow }
    }

    /// A random value; wider than its size, so that eight bytes may be read.
    fn value(&self, random: &mut Random) -> Vec<u128> {
        let mut words = vec![0u128; self.size.div_ceil(16).max(1)];
        for w in &mut words {
            *w = u128::from(random.next()) << 64 | u128::from(random.next());
        }
        for &b in &self.bools {
            bytes_mut(&mut words)[b] &= 1;
        }
        words
    }

    fn differs(&self, a: &[u8], b: &[u8]) -> bool {
        (0..self.size).any(|i| (a[i] ^ b[i]) & self.mask[i] != 0)
    }
}

fn bytes(words: &[u128]) -> &[u8] {
    // SAFETY: the same memory as bytes.
    unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), words.len() * 16) }
}

fn bytes_mut(words: &mut [u128]) -> &mut [u8] {
    // SAFETY: the same memory as bytes.
    unsafe { std::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), words.len() * 16) }
}

/// Marks the bits of a type's scalars.
fn survey(types: &Types, ty: TypeId, base: usize, mask: &mut [u8], bools: &mut Vec<usize>) {
    match types.get(ty) {
        Type::Primitive(Primitive::LongDouble) if types.target() == Target::X86_64 => {
            mask[base..base + 10].fill(0xff);
        }
        Type::Primitive(p) => {
            mask[base..base + p.size() as usize].fill(0xff);
            if p.kind(types.target()) == PrimitiveKind::Bool {
                bools.push(base);
            }
        }
        Type::Pointer { .. } | Type::Enum(_) => {
            let size = types.layout(ty).unwrap().size as usize;
            mask[base..base + size].fill(0xff);
        }
        Type::Array { item, length: Length::Fixed(n), .. } => {
            let size = types.layout(*item).unwrap().size as usize;
            for i in 0..*n as usize {
                survey(types, *item, base + i * size, mask, bools);
            }
        }
        Type::Record(r) => {
            let layout = types.record_layout(*r).unwrap();
            let fields = types.record(*r).fields.as_ref().unwrap();
            for (f, place) in fields.iter().zip(&layout.places) {
                match place.bits {
                    Some(_) if f.name.is_empty() => {}
                    Some(bits) => {
                        for bit in place.first_bit()..place.first_bit() + u64::from(bits) {
                            mask[base + bit as usize / 8] |= 1 << (bit % 8);
                        }
                    }
                    None => survey(types, f.ty, base + place.offset as usize, mask, bools),
                }
            }
        }
        _ => {}
    }
}

/// Whether the value is one that compilers pass alike: those with open arrays, and those over-aligned, are not.
fn usual(types: &Types, ty: TypeId) -> bool {
    let layout = types.layout(ty).unwrap();
    if layout.align > 16 || layout.size == 0 || layout.size > 64 {
        return false;
    }
    match types.get(ty) {
        Type::Record(r) => {
            let record = types.record(*r);
            let places = types.record_layout(*r).unwrap().places;
            record.fields.iter().flatten().zip(&places).all(|(f, place)| {
                let mut ty = f.ty;
                while let Type::Array { item, length, .. } = types.get(ty) {
                    if !matches!(length, Length::Fixed(1..)) {
                        return false;
                    }
                    ty = *item;
                }
                let inner = types.layout(ty).unwrap();
                let record = matches!(types.get(ty), Type::Record(_));
                !record || (place.offset.is_multiple_of(inner.align) && usual(types, ty))
            })
        }
        _ => true,
    }
}

const NUMBERS: &[Primitive] = &[
    Primitive::Char,
    Primitive::SChar,
    Primitive::UChar,
    Primitive::Bool,
    Primitive::Short,
    Primitive::UShort,
    Primitive::Int,
    Primitive::UInt,
    Primitive::Long,
    Primitive::ULong,
    Primitive::LongLong,
    Primitive::Int128,
    Primitive::Float,
    Primitive::Double,
    Primitive::Float,
    Primitive::Double,
    Primitive::LongDouble,
    Primitive::FloatComplex,
    Primitive::DoubleComplex,
];

/// A function type: the result (None is `void`) and the arguments.
struct Case {
    result: Option<Kind>,
    arguments: Vec<Kind>,
    function: Function,
}

struct Pool {
    numbers: Vec<Kind>,
    simple: Vec<Kind>,
    records: Vec<Kind>,
}

impl Pool {
    fn pick(&self, random: &mut Random, style: u64) -> Kind {
        let list = match (style, random.below(10)) {
            (0, _) => &self.simple,
            (1, _) => &self.numbers,
            (2, 0..5) | (_, 0..8) => &self.records,
            _ => &self.numbers,
        };
        list[random.below(list.len() as u64) as usize].clone()
    }
}

fn function(result: Option<&Kind>, arguments: &[Kind], variadic: bool) -> Function {
    Function {
        result: result.map_or(TypeId::VOID, |k| k.ty),
        params: arguments.iter().map(|k| k.ty).collect(),
        variadic,
        convention: Convention::C,
    }
}

const PRELUDE: &str = "
#include <string.h>
#include <stdarg.h>
#include <stdbool.h>
char log_bytes[1 << 16]; unsigned long log_size; char give_bytes[256];
static void put(const void *p, unsigned long n) { memcpy(log_bytes + log_size, p, n); log_size += n; }
static void widen(long long v) { put(&v, 8); }
";

/// The C side of a case: `f` writes down its arguments, `c` calls a function pointer, `v` takes all but the first by `...`.
fn c_text(text: &mut String, number: usize, case: &Case) {
    let result = case.result.as_ref().map_or("void", |k| &k.name);
    let list = |with_names: bool| {
        let one = |(i, k): (usize, &Kind)| {
            if with_names { format!("{} a{i}", k.name) } else { k.name.clone() }
        };
        let all: Vec<_> = case.arguments.iter().enumerate().map(one).collect();
        if all.is_empty() { "void".to_owned() } else { all.join(", ") }
    };
    let give = match case.result {
        Some(_) => format!("{result} r; memcpy(&r, give_bytes, sizeof r); return r;"),
        None => String::new(),
    };
    writeln!(text, "{result} f{number}({}) {{", list(true)).unwrap();
    for (i, k) in case.arguments.iter().enumerate() {
        writeln!(text, "put(&a{i}, sizeof a{i});").unwrap();
        if k.narrow && k.name != "float" {
            writeln!(text, "widen(a{i});").unwrap();
        }
    }
    writeln!(text, "{give} }}").unwrap();

    writeln!(text, "void c{number}({result} (*fn)({}), char **values, char *out) {{", list(false)).unwrap();
    for (i, k) in case.arguments.iter().enumerate() {
        writeln!(text, "{} a{i}; memcpy(&a{i}, values[{i}], sizeof a{i});", k.name).unwrap();
    }
    let names: Vec<_> = (0..case.arguments.len()).map(|i| format!("a{i}")).collect();
    let call = format!("fn({})", names.join(", "));
    match case.result {
        Some(_) => writeln!(text, "{result} r = {call}; memcpy(out, &r, sizeof r); }}").unwrap(),
        None => writeln!(text, "{call}; }}").unwrap(),
    }

    let Some(first) = case.arguments.first() else { return };
    writeln!(
        text,
        "{result} v{number}({} a0, ...) {{ va_list l; va_start(l, a0); put(&a0, sizeof a0);",
        first.name
    )
    .unwrap();
    if first.narrow && first.name != "float" {
        writeln!(text, "widen(a0);").unwrap();
    }
    for (i, k) in case.arguments.iter().enumerate().skip(1).filter(|(_, k)| !k.narrow) {
        writeln!(text, "{} a{i} = va_arg(l, {}); put(&a{i}, sizeof a{i});", k.name, k.name).unwrap();
    }
    writeln!(text, "va_end(l); {give} }}").unwrap();
}

struct Library(*mut c_void);

impl Library {
    fn symbol(&self, name: &str) -> *mut c_void {
        let name = CString::new(name).unwrap();
        // SAFETY: an open library.
        let p = unsafe { libc::dlsym(self.0, name.as_ptr()) };
        assert!(!p.is_null(), "{name:?}");
        p
    }
}

/// What a closure sees.
struct Seen {
    sizes: Vec<usize>,
    log: Vec<u8>,
    give: Vec<u8>,
}

unsafe extern "C" fn handler(result: *mut c_void, arguments: *const *mut c_void, user: *mut c_void) {
    // SAFETY: the test's own data.
    unsafe {
        let seen = &mut *user.cast::<Seen>();
        for (i, &size) in seen.sizes.iter().enumerate() {
            let p = (*arguments.add(i)).cast::<u8>();
            seen.log.extend_from_slice(std::slice::from_raw_parts(p, size));
        }
        std::ptr::copy_nonoverlapping(seen.give.as_ptr(), result.cast(), seen.give.len());
    }
}

struct Check<'a> {
    library: &'a Library,
    number: usize,
    wrong: &'a mut Vec<String>,
}

impl Check<'_> {
    fn log(&self) -> (*mut u8, *mut u64, *mut u8) {
        let l = self.library;
        (l.symbol("log_bytes").cast(), l.symbol("log_size").cast(), l.symbol("give_bytes").cast())
    }

    /// Runs one call and compares. `call` gets the values' addresses and the result's.
    fn call(
        &mut self,
        what: &str,
        random: &mut Random,
        result: Option<&Kind>,
        arguments: &[Kind],
        call: impl FnOnce(&[*mut c_void], *mut c_void),
    ) {
        let mut values: Vec<_> = arguments.iter().map(|k| k.value(random)).collect();
        let expected = values.clone();
        let given = result.map(|k| k.value(random));
        let (log, size, give) = self.log();
        // Beyond the result nothing may be written.
        let mut room = vec![0xa5a5_a5a5_a5a5_a5a5_a5a5_a5a5_a5a5_a5a5u128; 8];
        // SAFETY: the library's own buffers, which are large enough.
        let seen = unsafe {
            *size = 0;
            if let Some(g) = &given {
                std::ptr::copy_nonoverlapping(bytes(g).as_ptr(), give, bytes(g).len());
            }
            let addresses: Vec<_> = values.iter_mut().map(|v| v.as_mut_ptr().cast()).collect();
            call(&addresses, room.as_mut_ptr().cast());
            std::slice::from_raw_parts(log, *size as usize).to_vec()
        };
        let mut at = 0;
        for (i, (k, sent)) in arguments.iter().zip(&expected).enumerate() {
            let n = self.number;
            if at + k.size > seen.len() {
                self.wrong.push(format!("{what}{n}: argument {i} did not arrive"));
                return;
            }
            if k.differs(bytes(sent), &seen[at..]) {
                self.wrong.push(format!(
                    "{what}{n}: argument {i} ({}): {:x?} became {:x?}",
                    k.name,
                    &bytes(sent)[..k.size],
                    &seen[at..at + k.size]
                ));
            }
            at += k.size;
            if k.narrow && k.name != "float" {
                at += 8;
            }
        }
        if let (Some(k), Some(g)) = (result, &given)
            && k.differs(bytes(g), bytes(&room))
        {
            self.wrong.push(format!(
                "{what}{}: result ({}): {:x?} became {:x?}",
                self.number,
                k.name,
                &bytes(g)[..k.size],
                &bytes(&room)[..k.size]
            ));
        }
        let beyond = result.map_or(0, |k| k.size);
        if bytes(&room)[beyond..].iter().any(|&b| b != 0xa5) {
            self.wrong.push(format!("{what}{}: wrote beyond the result", self.number));
        }
    }

    fn all(&mut self, random: &mut Random, types: &Types, case: &Case) -> (bool, bool) {
        let number = self.number;
        let f = self.library.symbol(&format!("f{number}"));
        let new = || Signature::new(types, &case.function, &[]).unwrap();
        let signature = new();
        let (direct, scalar) = (signature.is_direct(), signature.scalars().is_some());
        let result = case.result.as_ref();
        if direct {
            // SAFETY: the function has this type.
            self.call("direct f", random, result, &case.arguments, |a, r| unsafe { signature.call(f, a, r) });
        }
        if let Some(s) = signature.scalars() {
            self.call("scalar f", random, result, &case.arguments, |a, r| {
                let mut registers = Registers::ZERO;
                for (&(scalar, slot), &p) in s.arguments.iter().zip(a) {
                    // SAFETY: a value of that type.
                    let word = unsafe { scalar.read(p.cast()) };
                    match slot {
                        Slot::General(n) => registers.general[usize::from(n)] = word,
                        // On aarch64 the register is wider than the word.
                        #[allow(clippy::useless_conversion)]
                        Slot::Float(n) => registers.float[usize::from(n)] = word.into(),
                    }
                }
                // SAFETY: the function has this type.
                unsafe {
                    let word = s.call(f, &registers);
                    assert_eq!(s.result == Scalar::Void, result.is_none());
                    s.result.write(s.result.extended(word), r.cast());
                }
            });
        }
        let general = new().without_direct().unwrap();
        // SAFETY: the function has this type.
        self.call("libffi f", random, result, &case.arguments, |a, r| unsafe { general.call(f, a, r) });
        self.closure(random, types, case);
        self.variadic(random, types, case);
        (direct, scalar)
    }

    fn closure(&mut self, random: &mut Random, types: &Types, case: &Case) {
        let signature = Arc::new(Signature::new(types, &case.function, &[]).unwrap());
        let caller = self.library.symbol(&format!("c{}", self.number));
        let result = case.result.as_ref();
        let (log, size, give) = self.log();
        let plain: Vec<_> = case.arguments.iter().map(|k| Kind { narrow: false, ..k.clone() }).collect();
        self.call("closure c", random, result, &plain, |a, r| {
            let mut seen =
                Seen { sizes: plain.iter().map(|k| k.size).collect(), log: Vec::new(), give: Vec::new() };
            let user = (&raw mut seen).cast();
            let closure = Closure::new(signature, handler, user).unwrap();
            // SAFETY: the C function calls the closure with its own types; the buffers are the library's.
            unsafe {
                seen.give = std::slice::from_raw_parts(give, result.map_or(0, |k| k.size)).to_vec();
                let call: unsafe extern "C" fn(*const c_void, *const *mut c_void, *mut c_void) =
                    std::mem::transmute(caller);
                call(closure.code(), a.as_ptr(), r);
                std::ptr::copy_nonoverlapping(seen.log.as_ptr(), log, seen.log.len());
                *size = seen.log.len() as u64;
            }
        });
    }

    fn variadic(&mut self, random: &mut Random, types: &Types, case: &Case) {
        let Some(first) = case.arguments.first() else { return };
        let rest: Vec<_> = case.arguments[1..].iter().filter(|k| !k.narrow).cloned().collect();
        let f = self.library.symbol(&format!("v{}", self.number));
        let result = case.result.as_ref();
        let ty = function(result, std::slice::from_ref(first), true);
        let extra: Vec<_> = rest.iter().map(|k| k.ty).collect();
        let signature = Signature::new(types, &ty, &extra).unwrap();
        let all: Vec<_> = std::iter::once(first).chain(&rest).cloned().collect();
        // SAFETY: the function takes these arguments.
        self.call("variadic v", random, result, &all, |a, r| unsafe { signature.call(f, a, r) });
        let general = signature.without_direct().unwrap();
        // SAFETY: as above.
        self.call("variadic, libffi v", random, result, &all, |a, r| unsafe { general.call(f, a, r) });
    }
}

#[test]
fn what_is_sent_arrives() {
    let Some(target) = Target::host() else {
        println!("NOT RUN: no target of ours");
        return;
    };
    if !Command::new("cc").arg("--version").output().is_ok_and(|o| o.status.success()) {
        println!("NOT RUN: cc is not installed");
        return;
    }
    let count: usize = std::env::var("DOVETAIL_CALLS").ok().and_then(|v| v.parse().ok()).unwrap_or(600);
    let mut random = Random::new(0xca11ab1e);
    let program = generate(target, 0xca11, 400, false, 1);
    let mut types = program.types.clone();
    let mut records: Vec<_> = program
        .records
        .iter()
        .filter_map(|r| {
            let ty = types.intern(Type::Record(r.id));
            usual(&types, ty).then(|| Kind::new(&types, ty, r.name.clone()))
        })
        // GCC and Clang do not agree on records of nothing but unnamed bit-fields.
        .filter(|k| k.mask.iter().any(|&m| m != 0))
        .collect();
    // The shapes that registers are made for: one to eight floats or doubles, mixtures, nested ones.
    let mut text = format!("{PRELUDE}\n{}\n", program.text);
    for i in 0..60 {
        let p = random.pick(&[Primitive::Float, Primitive::Double, Primitive::Int, Primitive::LongDouble]);
        let q = random.pick(&[p, p, p, Primitive::Float, Primitive::Char, Primitive::Double]);
        let fields = 1 + random.below(4);
        let (mut list, mut body) = (Vec::new(), String::new());
        for f in 0..fields {
            let one = if f % 2 == 0 { p } else { q };
            let ty = types.primitive(one);
            list.push(dovetail_ctype::Field::new(format!("m{f}"), ty));
            write!(body, "{} m{f}; ", one.c_name()).unwrap();
        }
        let record = dovetail_ctype::Record::opaque(RecordKind::Struct, format!("F{i}"));
        let (id, ty) = types.new_record(record);
        types.complete_record(id, list).unwrap();
        writeln!(text, "struct F{i} {{ {body}}};").unwrap();
        records.push(Kind::new(&types, ty, format!("struct F{i}")));
    }
    let mut number = |p: Primitive| {
        let ty = types.primitive(p);
        Kind::new(&types, ty, p.c_name().to_owned())
    };
    let mut numbers: Vec<_> = NUMBERS.iter().map(|&p| number(p)).collect();
    let void = types.pointer(TypeId::VOID, Quals::NONE);
    numbers.push(Kind::new(&types, void, "void *".to_owned()));
    let simple: Vec<_> = numbers.iter().filter(|k| Scalar::of(&types, k.ty).is_some()).cloned().collect();
    println!("{} records, {} numbers", records.len(), numbers.len());
    let pool = Pool { numbers, simple, records };

    let cases: Vec<_> = (0..count)
        .map(|i| {
            let style = (i % 4) as u64;
            let most = random.pick(&[2, 4, 7, 9, 14, 22]);
            let arguments: Vec<_> = (0..random.below(most)).map(|_| pool.pick(&mut random, style)).collect();
            let result = (!random.percent(8)).then(|| pool.pick(&mut random, style));
            let function = function(result.as_ref(), &arguments, false);
            Case { result, arguments, function }
        })
        .collect();
    for (i, case) in cases.iter().enumerate() {
        c_text(&mut text, i, case);
    }
    let folder = tempfile::tempdir().unwrap();
    let (source, object) = (folder.path().join("calls.c"), folder.path().join("calls.so"));
    std::fs::write(&source, &text).unwrap();
    let output = Command::new("cc")
        .args(["-std=gnu11", "-w", "-O1", "-shared", "-fPIC", "-o"])
        .args([&object, &source])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let path = CString::new(object.to_str().unwrap()).unwrap();
    // SAFETY: the library made above.
    let library = Library(unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW) });
    assert!(!library.0.is_null());

    let (mut wrong, mut direct, mut scalar) = (Vec::new(), 0, 0);
    for (i, case) in cases.iter().enumerate() {
        let mut check = Check { library: &library, number: i, wrong: &mut wrong };
        let (d, s) = check.all(&mut random, &types, case);
        direct += usize::from(d);
        scalar += usize::from(s);
    }
    println!(
        "{count} types, {direct} without libffi, {scalar} of scalars alone: {} differences",
        wrong.len()
    );
    for w in wrong.iter().take(20) {
        println!("{w}");
    }
    // What the first of them look like in C.
    if let Some(digits) = wrong.first().map(|w| w.split(':').next().unwrap_or_default())
        && let Some(case) = digits
            .trim_start_matches(|c: char| !c.is_ascii_digit())
            .parse::<usize>()
            .ok()
            .and_then(|n| cases.get(n))
    {
        for k in case.result.iter().chain(&case.arguments) {
            println!("{}: {:02x?}", k.name, k.mask);
            if let Some(at) = text.find(&format!("{} {{", k.name)) {
                let rest = &text[at..];
                println!("{}", &rest[..rest.find("\n};").map_or(80, |e| e + 3)]);
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences", wrong.len());
    assert!(direct > count / 8 && scalar > count / 20, "the direct path is hardly tried");
}

#[test]
fn refusals() {
    let Some(target) = Target::host() else { return };
    let mut types = Types::new(target);
    let int = types.primitive(Primitive::Int);
    let of = |convention, variadic| Function { result: int, params: Box::new([int]), variadic, convention };
    let error = |f: &Function| Signature::new(&types, f, &[]).err().map(|e| e.to_string());
    assert_eq!(error(&of(Convention::Stdcall, false)), None);
    assert_eq!(
        error(&of(Convention::MsAbi, false)).as_deref(),
        Some("functions of this calling convention cannot be called")
    );
    let variadic = Arc::new(Signature::new(&types, &of(Convention::C, true), &[int]).unwrap());
    let made = Closure::new(variadic, handler, std::ptr::null_mut());
    assert_eq!(made.err().map(|e| e.to_string()).as_deref(), Some("a function with '...' cannot be made"));
}

#[test]
fn errno_is_kept_apart() {
    use dovetail_call::errno;
    errno::set_saved(7);
    errno::set_current(1);
    let seen = errno::with_saved_errno(|| {
        let seen = errno::current();
        errno::set_current(9);
        seen
    });
    errno::set_current(3);
    assert_eq!((seen, errno::saved()), (7, 9));
    // Another thread has its own.
    std::thread::spawn(|| assert_eq!(errno::saved(), 0)).join().unwrap();
    errno::set_current(21);
    errno::with_callers_errno(|| {
        assert_eq!(errno::saved(), 21);
        errno::set_saved(22);
        errno::set_current(1);
    });
    assert_eq!(errno::current(), 22);
}
