//! Real headers: their declarations come without a copied line, and the layouts that clang gives are those that ctype
//! computes by itself.

use dovetail_cdef::{Declarations, ErrorKind, Kind, Linkage, Options, Text, Value, parse};
use dovetail_ctype::{Length, Type, Types};

fn read(header: &str) -> Option<Declarations> {
    read_with(header, &Options::default())
}

fn read_with(header: &str, options: &Options) -> Option<Declarations> {
    match parse(&[], &Text::header(header), options) {
        Ok(d) => Some(d),
        Err(e) if e.kind == ErrorKind::HeaderNotFound => {
            println!("NOT RUN: {header} is not installed");
            None
        }
        Err(e) => panic!("{header}: {e}"),
    }
}

/// Compares every whole record's layout with our own; the answer is how many.
fn check_layouts(header: &str, types: &Types) -> usize {
    let mut bare = types.clone();
    let mut checked = 0;
    for (id, record) in types.records() {
        let Some(fixed) = &record.fixed else { continue };
        bare.record_mut(id).fixed = None;
        let ours = bare.record_layout(id).unwrap_or_else(|e| panic!("{header}: {}: {e}", record.name()));
        assert_eq!(ours, *fixed, "{header}: {} {:?}", record.name(), record.fields);
        bare.record_mut(id).fixed = Some(fixed.clone());
        checked += 1;
    }
    checked
}

fn function(d: &Declarations, name: &str) -> String {
    match &d.find(name, |k| matches!(k, Kind::Function { .. })).unwrap_or_else(|| panic!("no {name}")).kind {
        Kind::Function { ty, .. } => d.types.c_declare(*ty, Default::default(), name),
        _ => unreachable!(),
    }
}

fn value(d: &Declarations, name: &str) -> Value {
    let found = d.items.iter().find(|i| i.name == name).unwrap_or_else(|| panic!("no {name}"));
    match &found.kind {
        Kind::Constant { value: Some(v), .. } => v.clone(),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn layouts_of_headers() {
    let headers = [
        "zlib.h",
        "sqlite3.h",
        "openssl/ssl.h",
        "sys/epoll.h",
        "stdio.h",
        "regex.h",
        "math.h",
        "time.h",
        "signal.h",
        "netinet/in.h",
        "sys/stat.h",
        "pthread.h",
        "elf.h",
        "dirent.h",
        "sys/socket.h",
        "linux/if_ether.h",
    ];
    let mut sum = 0;
    let options = Options { names: vec!["*".into()], ..Options::default() };
    for header in headers {
        let begin = std::time::Instant::now();
        if let Some(d) = read_with(header, &options) {
            let time = begin.elapsed().as_millis();
            let n = check_layouts(header, &d.types);
            println!(
                "{header}: {} declarations, {n} layouts, {} skipped, {time} ms",
                d.items.len(),
                d.skipped.len()
            );
            sum += n;
        }
    }
    assert!(sum > 100, "only {sum} layouts");
}

#[test]
fn zlib() {
    let Some(d) = read("zlib.h") else { return };
    assert_eq!(function(&d, "zlibVersion"), "const char *zlibVersion(void)");
    assert_eq!(
        function(&d, "compress"),
        "int compress(unsigned char *, unsigned long *, const unsigned char *, unsigned long)"
    );
    let compress = d.find("compress", |_| true).unwrap();
    let Kind::Function { params, linkage, .. } = &compress.kind else { panic!() };
    assert_eq!(params, &["dest", "destLen", "source", "sourceLen"]);
    assert_eq!(*linkage, Linkage::Library);
    assert_eq!(value(&d, "Z_BEST_COMPRESSION"), Value::Integer(9));
    assert_eq!(value(&d, "Z_DATA_ERROR"), Value::Integer(-3));
    assert!(matches!(value(&d, "ZLIB_VERSION"), Value::Text(t) if t.starts_with(b"1.")));
    let (ty, _) = d.typedef("z_stream").unwrap();
    assert_eq!(d.types.layout(ty).unwrap().size, 112);
    assert_eq!(d.types.name(ty), "z_stream");
    let deflate = d.find("deflateInit", |k| matches!(k, Kind::FunctionMacro { .. })).unwrap();
    let Kind::FunctionMacro { params, body } = &deflate.kind else { panic!() };
    assert_eq!(params, &["strm", "level"]);
    assert!(body.contains("deflateInit_"));
}

#[test]
fn names_by_pattern() {
    let options = Options { names: vec!["sqlite3_open*".into(), "SQLITE_O[K]".into()], ..Options::default() };
    let Some(d) = read_with("sqlite3.h", &options) else { return };
    let functions: Vec<_> =
        d.items.iter().filter(|i| matches!(i.kind, Kind::Function { .. })).map(|i| i.name.as_str()).collect();
    assert_eq!(functions, ["sqlite3_open", "sqlite3_open16", "sqlite3_open_v2"]);
    assert_eq!(value(&d, "SQLITE_OK"), Value::Integer(0));
    assert!(!d.items.iter().any(|i| i.name == "SQLITE_ERROR"));
    let Some(d) = read("sqlite3.h") else { return };
    assert_eq!(value(&d, "SQLITE_TRANSIENT"), Value::Address(u64::MAX));
    let exec = function(&d, "sqlite3_exec");
    assert!(exec.contains("int(*)(void *, int, char **, char **)"), "{exec}");
}

#[test]
fn system_headers() {
    let d = read("math.h").unwrap();
    assert!(matches!(value(&d, "M_PI"), Value::Float(x) if x == std::f64::consts::PI));
    assert_eq!(function(&d, "sqrt"), "double sqrt(double)");
    let d = read("sys/epoll.h").unwrap();
    let event = d.find("epoll_event", |k| matches!(k, Kind::Record { .. })).unwrap();
    let Kind::Record { ty } = event.kind else { panic!() };
    let packed = cfg!(target_arch = "x86_64");
    assert_eq!(d.types.layout(ty).unwrap().size, if packed { 12 } else { 16 });
    assert_eq!(value(&d, "EPOLL_CTL_ADD"), Value::Integer(1));
    assert_eq!(value(&d, "EPOLLET"), Value::Integer(1 << 31));
    let d = read("stdint.h").unwrap();
    assert_eq!(value(&d, "UINT64_MAX"), Value::Integer(i128::from(u64::MAX)));
    assert_eq!(value(&d, "INT64_MIN"), Value::Integer(i128::from(i64::MIN)));
}

#[test]
fn beyond_cffi_in_one_text() {
    let text = "#include <stddef.h>\n#define A 3\n#define B (A * sizeof(int) + (char)257)\n#define S \"a\" \"b\"\n\
        #define C 'x'\n#define F (1.5 / 2)\n#define U (-1U)\n#define NOT_CONST while (1)\n\
        #define ADD(a, b) ((a) + (b))\n#define MASK (~(size_t)0)\n#define P ((struct s *)16)\n#undef A\n#define A 4\n\
        #pragma pack(push, 1)\nstruct s { char a; int b; };\n#pragma pack(pop)\n\
        struct t { char a; int b __attribute__((aligned(16))); } __attribute__((packed));\n\
        /** Adds.\n *  Twice. */\nstatic inline int add(int first, int second) { return first + second; }\n\
        /// The state.\nextern int state;\n#if 0\nint hidden(void);\n#endif\n\
        extern int renamed(void) __asm__(\"real_name\");\n";
    let d = parse(&[], &Text::new(text), &Options::default()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(value(&d, "A"), Value::Integer(4));
    assert_eq!(value(&d, "B"), Value::Integer(17));
    assert_eq!(value(&d, "S"), Value::Text(b"ab".to_vec()));
    assert_eq!(value(&d, "C"), Value::Integer(120));
    assert_eq!(value(&d, "F"), Value::Float(0.75));
    assert_eq!(value(&d, "U"), Value::Integer(0xffff_ffff));
    assert_eq!(value(&d, "MASK"), Value::Integer(i128::from(u64::MAX)));
    assert_eq!(value(&d, "P"), Value::Address(16));
    assert!(matches!(d.find("NOT_CONST", |_| true).unwrap().kind, Kind::OtherMacro { .. }));
    assert!(d.find("hidden", |_| true).is_none());
    let add = d.find("add", |_| true).unwrap();
    assert_eq!(add.doc.as_deref(), Some("Adds.\n Twice."));
    let Kind::Function { params, linkage, .. } = &add.kind else { panic!() };
    assert_eq!((params.join(","), *linkage), ("first,second".into(), Linkage::Inline));
    assert_eq!(d.find("state", |_| true).unwrap().doc.as_deref(), Some("The state."));
    let Kind::Function { symbol, .. } = &d.find("renamed", |_| true).unwrap().kind else { panic!() };
    assert_eq!(symbol.as_deref(), Some("real_name"));
    let size = |name: &str| {
        let Kind::Record { ty } = d.find(name, |k| matches!(k, Kind::Record { .. })).unwrap().kind else {
            panic!()
        };
        d.types.layout(ty).unwrap()
    };
    assert_eq!((size("s").size, size("s").align), (5, 1));
    assert_eq!((size("t").size, size("t").align), (32, 16));
    assert!(check_layouts("text", &d.types) >= 2);
}

#[test]
fn vectors_are_refused_by_name() {
    let text = Text::new("typedef int v4 __attribute__((vector_size(16)));\nv4 f(void);");
    let e = parse(&[], &text, &Options::default()).unwrap_err();
    assert_eq!(e.kind, ErrorKind::Unsupported);
    assert!(e.message.contains("vector types are not supported"), "{e}");
    assert_eq!(e.place.as_ref().map(|p| p.line), Some(1));
}

#[test]
fn dots_say_so() {
    let text = Text::new("extern int a[...][3];");
    let d = parse(&[], &text, &Options::default()).unwrap();
    let Kind::Variable { ty, .. } = d.items[0].kind else { panic!() };
    let Type::Array { length, .. } = d.types.get(ty) else { panic!() };
    assert_eq!(*length, Length::Dots);
    assert_eq!(d.types.name(ty), "int[...][3]");
}
