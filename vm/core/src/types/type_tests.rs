//! Tests of classes, slots and descriptors, over C functions as methods. Expected texts are the reference's.

use crate::config::Config;
use crate::error::{PyResult, exc};
use crate::object::number::{BinaryOp, binary};
use crate::object::{AsObj, Native, Obj, Object, Ref};
use crate::types::cfunction::CFunction;
use crate::types::classmethod::{ClassMethod, StaticMethod};
use crate::types::dict::Dict;
use crate::types::float::Float;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::method::InstanceMethod;
use crate::types::none::{none, not_implemented};
use crate::types::property::Property;
use crate::types::str_::Str;
use crate::types::super_::Super;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::types::type_spec::type_from_spec;
use std::ffi::{CStr, c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};

type P = *mut abi::PyObject;

fn shown_error(e: crate::Raised) -> String {
    let e = e.take();
    let text = e.as_obj().str_().map(|s| s.to_string_lossy().into_owned());
    format!("{}: {}", e.type_name(), text.unwrap_or_else(|_| "?".to_owned()))
}

fn ok<T>(r: PyResult<T>) -> T {
    r.unwrap_or_else(|e| panic!("raised {}", shown_error(e)))
}

fn err<T>(r: PyResult<T>) -> String {
    match r {
        Ok(_) => "no error".to_owned(),
        Err(e) => shown_error(e),
    }
}

fn s(text: &str) -> Ref<Str> {
    ok(Str::intern(text))
}

fn int(i: i64) -> Object {
    ok(Int::from_i64(i)).into_object()
}

fn tuple(items: &[&Obj]) -> Ref<Tuple> {
    ok(Tuple::from_slice(items))
}

fn show(o: &Obj) -> String {
    ok(o.repr()).to_string_lossy().into_owned()
}

fn attr(o: &Obj, name: &str) -> Object {
    ok(o.get_attr(&s(name)))
}

fn call(o: &Obj, name: &str, args: &[&Obj]) -> PyResult<Object> {
    o.call_method(&s(name), args)
}

/// A C function that binds as methods do, taking its arguments by `METH_FASTCALL`.
fn method(name: &'static CStr, f: unsafe extern "C" fn(P, *const P, isize) -> P) -> Object {
    // SAFETY: the flags name the shape.
    let meth = unsafe { std::mem::transmute::<*const (), abi::PyCFunction>(f as *const ()) };
    let def = abi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: meth,
        ml_flags: abi::METH_FASTCALL,
        ml_doc: std::ptr::null(),
    };
    let f = ok(CFunction::new(Box::leak(Box::new(def)), None, None));
    ok(InstanceMethod::new(&f)).into_object()
}

unsafe fn arg<'a>(args: *const P, i: usize) -> &'a Obj {
    // SAFETY: tests pass that many.
    unsafe { Obj::from_ptr(*args.add(i)) }
}

/// The names of the types of all arguments.
unsafe extern "C" fn types_of(_: P, args: *const P, n: isize) -> P {
    // SAFETY: a call's arguments.
    let names: Vec<&str> = (0..n as usize).map(|i| unsafe { arg(args, i) }.type_name()).collect();
    ok(Str::new(&names.join(","))).into_ptr()
}

unsafe extern "C" fn seven(_: P, _: *const P, _: isize) -> P {
    int(7).into_ptr()
}

unsafe extern "C" fn nothing(_: P, _: *const P, _: isize) -> P {
    none().to_owned().into_ptr()
}

unsafe extern "C" fn unknown(_: P, _: *const P, _: isize) -> P {
    not_implemented().to_owned().into_ptr()
}

unsafe extern "C" fn last(_: P, args: *const P, n: isize) -> P {
    // SAFETY: a call's arguments.
    unsafe { arg(args, n as usize - 1) }.to_owned().into_ptr()
}

unsafe extern "C" fn keep_arguments(_: P, args: *const P, n: isize) -> P {
    for i in 1..n as usize {
        // SAFETY: a call's arguments.
        unsafe { ok(arg(args, 0).set_attr(&s(&format!("a{i}")), arg(args, i))) };
    }
    none().to_owned().into_ptr()
}

unsafe extern "C" fn only_object(_: P, args: *const P, _: isize) -> P {
    // SAFETY: a call's arguments.
    tuple(&[unsafe { arg(args, 0) }, Obj::type_object()]).into_ptr()
}

unsafe extern "C" fn big(_: P, _: *const P, _: isize) -> P {
    ok(binary(BinaryOp::Lshift, &int(1), &int(70))).into_ptr()
}

static DELETED: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn deleted(_: P, _: *const P, _: isize) -> P {
    DELETED.fetch_add(1, Ordering::Relaxed);
    none().to_owned().into_ptr()
}

/// `type(name, bases, items)`, in module `m`.
fn class(name: &str, bases: &[&Obj], items: &[(&str, &Obj)]) -> PyResult<Object> {
    let d = ok(Dict::new());
    for (k, v) in items {
        ok(d.set(&s(k), v));
    }
    ok(d.set(&s("__module__"), &s("m")));
    Type::type_object().as_obj().call(&[&s(name), &tuple(bases), &d])
}

fn flags(o: &Obj) -> u64 {
    o.downcast::<Type>().expect("a type").flags()
}

fn base<T: Native>() -> &'static Obj {
    T::type_object()
}

/// One test: an interpreter belongs to the thread that made it.
#[test]
fn type_system() {
    if crate::thread::ThreadState::current_or_null().is_null() {
        ok(crate::startup::initialize(Config::default()));
    }
    classes();
    slots_and_layouts();
    messages();
    descriptors();
    assignments();
    metaclasses();
    special_methods();
    specs();
    collection();
}

fn classes() {
    let a = ok(class(
        "A",
        &[],
        &[
            ("__add__", &method(c"__add__", types_of)),
            ("__radd__", &method(c"__radd__", types_of)),
            ("__len__", &method(c"__len__", seven)),
            ("__init__", &method(c"__init__", keep_arguments)),
            ("__del__", &method(c"__del__", deleted)),
        ],
    ));
    assert_eq!(show(&a), "<class 'm.A'>");
    assert_eq!(flags(&a), 22044);
    assert_eq!(show(&attr(&a, "__mro__")), "(<class 'm.A'>, <class 'object'>)");
    let x = ok(a.call(&[&int(1), &int(2)]));
    assert!(show(&x).starts_with("<m.A object at 0x"));
    assert_eq!(show(&attr(&x, "__dict__")), "{'a1': 1, 'a2': 2}");
    assert_eq!(ok(x.len_()), 7);
    assert_eq!(show(&*ok(binary(BinaryOp::Add, &x, &int(3)))), "'A,int'");
    assert_eq!(show(&*ok(binary(BinaryOp::Add, &int(3), &x))), "'A,int'");
    assert_eq!(err(x.get_attr(&s("zz"))), "AttributeError: 'A' object has no attribute 'zz'");

    let b = ok(class("B", &[&a], &[("__slots__", &tuple(&[&s("q"), &s("__w")]))]));
    assert_eq!(b.downcast::<Type>().expect("a type").raw().tp_basicsize, 32);
    let y = ok(b.call(&[]));
    ok(y.set_attr(&s("q"), &int(5)));
    assert_eq!(show(&attr(&y, "q")), "5");
    assert_eq!(err(y.get_attr(&s("_B__w"))), "AttributeError: 'm.B' object has no attribute '_B__w'");
    assert_eq!(show(&attr(&b, "q")), "<member 'q' of 'B' objects>");
    // A subclass follows what is set on its base.
    ok(a.set_attr(&s("__sub__"), &method(c"__sub__", types_of)));
    assert_eq!(show(&*ok(binary(BinaryOp::Subtract, &y, &int(3)))), "'B,int'");
    ok(a.del_attr(&s("__sub__")));
    assert_eq!(
        err(binary(BinaryOp::Subtract, &y, &int(3))),
        "TypeError: unsupported operand type(s) for -: 'B' and 'int'"
    );
    drop((x, y));
    assert_eq!(DELETED.load(Ordering::Relaxed), 2);
}

fn slots_and_layouts() {
    let i = ok(class("I", &[base::<Int>()], &[]));
    let v = ok(i.call(&[&int(42)]));
    assert_eq!((show(&v), flags(&i)), ("42".to_owned(), 20993552));
    ok(v.set_attr(&s("k"), &int(1)));
    assert_eq!(show(&attr(&v, "__dict__")), "{'k': 1}");
    let d = ok(class("D", &[base::<Dict>()], &[]));
    assert_eq!(flags(&d), 541087324);
    let v = ok(d.call(&[]));
    ok(v.set_item(&s("a"), &int(1)));
    ok(v.set_attr(&s("z"), &int(2)));
    assert_eq!((show(&v), show(&attr(&v, "z"))), ("{'a': 1}".to_owned(), "2".to_owned()));
    assert_eq!(flags(&*ok(class("E", &[exc::ValueError()], &[]))), 1073763848);
    assert_eq!(flags(&*ok(class("T", &[base::<Tuple>()], &[]))), 71325232);
}

fn messages() {
    let c = ok(class("C", &[], &[]));
    assert_eq!(err(call(&int(4), "__add__", &[])), "TypeError: expected 1 argument, got 0");
    assert_eq!(
        err(call(&*ok(List::new()), "append", &[])),
        "TypeError: list.append() takes exactly one argument (0 given)"
    );
    assert_eq!(
        err(attr(base::<List>(), "append").call(&[&int(1), &int(2)])),
        "TypeError: descriptor 'append' for 'list' objects doesn't apply to a 'int' object"
    );
    assert_eq!(
        err(attr(base::<List>(), "append").call(&[])),
        "TypeError: unbound method list.append() needs an argument"
    );
    assert_eq!(
        err(class("a", &[base::<Obj>(), base::<Int>()], &[])),
        "TypeError: Cannot create a consistent method resolution order (MRO) for bases object, int"
    );
    assert_eq!(
        err(class("a", &[base::<Int>(), base::<Str>()], &[])),
        "TypeError: multiple bases have instance lay-out conflict"
    );
    assert_eq!(err(class("a", &[base::<Int>(), base::<Int>()], &[])), "TypeError: duplicate base class int");
    assert_eq!(
        err(class("a", &[base::<crate::types::bool_::Bool>()], &[])),
        "TypeError: type 'bool' is not an acceptable base type"
    );
    assert_eq!(err(c.call(&[&int(1)])), "TypeError: C() takes no arguments");
    assert_eq!(
        err(call(base::<List>(), "__new__", &[base::<Int>()])),
        "TypeError: list.__new__(int): int is not a subtype of list"
    );
    assert_eq!(
        err(call(base::<Obj>(), "__new__", &[base::<Int>()])),
        "TypeError: object.__new__(int) is not safe, use int.__new__()"
    );
    assert_eq!(
        err(call(base::<Obj>(), "__setattr__", &[base::<Int>(), &s("x"), &int(1)])),
        "TypeError: can't apply this __setattr__ to type object"
    );
    assert_eq!(
        err(class("x", &[], &[("__slots__", &tuple(&[&int(5)]))])),
        "TypeError: __slots__ items must be strings, not 'int'"
    );
    assert_eq!(
        err(class("x", &[base::<Int>()], &[("__slots__", &tuple(&[&s("q")]))])),
        "TypeError: nonempty __slots__ not supported for subtype of 'int'"
    );
    assert_eq!(
        err(class("x", &[], &[("q", &int(1)), ("__slots__", &s("q"))])),
        "ValueError: 'q' in __slots__ conflicts with class variable"
    );
    assert_eq!(
        err(base::<Int>().get_attr(&s("__annotations__"))),
        "AttributeError: type object 'int' has no attribute '__annotations__'"
    );
}

fn descriptors() {
    assert_eq!(show(&attr(base::<Int>(), "__add__")), "<slot wrapper '__add__' of 'int' objects>");
    assert_eq!(show(&attr(base::<List>(), "append")), "<method 'append' of 'list' objects>");
    assert!(show(&attr(&int(1), "__add__")).starts_with("<method-wrapper '__add__' of int object at 0x"));
    assert_eq!(show(&attr(&attr(base::<Str>(), "join"), "__text_signature__")), "'($self, iterable, /)'");
    assert_eq!(show(&*ok(call(&tuple(&[&int(9)]), "__getitem__", &[&int(-1)]))), "9");
    assert_eq!(show(&*ok(call(&int(-1), "__hash__", &[]))), "-2");
    let x = ok(Property::new(Some(&method(c"g", seven)), None, None));
    let c = ok(class("P", &[], &[("x", &x), ("__getattr__", &method(c"__getattr__", last))]));
    let o = ok(c.call(&[]));
    assert_eq!(show(&attr(&o, "x")), "7");
    assert_eq!(err(o.set_attr(&s("x"), &int(1))), "AttributeError: property 'x' of 'P' object has no setter");
    assert_eq!(show(&attr(&o, "foo")), "'foo'");
    let f = ok(StaticMethod::new(&method(c"g", seven)));
    assert_eq!(show(&*ok(f.as_obj().call(&[]))), "7");
}

fn assignments() {
    let c = ok(class("C", &[], &[]));
    let d = ok(class("D", &[], &[]));
    let o = ok(c.call(&[]));
    assert_eq!(
        err(o.set_attr(&s("__class__"), base::<Int>())),
        "TypeError: __class__ assignment only supported for mutable types or ModuleType subclasses"
    );
    ok(o.set_attr(&s("k"), &int(1)));
    ok(o.set_attr(&s("__class__"), &d));
    assert_eq!((o.type_name(), show(&attr(&o, "__dict__"))), ("D", "{'k': 1}".to_owned()));
    ok(o.set_attr(&s("more"), &int(2)));
    assert_eq!(show(&attr(&o, "more")), "2");

    let one = ok(class("One", &[], &[("hello", &int(1))]));
    let two = ok(class("Two", &[], &[("hello", &int(2))]));
    let three = ok(class("Three", &[&one], &[]));
    assert_eq!(show(&attr(&three, "hello")), "1");
    ok(three.set_attr(&s("__bases__"), &tuple(&[&two])));
    assert_eq!(show(&attr(&three, "hello")), "2");
    let sup = ok(base::<Super>().call(&[&three, &three]));
    assert_eq!(show(&sup), "<super: <class 'Three'>, <Three object>>");
    assert_eq!(show(&attr(&sup, "hello")), "2");
    assert_eq!(show(&attr(&c, "__annotations__")), "{}");
}

fn metaclasses() {
    let m = ok(class(
        "Meta",
        &[base::<Type>()],
        &[("mro", &method(c"mro", only_object)), ("__len__", &method(c"__len__", seven))],
    ));
    assert_eq!(flags(&m), 2155896320);
    let b = ok(class("Base", &[], &[]));
    let d = ok(Dict::new());
    ok(d.set(&s("__module__"), &s("m")));
    let c = ok(m.call(&[&s("C"), &tuple(&[&b]), &d]));
    assert_eq!(show(&attr(&c, "__mro__")), "(<class 'm.C'>, <class 'object'>)");
    assert_eq!(ok(c.len_()), 7);
    assert!(ok(c.call(&[])).ob_type().is(&c));

    let flag = tuple(&[&s("flag")]);
    let plain = Type::type_object()
        .as_obj()
        .call_kw(&[&s("H"), &tuple(&[]), &*ok(Dict::new()), &int(3)], Some(&flag));
    assert_eq!(err(plain), "TypeError: H.__init_subclass__() takes no keyword arguments");
    let hook = ok(ClassMethod::new(&method(c"hook", nothing)));
    let holder = ok(class("Holder", &[], &[("__init_subclass__", &hook)]));
    assert_eq!(show(&*ok(class("Sub", &[&holder], &[]))), "<class 'm.Sub'>");
}

fn special_methods() {
    let c = ok(class(
        "N",
        &[],
        &[("__hash__", &method(c"__hash__", big)), ("__add__", &method(c"__add__", unknown))],
    ));
    let o = ok(c.call(&[]));
    assert_eq!(ok(o.hash()), 512);
    assert_eq!(
        err(binary(BinaryOp::Add, &o, &o)),
        "TypeError: unsupported operand type(s) for +: 'N' and 'N'"
    );
    let eq = ok(class("Eq", &[], &[("__eq__", &method(c"__eq__", unknown))]));
    let o = ok(eq.call(&[]));
    assert_eq!(err(o.hash()), "TypeError: unhashable type: 'Eq'");
    assert!(!ok(o.equals(&int(1))));
    let init = ok(class("Init", &[], &[("__init__", &method(c"__init__", seven))]));
    assert_eq!(err(init.call(&[])), "TypeError: __init__() should return None, not 'int'");
    let iter = ok(class("It", &[], &[("__iter__", none())]));
    assert_eq!(err(ok(iter.call(&[])).iter()), "TypeError: 'It' object is not iterable");
    assert_eq!(err(ok(eq.call(&[])).call(&[])), "TypeError: 'Eq' object is not callable");
}

/// Cycles through instances, slots and classes are collected; long chains end without deep recursion.
fn collection() {
    let collect = || {
        crate::gc::collect::collect(2, crate::gc::collect::Reason::Manual);
    };
    collect();
    let classes = || Obj::type_object().subclasses().len();
    let (before, dels) = (classes(), DELETED.load(Ordering::Relaxed));
    let items: [(&str, &Obj); 2] =
        [("__del__", &method(c"__del__", deleted)), ("__slots__", &tuple(&[&s("own"), &s("__dict__")]))];
    let c = ok(class("Cycle", &[], &items));
    let x = ok(c.call(&[]));
    ok(x.set_attr(&s("own"), &x));
    ok(x.set_attr(&s("other"), &x));
    drop(x);
    assert_eq!(DELETED.load(Ordering::Relaxed), dels);
    collect();
    assert_eq!(DELETED.load(Ordering::Relaxed), dels + 1);
    assert_eq!(classes(), before + 1);
    ok(c.set_attr(&s("me"), &c));
    drop(c);
    collect();
    assert_eq!(classes(), before);

    let link = ok(class("Link", &[], &[]));
    let mut chain = none().to_owned();
    for _ in 0..200_000 {
        let l = ok(link.call(&[]));
        ok(l.set_attr(&s("next"), &chain));
        chain = l;
    }
    drop(chain);
}

// ---- a type of C ----

#[repr(C)]
struct Point {
    base: abi::PyObject,
    x: c_int,
    y: f64,
    weak: P,
}

unsafe extern "C" fn point_sum(o: P, _: P) -> P {
    // SAFETY: an instance.
    let p = unsafe { &*(o as *const Point) };
    ok(Float::new(p.x as f64 + p.y)).into_ptr()
}

unsafe extern "C" fn point_class(_: P, class: *mut abi::PyTypeObject, _: *const P, _: usize, _: P) -> P {
    // SAFETY: the defining class.
    unsafe { Obj::from_ptr(class.cast()) }.to_owned().into_ptr()
}

unsafe extern "C" fn point_repr(_: P) -> P {
    s("PT").into_ptr()
}

unsafe extern "C" fn point_init(o: P, args: P, _: P) -> c_int {
    // SAFETY: an instance and a tuple.
    unsafe { (*(o as *mut Point)).x = (*(args as *const Tuple)).len() as c_int };
    0
}

fn specs() {
    let row = |name: &'static CStr, f: *const (), flags: c_int, doc: &'static CStr| abi::PyMethodDef {
        ml_name: name.as_ptr(),
        // SAFETY: the flags name the shape.
        ml_meth: unsafe { std::mem::transmute::<*const (), abi::PyCFunction>(f) },
        ml_flags: flags,
        ml_doc: doc.as_ptr(),
    };
    let methods = Box::leak(Box::new([
        row(c"sum", point_sum as *const (), abi::METH_NOARGS, c"sum($self)\n--\n\nThe sum."),
        row(
            c"which",
            point_class as *const (),
            abi::METH_METHOD | abi::METH_FASTCALL | abi::METH_KEYWORDS,
            c"",
        ),
        crate::object::native::NO_METHOD,
    ]));
    let field = |name: &'static CStr, type_: c_int, offset: usize, flags: c_int| abi::PyMemberDef {
        name: name.as_ptr(),
        type_,
        offset: offset as isize,
        flags,
        doc: std::ptr::null(),
    };
    let members = Box::leak(Box::new([
        field(c"x", abi::Py_T_INT, std::mem::offset_of!(Point, x), 0),
        field(c"y", abi::Py_T_DOUBLE, std::mem::offset_of!(Point, y), 0),
        field(c"__weaklistoffset__", abi::Py_T_PYSSIZET, std::mem::offset_of!(Point, weak), abi::Py_READONLY),
        crate::object::native::NO_MEMBER,
    ]));
    let slot = |slot: c_int, p: *const c_void| abi::PyType_Slot { slot, pfunc: p.cast_mut() };
    let mut slots = [
        slot(abi::Py_tp_methods, methods.as_ptr().cast()),
        slot(abi::Py_tp_members, members.as_ptr().cast()),
        slot(abi::Py_tp_repr, point_repr as *const c_void),
        slot(abi::Py_tp_init, point_init as *const c_void),
        slot(abi::Py_tp_doc, c"Pt(*args)\n--\n\nA point.".as_ptr().cast()),
        slot(0, std::ptr::null()),
    ];
    let mut spec = abi::PyType_Spec {
        name: c"geo.Pt".as_ptr(),
        basicsize: size_of::<Point>() as c_int,
        itemsize: 0,
        flags: abi::Py_TPFLAGS_BASETYPE as _,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: a valid spec, whose tables are leaked.
    let t = ok(unsafe { type_from_spec(None, None, &mut spec, None) });
    assert_eq!((show(&t), flags(&t)), ("<class 'geo.Pt'>".to_owned(), 5632));
    assert_eq!(
        (show(&attr(&t, "__doc__")), show(&attr(&t, "__text_signature__"))),
        ("'A point.'".into(), "'(*args)'".into())
    );
    let o = ok(t.call(&[&int(1), &int(2)]));
    ok(o.set_attr(&s("y"), &*ok(Float::new(2.5))));
    assert_eq!(show(&*ok(call(&o, "sum", &[]))), "4.5");
    assert!(ok(call(&o, "which", &[])).is(&t));
    assert_eq!(err(o.del_attr(&s("x"))), "TypeError: can't delete numeric/char attribute");
    assert_eq!(
        err(o.set_attr(&s("zz"), &int(1))),
        "AttributeError: 'geo.Pt' object has no attribute 'zz' and no __dict__ for setting new attributes"
    );
    let sub = ok(class("Sub", &[&t], &[("__repr__", &method(c"__repr__", seven))]));
    assert_eq!(flags(&sub), 22036);
    let o = ok(sub.call(&[]));
    assert_eq!(err(o.repr()), "TypeError: __repr__ returned non-string (type int)");
    ok(o.set_attr(&s("free"), &int(1)));
    assert_eq!(show(&attr(&o, "__dict__")), "{'free': 1}");
    ok(sub.del_attr(&s("__repr__")));
    assert_eq!(show(&o), "PT");
}
