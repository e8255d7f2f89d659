//! The slot table: the C shape of every type slot, from which the entry functions are generated.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Error, Ident, Result};

/// What a slot function takes after its receiver, and how its result goes back to C.
#[derive(Clone, Copy)]
pub struct Shape {
    args: &'static [Arg],
    ret: Ret,
}

#[derive(Clone, Copy)]
enum Arg {
    /// A borrowed object.
    Obj,
    /// A borrowed object or NULL.
    Opt,
    /// `Py_ssize_t`.
    Size,
    /// The comparison operator.
    Op,
    /// The argument tuple.
    Tuple,
    /// The keyword dictionary or NULL.
    Dict,
}

#[derive(Clone, Copy)]
enum Ret {
    Object,
    /// `int`: -1 error, else 0/1.
    Int,
    /// `Py_ssize_t` or `Py_hash_t`: -1 error.
    Size,
    /// NULL without an exception ends the iteration.
    Next,
    /// Nothing (finalizers).
    Void,
}

use Arg::*;

fn shape(slot: &str) -> Option<Shape> {
    let (args, ret): (&'static [Arg], Ret) = match slot {
        "tp_repr" | "tp_str" | "tp_iter" | "nb_negative" | "nb_positive" | "nb_absolute" | "nb_invert"
        | "nb_int" | "nb_float" | "nb_index" | "am_await" | "am_aiter" | "am_anext" => (&[], Ret::Object),
        "tp_iternext" => (&[], Ret::Next),
        "tp_hash" | "sq_length" | "mp_length" => (&[], Ret::Size),
        "nb_bool" => (&[], Ret::Int),
        "tp_finalize" | "tp_del" => (&[], Ret::Void),
        "nb_add"
        | "nb_subtract"
        | "nb_multiply"
        | "nb_remainder"
        | "nb_divmod"
        | "nb_lshift"
        | "nb_rshift"
        | "nb_and"
        | "nb_xor"
        | "nb_or"
        | "nb_inplace_add"
        | "nb_inplace_subtract"
        | "nb_inplace_multiply"
        | "nb_inplace_remainder"
        | "nb_inplace_lshift"
        | "nb_inplace_rshift"
        | "nb_inplace_and"
        | "nb_inplace_xor"
        | "nb_inplace_or"
        | "nb_floor_divide"
        | "nb_true_divide"
        | "nb_inplace_floor_divide"
        | "nb_inplace_true_divide"
        | "nb_matrix_multiply"
        | "nb_inplace_matrix_multiply"
        | "sq_concat"
        | "sq_inplace_concat"
        | "mp_subscript"
        | "tp_getattro" => (&[Obj], Ret::Object),
        "nb_power" | "nb_inplace_power" => (&[Obj, Obj], Ret::Object),
        "sq_item" | "sq_repeat" | "sq_inplace_repeat" => (&[Size], Ret::Object),
        "sq_ass_item" => (&[Size, Opt], Ret::Int),
        "sq_contains" => (&[Obj], Ret::Int),
        "mp_ass_subscript" | "tp_setattro" => (&[Obj, Opt], Ret::Int),
        "tp_richcompare" => (&[Obj, Op], Ret::Object),
        "tp_call" | "tp_new" => (&[Tuple, Dict], Ret::Object),
        "tp_init" => (&[Tuple, Dict], Ret::Int),
        "tp_descr_get" => (&[Opt, Opt], Ret::Object),
        "tp_descr_set" => (&[Obj, Opt], Ret::Int),
        _ => return None,
    };
    Some(Shape { args, ret })
}

/// The function that C calls, wrapping `target` (a path to the Rust function), and its return conversion.
///
/// `receiver` is the type the first pointer is cast to.
pub fn entry(
    slot: &Ident,
    name: &Ident,
    receiver: &TokenStream,
    target: &TokenStream,
) -> Result<TokenStream> {
    let text = slot.to_string();
    let Some(shape) = shape(&text) else {
        return Err(Error::new(slot.span(), format!("{text} has no typed form: use #[slot({text}, raw)]")));
    };
    let mut params = Vec::new();
    let mut values = Vec::new();
    for (i, arg) in shape.args.iter().enumerate() {
        let p = format_ident!("a{i}");
        let (ty, value) = match arg {
            Obj => (quote!(*mut ::abi::PyObject), quote!(::dovetail_core::native::borrow(#p))),
            Opt => (quote!(*mut ::abi::PyObject), quote!(::dovetail_core::native::borrow_opt(#p))),
            Size => (quote!(isize), quote!(#p)),
            Op => (quote!(::core::ffi::c_int), quote!(::dovetail_core::object::CompareOp::from_c(#p))),
            Tuple => (quote!(*mut ::abi::PyObject), quote!(::dovetail_core::native::cast_unchecked(#p))),
            Dict => (quote!(*mut ::abi::PyObject), quote!(::dovetail_core::native::cast_opt_unchecked(#p))),
        };
        params.push(quote!(#p: #ty));
        values.push(value);
    }
    let call = quote!(#target(::dovetail_core::native::cast_unchecked::<#receiver>(slf) #(, #values)*));
    let (ret, body) = wrap(shape.ret, &call);
    Ok(quote! {
        unsafe extern "C" fn #name(slf: *mut ::abi::PyObject #(, #params)*) -> #ret {
            // SAFETY: C calls a slot with an instance of the type that holds it and live, borrowed arguments.
            unsafe { #body }
        }
    })
}

/// The entry function of `tp_new`, `tp_init` or `tp_call` with a parsed signature; `prelude` binds the arguments.
pub fn parsed_entry(
    slot: &Ident,
    name: &Ident,
    receiver: &TokenStream,
    prelude: &TokenStream,
    call: &TokenStream,
) -> TokenStream {
    let ret = shape(&slot.to_string()).map_or(Ret::Object, |s| s.ret);
    let (ret_ty, body) = wrap(ret, &quote!(parsed()));
    quote! {
        unsafe extern "C" fn #name(
            slf: *mut ::abi::PyObject, args: *mut ::abi::PyObject, kwargs: *mut ::abi::PyObject,
        ) -> #ret_ty {
            // SAFETY: C calls this slot with an argument tuple and a keyword dictionary or NULL.
            unsafe {
                let this: &#receiver = ::dovetail_core::native::cast_unchecked(slf);
                let parsed = || {
                    #prelude
                    ::dovetail_core::native::IntoResult::into_result(#call)
                };
                #body
            }
        }
    }
}

fn wrap(ret: Ret, call: &TokenStream) -> (TokenStream, TokenStream) {
    match ret {
        Ret::Object => (
            quote!(*mut ::abi::PyObject),
            quote!(::dovetail_core::native::result_ptr(::dovetail_core::native::IntoReturn::into_return(#call))),
        ),
        Ret::Int => (quote!(::core::ffi::c_int), quote!(::dovetail_core::native::IntoInt::into_int(#call))),
        Ret::Size => (quote!(isize), quote!(::dovetail_core::native::IntoSize::into_size(#call))),
        Ret::Next => {
            (quote!(*mut ::abi::PyObject), quote!(::dovetail_core::native::IntoNext::into_next(#call)))
        }
        Ret::Void => (quote!(()), quote!({ #call; })),
    }
}
