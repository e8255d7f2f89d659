//! Code objects against what CPython 3.14 made of the same programs: `data/NAME.marshal` is
//! `marshal.dumps(compile(source, "NAME.py", "exec"))` of `data/NAME.py`.

use dovetail_front::marshal::loads;
use dovetail_front::marshal::plain::dumps_code;
use dovetail_front::{Code, Const, Mode, Options, compile};

/// Puts the elements of frozensets in one order: CPython writes them in that of their marshal data.
fn settle(constant: &mut Const) {
    match constant {
        Const::FrozenSet(all) => all.sort_by_key(|one| format!("{one:?}")),
        Const::Tuple(all) => all.iter_mut().for_each(settle),
        Const::Code(code) => code.consts.iter_mut().for_each(settle),
        _ => {}
    }
}

fn check(name: &str, source: &[u8], recorded: &[u8]) {
    let mut expected = loads(recorded).expect("recorded marshal data");
    let code =
        compile(source, &format!("{name}.py"), Mode::Exec, &Options::default()).expect("a program").code;
    let written = loads(&dumps_code(&code).expect("marshal data")).expect("our marshal data");
    let mut found = Const::Code(Box::new(code));
    settle(&mut expected);
    settle(&mut found);
    let (Const::Code(expected), Const::Code(found_code)) = (&expected, &found) else {
        panic!("{name}: no code");
    };
    compare(expected, found_code);
    let mut written = written;
    settle(&mut written);
    assert_eq!(written, found, "{name} through marshal");
}

fn compare(expected: &Code, found: &Code) {
    let shallow = |code: &Code| {
        let mut code = code.clone();
        code.consts = code
            .consts
            .into_iter()
            .map(|c| if matches!(c, Const::Code(_)) { Const::None } else { c })
            .collect();
        code
    };
    assert_eq!(shallow(expected), shallow(found), "{}", expected.qualname);
    for pair in expected.consts.iter().zip(&found.consts) {
        if let (Const::Code(expected), Const::Code(found)) = pair {
            compare(expected, found);
        }
    }
}

#[test]
fn classes() {
    check("classes", include_bytes!("data/classes.py"), include_bytes!("data/classes.marshal"));
}

#[test]
fn flow() {
    check("flow", include_bytes!("data/flow.py"), include_bytes!("data/flow.marshal"));
}

#[test]
fn texts() {
    check("texts", include_bytes!("data/texts.py"), include_bytes!("data/texts.marshal"));
}
