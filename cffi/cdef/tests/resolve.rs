//! Dots resolved from a header, and wrappers compared with one.

use dovetail_cdef::{Declarations, Kind, Options, Text, Value, parse, resolve};
use dovetail_ctype::Type;

const HEADER: &str = "#define VERSION 7\n#define NAME \"lib\"\n#define RATIO 0.5\n\
    enum color { RED = 3, GREEN, BLUE = 0x100000000 };\n\
    typedef unsigned short id_t_; typedef double real_t; typedef struct { long hidden; } secret_t;\n\
    struct point { char pad; int x; struct { short y; }; unsigned flags : 3, more : 7; char name[24]; double last; };\n\
    extern int table[12]; extern const char *const names[3][4]; typedef int grid_t[5][6];\n\
    int use(struct point *p, id_t_ id, real_t r); void plain(int);\n";

fn read(text: &str) -> Declarations {
    parse(&[], &Text::new(text), &Options::default()).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn dots_are_filled_in() {
    let mut d = read(
        "#define VERSION ...\n#define NAME ...\nstatic const double RATIO;\nenum color { BLUE, RED, ... };\n\
         typedef int... id_t_; typedef float... real_t; typedef ... secret_t;\n\
         struct point { char name[...]; short y; int x; ...; };\n\
         extern int table[...]; extern const char *const names[...][...]; typedef int grid_t[...][6];\n\
         int use(struct point *, id_t_, real_t);\n",
    );
    let differences = resolve(&mut d, &read(HEADER));
    assert_eq!(differences, []);
    let value = |name: &str| match &d.find(name, |_| true).unwrap().kind {
        Kind::Constant { value, .. } => value.clone().unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(value("VERSION"), Value::Integer(7));
    assert_eq!(value("NAME"), Value::Text(b"lib".to_vec()));
    assert_eq!(value("RATIO"), Value::Float(0.5));
    let t = &d.types;
    let name =
        |n: &str| match d.find(n, |k| !matches!(k, Kind::Record { .. } | Kind::Enum { .. })).unwrap().kind {
            Kind::Variable { ty, .. } | Kind::Typedef { ty, .. } | Kind::Function { ty, .. } => t.name(ty),
            _ => panic!(),
        };
    assert_eq!(name("table"), "int[12]");
    assert_eq!(name("names"), "char *[3][4]");
    assert_eq!(name("grid_t"), "int[5][6]");
    assert_eq!(name("id_t_"), "unsigned short");
    assert_eq!(name("use"), "int(struct point *, unsigned short, double)");
    let Kind::Record { ty } = d.find("point", |_| true).unwrap().kind else { panic!() };
    let Type::Record(id) = *t.get(ty) else { panic!() };
    let layout = t.record_layout(id).unwrap();
    let offsets: Vec<u64> = layout.places.iter().map(|p| p.offset).collect();
    assert_eq!((layout.size, layout.align, offsets), (48, 8, vec![12, 8, 4]));
    assert_eq!(t.name(t.record(id).fields.as_ref().unwrap()[0].ty), "char[24]");
    let Kind::Enum { ty } = d.find("color", |_| true).unwrap().kind else { panic!() };
    let Type::Enum(id) = *t.get(ty) else { panic!() };
    let values: Vec<_> = t.enumeration(id).enumerators.iter().flatten().map(|c| c.value.unwrap()).collect();
    assert_eq!(values, [0x1_0000_0000, 3]);
    assert_eq!(t.layout(ty).unwrap().size, 8);
}

#[test]
fn each_difference_has_a_name() {
    let mut d = read(
        "#define VERSION 8\n#define ABSENT ...\nenum color { RED = 4 };\nint use(struct point *, int, double);\n\
         void plain(int); void gone(void); extern long table[12]; struct point { char pad; int x; };\n\
         typedef struct { long hidden; } secret_t; struct other { int a; };\n",
    );
    let found: Vec<String> = resolve(&mut d, &read(HEADER)).iter().map(|d| d.to_string()).collect();
    let mut expect = vec![
        "VERSION: is 7 in the header, not 8",
        "ABSENT: the header has no such constant",
        "RED: is 3 in the header, not 4",
        "use: is 'int(struct point *, int, double)' here and 'int(struct point *, unsigned short, double)' in the header",
        "gone: the header has no such function",
        "table: is 'long[12]' here and 'int[12]' in the header",
        "struct point: has 8 bytes here and 48 in the header",
        "struct other: the header has no such record",
    ];
    let mut got: Vec<&str> = found.iter().map(String::as_str).collect();
    got.sort_unstable();
    expect.sort_unstable();
    assert_eq!(got, expect);
}

#[test]
fn a_wrapper_of_zlib() {
    let options = Options::default();
    let Ok(header) = parse(&[], &Text::header("zlib.h"), &options) else {
        println!("NOT RUN: zlib.h is not installed");
        return;
    };
    let mut d = read(
        "typedef struct { unsigned char *next_in; unsigned int avail_in; unsigned long total_out; ...; } z_stream;\n\
         #define Z_FINISH ...\nint deflate(z_stream *strm, int flush);\nunsigned long crc32(unsigned long, \
         const unsigned char *, unsigned int);\n",
    );
    assert_eq!(resolve(&mut d, &header), []);
    let (ty, _) = d.typedef("z_stream").unwrap();
    assert_eq!(d.types.layout(ty).unwrap().size, 112);
}
