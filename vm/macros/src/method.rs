//! `#[pymethods]`: an `impl` block becomes tables of methods, slots, getsets and members.

use crate::params::{Params, python_name};
use crate::slots;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Attribute, Error, FnArg, Ident, ImplItem, ItemImpl, LitStr, Result, Signature, Token, parse::Parser,
    punctuated::Punctuated,
};

/// Options inside `#[method(...)]` and its siblings.
#[derive(Default)]
pub struct Options {
    pub words: Vec<Ident>,
    pub name: Option<String>,
    pub sig: Option<String>,
    pub doc: Option<String>,
    /// Whose words errors of arguments take: see `native::Wording`.
    pub wording: Option<String>,
}

impl Options {
    pub fn parse(attr: &Attribute) -> Result<Options> {
        let mut out = Options::default();
        if matches!(attr.meta, syn::Meta::Path(_)) {
            return Ok(out);
        }
        attr.parse_nested_meta(|meta| {
            let key = meta.path.require_ident()?.clone();
            if meta.input.peek(Token![=]) {
                let value: LitStr = meta.value()?.parse()?;
                match key.to_string().as_str() {
                    "name" => out.name = Some(value.value()),
                    "sig" => out.sig = Some(value.value()),
                    "doc" => out.doc = Some(value.value()),
                    "wording" => out.wording = Some(value.value()),
                    _ => return Err(meta.error("unknown key")),
                }
            } else {
                out.words.push(key);
            }
            Ok(())
        })?;
        Ok(out)
    }

    pub fn has(&self, word: &str) -> bool {
        self.words.iter().any(|w| w == word)
    }
}

/// The text of the doc comments.
pub fn doc_of(attrs: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for a in attrs.iter().filter(|a| a.path().is_ident("doc")) {
        if let syn::Meta::NameValue(nv) = &a.meta
            && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(s), .. }) = &nv.value
        {
            let line = s.value();
            lines.push(line.strip_prefix(' ').unwrap_or(&line).to_owned());
        }
    }
    lines.join("\n")
}

/// What stands before the Python parameters of a Rust function.
pub enum Receiver {
    /// `&self`.
    Instance,
    /// `cls: &Type`.
    Class,
    /// Nothing (static methods), or the module.
    None,
}

/// The C entry function of a method or function with its `PyMethodDef` row.
pub struct Entry {
    pub function: TokenStream,
    pub row: TokenStream,
}

/// Makes the entry point: `target` is the Rust function, `this` the cast of the first pointer (or nothing).
pub fn callable(
    sig: &Signature,
    options: &Options,
    doc: &str,
    receiver: Receiver,
    self_ty: &TokenStream,
    target: &TokenStream,
    unique: usize,
    extra_flags: &TokenStream,
) -> Result<Entry> {
    let name = options.name.clone().unwrap_or_else(|| python_name(&sig.ident));
    let (skip, receiver_text) = match receiver {
        Receiver::Instance => (1, "$self"),
        Receiver::Class => (1, "$type"),
        Receiver::None => (0, if options.has("module_function") { "$module" } else { "" }),
    };
    let params = Params::new(sig, options.sig.as_deref(), skip, receiver_text)?;
    let entry = format_ident!("entry_{}_{}", unique, sig.ident);
    let this = match receiver {
        Receiver::Instance => quote!(::dovetail_core::native::cast_unchecked::<#self_ty>(slf)),
        Receiver::Class => quote!(::dovetail_core::native::cast_unchecked::<::dovetail_core::Type>(slf)),
        Receiver::None => quote!(),
    };
    let comma = if this.is_empty() { quote!() } else { quote!(,) };
    let conversions = params.conversions();
    let call = quote!(#target(#this #comma #(#conversions),*));
    let signature = params.signature(&name, options.wording.as_deref())?;
    let (flags, function) = if params.list.is_empty() {
        (
            quote!(::abi::METH_NOARGS),
            quote! {
                unsafe extern "C" fn #entry(slf: *mut ::abi::PyObject, _: *mut ::abi::PyObject) -> *mut ::abi::PyObject {
                    // SAFETY: METH_NOARGS; the caller has checked the type of self.
                    unsafe {
                        let _ = slf;
                        ::dovetail_core::native::result_ptr(::dovetail_core::native::IntoReturn::into_return(#call))
                    }
                }
            },
        )
    } else if params.is_single() {
        (
            quote!(::abi::METH_O),
            quote! {
                unsafe extern "C" fn #entry(slf: *mut ::abi::PyObject, arg: *mut ::abi::PyObject) -> *mut ::abi::PyObject {
                    #[allow(dead_code)]
                    const FUNCTION: &str = #name;
                    let run = || -> ::dovetail_core::PyResult<::dovetail_core::Object> {
                        // SAFETY: METH_O; the caller has checked the type of self.
                        unsafe {
                            let _ = slf;
                            let bound = [Some(::dovetail_core::native::borrow(arg))];
                            ::dovetail_core::native::IntoReturn::into_return(#call)
                        }
                    };
                    ::dovetail_core::native::result_ptr(run())
                }
            },
        )
    } else {
        let keywords = !params.positional_only() || params.has_varkeywords();
        let (flags, kw_param, kw_value) = if keywords {
            (
                quote!(::abi::METH_FASTCALL | ::abi::METH_KEYWORDS),
                quote!(, kwnames: *mut ::abi::PyObject),
                quote!(::dovetail_core::native::cast_opt_unchecked(kwnames)),
            )
        } else {
            (quote!(::abi::METH_FASTCALL), quote!(), quote!(None))
        };
        let bind = binding(&params);
        (
            flags,
            quote! {
                unsafe extern "C" fn #entry(
                    slf: *mut ::abi::PyObject, args: *const *mut ::abi::PyObject, nargs: isize #kw_param,
                ) -> *mut ::abi::PyObject {
                    #[allow(dead_code)]
                    const FUNCTION: &str = #name;
                    static SIGNATURE: ::dovetail_core::native::Signature<{ #signature.names.len() }> = #signature;
                    let run = || -> ::dovetail_core::PyResult<::dovetail_core::Object> {
                        // SAFETY: METH_FASTCALL; `args` holds `nargs` live objects and those that `kwnames` names.
                        unsafe {
                            let _ = slf;
                            let args = ::dovetail_core::native::CallArgs::new(args, nargs, #kw_value);
                            #bind
                            ::dovetail_core::native::IntoReturn::into_return(#call)
                        }
                    };
                    ::dovetail_core::native::result_ptr(run())
                }
            },
        )
    };
    let doc = options.doc.as_deref().unwrap_or(doc);
    let doc_text = if options.has("nosig") {
        format!("{doc}\0")
    } else {
        format!("{name}{}\n--\n\n{doc}\0", params.text)
    };
    let c_name = format!("{name}\0");
    let row = quote! {
        ::abi::PyMethodDef {
            ml_name: #c_name.as_ptr().cast(),
            // SAFETY: the flags below name the real shape of the function.
            ml_meth: unsafe { ::core::mem::transmute::<*const (), ::abi::PyCFunction>(#entry as *const ()) },
            ml_flags: (#flags) as ::core::ffi::c_int #extra_flags,
            ml_doc: #doc_text.as_ptr().cast(),
        }
    };
    Ok(Entry { function, row })
}

/// Statements that bind `args` (a `CallArgs`) to `bound`, and `rest`, `keywords` where asked for.
pub fn binding(params: &Params) -> TokenStream {
    let mut out = quote! {
        #[allow(unused_variables)]
        let bound = SIGNATURE.bind(&args)?;
    };
    if params.has_varargs() {
        out.extend(quote!(let rest = SIGNATURE.rest(&args);));
    }
    if params.has_varkeywords() {
        out.extend(quote!(let keywords = SIGNATURE.keywords(&args)?;));
    }
    out
}

fn take(attrs: &mut Vec<Attribute>, names: &[&str]) -> Option<(String, Attribute)> {
    let i = attrs.iter().position(|a| names.iter().any(|n| a.path().is_ident(n)))?;
    let attr = attrs.remove(i);
    Some((attr.path().get_ident().map(ToString::to_string).unwrap_or_default(), attr))
}

#[derive(Default)]
struct Tables {
    functions: Vec<TokenStream>,
    methods: Vec<TokenStream>,
    slots: Vec<TokenStream>,
    getsets: Vec<(String, Option<Ident>, Option<Ident>, String)>,
}

/// The attribute's arguments: `members(("name", KIND, field, FLAGS, "doc"), ...)`, and
/// `slots(tp_x = path::to_function, ...)` for slots whose function of C's shape stands elsewhere.
#[derive(Default)]
struct Arguments {
    members: Vec<TokenStream>,
    slots: Vec<TokenStream>,
}

impl Arguments {
    fn parse(attr: TokenStream, self_ty: &TokenStream) -> Result<Arguments> {
        let mut out = Arguments::default();
        let parser = |input: syn::parse::ParseStream| {
            while !input.is_empty() {
                let word: Ident = input.parse()?;
                let inner;
                syn::parenthesized!(inner in input);
                if word == "members" {
                    let all = Punctuated::<Member, Token![,]>::parse_terminated(&inner)?;
                    out.members.extend(all.iter().map(|m| m.row(self_ty)));
                } else if word == "slots" {
                    let all = Punctuated::<syn::MetaNameValue, Token![,]>::parse_terminated(&inner)?;
                    for slot in all {
                        out.slots.push(slot_row(slot.path.require_ident()?, &slot.value));
                    }
                } else {
                    return Err(Error::new(word.span(), "expected members(...) or slots(...)"));
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        parser.parse2(attr)?;
        Ok(out)
    }
}

struct Member(LitStr, syn::Path, Ident, syn::Expr, LitStr);

impl syn::parse::Parse for Member {
    fn parse(input: syn::parse::ParseStream) -> Result<Self> {
        let inner;
        syn::parenthesized!(inner in input);
        let name = inner.parse()?;
        inner.parse::<Token![,]>()?;
        let kind = inner.parse()?;
        inner.parse::<Token![,]>()?;
        let field = inner.parse()?;
        inner.parse::<Token![,]>()?;
        let flags = inner.parse()?;
        inner.parse::<Token![,]>()?;
        Ok(Member(name, kind, field, flags, inner.parse()?))
    }
}

impl Member {
    fn row(&self, self_ty: &TokenStream) -> TokenStream {
        let Member(name, kind, field, flags, doc) = self;
        let (name, doc) = (format!("{}\0", name.value()), format!("{}\0", doc.value()));
        let doc = if doc.len() == 1 { quote!(::core::ptr::null()) } else { quote!(#doc.as_ptr().cast()) };
        quote! {
            ::abi::PyMemberDef {
                name: #name.as_ptr().cast(),
                type_: ::abi::#kind as ::core::ffi::c_int,
                offset: ::core::mem::offset_of!(<#self_ty as ::dovetail_core::native::Native>::Body, #field) as isize,
                flags: (#flags) as ::core::ffi::c_int,
                doc: #doc,
            }
        }
    }
}

/// The table's row of a slot and a function of C's shape.
fn slot_row(slot: &Ident, function: &impl quote::ToTokens) -> TokenStream {
    let id = format_ident!("Py_{slot}");
    quote!(::dovetail_core::native::SlotRow { id: ::abi::#id as _, function: #function as *const () })
}

pub fn expand(attr: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut block: ItemImpl = syn::parse2(item)?;
    let ty = &block.self_ty;
    let self_ty = quote!(#ty);
    let Arguments { members, slots } = Arguments::parse(attr, &self_ty)?;
    let mut t = Tables { slots, ..Tables::default() };
    let mut unique = 0;
    for item in &mut block.items {
        let ImplItem::Fn(f) = item else { continue };
        while let Some((kind, attr)) =
            take(&mut f.attrs, &["method", "classmethod", "staticmethod", "slot", "getter", "setter"])
        {
            unique += 1;
            let options = Options::parse(&attr)?;
            let doc = doc_of(&f.attrs);
            let ident = &f.sig.ident;
            let target = quote!(<#self_ty>::#ident);
            let has_self = matches!(f.sig.inputs.first(), Some(FnArg::Receiver(_)));
            match kind.as_str() {
                "method" | "classmethod" | "staticmethod" => {
                    let (receiver, flags) = match kind.as_str() {
                        "classmethod" => (Receiver::Class, quote!(| ::abi::METH_CLASS as ::core::ffi::c_int)),
                        "staticmethod" => {
                            (Receiver::None, quote!(| ::abi::METH_STATIC as ::core::ffi::c_int))
                        }
                        _ => (Receiver::Instance, quote!()),
                    };
                    let coexist = if options.has("coexist") {
                        quote!(| ::abi::METH_COEXIST as ::core::ffi::c_int)
                    } else {
                        quote!()
                    };
                    let e = callable(
                        &f.sig,
                        &options,
                        &doc,
                        receiver,
                        &self_ty,
                        &target,
                        unique,
                        &quote!(#flags #coexist),
                    )?;
                    t.functions.push(e.function);
                    t.methods.push(e.row);
                }
                "slot" => slot(f, &options, has_self, &self_ty, &target, unique, &mut t)?,
                "getter" | "setter" => {
                    getset(f, &kind, &options, &doc, has_self, &self_ty, &target, unique, &mut t)?
                }
                _ => unreachable!("the list above"),
            }
        }
    }
    Ok(finish(&block, &self_ty, t, members))
}

fn slot(
    f: &syn::ImplItemFn,
    options: &Options,
    has_self: bool,
    self_ty: &TokenStream,
    target: &TokenStream,
    unique: usize,
    t: &mut Tables,
) -> Result<()> {
    let Some(slot) = options.words.first() else {
        return Err(Error::new(f.sig.ident.span(), "#[slot(tp_...)] needs the slot's name"));
    };
    if options.has("raw") {
        t.slots.push(slot_row(slot, target));
        return Ok(());
    }
    let entry = format_ident!("slot_{unique}_{slot}");
    let is_new = slot == "tp_new";
    let receiver = if has_self {
        self_ty.clone()
    } else if is_new {
        quote!(::dovetail_core::Type)
    } else {
        quote!(::dovetail_core::Obj)
    };
    if let Some(text) = &options.sig {
        let params = Params::new(&f.sig, Some(text), 1, "")?;
        let name = options.name.clone();
        let function = match name {
            Some(n) => quote!(#n),
            None => quote!(<#self_ty as ::dovetail_core::native::Native>::SHORT_NAME),
        };
        let signature = params.signature("", options.wording.as_deref())?;
        let bind = binding(&params);
        let conversions = params.conversions();
        // A type that takes no keywords may have subclasses that do.
        let kind = slot.to_string();
        let cls = match kind.as_str() {
            "tp_new" => Some(quote!(slf.cast::<::abi::PyTypeObject>())),
            "tp_init" => Some(quote!(::dovetail_core::native::type_of(slf))),
            _ => None,
        };
        let collect = match cls.filter(|_| params.positional_only()) {
            Some(cls) => {
                let init = kind == "tp_init";
                quote! {
                    let collected = ::dovetail_core::native::TupleArgs::for_class(
                        args, kwargs, <#self_ty as ::dovetail_core::native::Native>::TYPE_POINTER, #cls, #init,
                    )?;
                }
            }
            None => quote! { let collected = ::dovetail_core::native::TupleArgs::new(args, kwargs)?; },
        };
        let prelude = quote! {
            #[allow(dead_code)]
            const FUNCTION: &str = #function;
            static SIGNATURE: ::dovetail_core::native::Signature<{ #signature.names.len() }> =
                #signature.named(#function);
            #collect
            let args = collected.as_call_args();
            #bind
        };
        let call = quote!(#target(this, #(#conversions),*));
        t.functions.push(slots::parsed_entry(slot, &entry, &receiver, &prelude, &call));
    } else {
        t.functions.push(slots::entry(slot, &entry, &receiver, target)?);
    }
    t.slots.push(slot_row(slot, &entry));
    Ok(())
}

#[allow(clippy::too_many_arguments)]
fn getset(
    f: &syn::ImplItemFn,
    kind: &str,
    options: &Options,
    doc: &str,
    has_self: bool,
    self_ty: &TokenStream,
    target: &TokenStream,
    unique: usize,
    t: &mut Tables,
) -> Result<()> {
    if !has_self {
        return Err(Error::new(f.sig.ident.span(), "a getter or setter takes &self"));
    }
    let name = options.name.clone().unwrap_or_else(|| {
        let n = python_name(&f.sig.ident);
        n.strip_prefix("set_").filter(|_| kind == "setter").map(str::to_owned).unwrap_or(n)
    });
    let entry = format_ident!("{kind}_{unique}");
    if kind == "getter" {
        t.functions.push(quote! {
            unsafe extern "C" fn #entry(
                slf: *mut ::abi::PyObject, _: *mut ::core::ffi::c_void,
            ) -> *mut ::abi::PyObject {
                // SAFETY: the descriptor has checked the type of self.
                let r = unsafe { #target(::dovetail_core::native::cast_unchecked(slf)) };
                ::dovetail_core::native::result_ptr(::dovetail_core::native::IntoReturn::into_return(r))
            }
        });
    } else {
        t.functions.push(quote! {
            unsafe extern "C" fn #entry(
                slf: *mut ::abi::PyObject, value: *mut ::abi::PyObject, _: *mut ::core::ffi::c_void,
            ) -> ::core::ffi::c_int {
                // SAFETY: the descriptor has checked the type of self; NULL means deletion.
                unsafe {
                    ::dovetail_core::native::IntoInt::into_int(
                        #target(::dovetail_core::native::cast_unchecked::<#self_ty>(slf), ::dovetail_core::native::borrow_opt(value)))
                }
            }
        });
    }
    let i = match t.getsets.iter().position(|g| g.0 == name) {
        Some(i) => i,
        None => {
            t.getsets.push((name, None, None, String::new()));
            t.getsets.len() - 1
        }
    };
    let g = &mut t.getsets[i];
    if kind == "getter" {
        g.1 = Some(entry);
        g.3 = options.doc.clone().unwrap_or_else(|| doc.to_owned());
    } else {
        g.2 = Some(entry);
    }
    Ok(())
}

fn finish(block: &ItemImpl, self_ty: &TokenStream, t: Tables, members: Vec<TokenStream>) -> TokenStream {
    let Tables { functions, methods, slots, getsets } = t;
    let rows = getsets.iter().map(|(name, get, set, doc)| {
        let name = format!("{name}\0");
        // SAFETY: `getset` writes the entries with the signatures of `getter` and `setter`.
        let get = match get {
            Some(g) => quote!(unsafe { ::core::mem::transmute::<*const (), ::abi::getter>(#g as *const ()) }),
            None => quote!(None),
        };
        // SAFETY: as above.
        let set = match set {
            Some(s) => quote!(unsafe { ::core::mem::transmute::<*const (), ::abi::setter>(#s as *const ()) }),
            None => quote!(None),
        };
        let doc = if doc.is_empty() {
            quote!(::core::ptr::null())
        } else {
            let doc = format!("{doc}\0");
            quote!(#doc.as_ptr().cast())
        };
        quote! {
            ::abi::PyGetSetDef {
                name: #name.as_ptr().cast(),
                get: #get,
                set: #set,
                doc: #doc,
                closure: ::core::ptr::null_mut(),
            }
        }
    });
    let (nm, ng, nb) = (methods.len() + 1, getsets.len() + 1, members.len() + 1);
    quote! {
        #block

        impl ::dovetail_core::native::Declared for #self_ty {
            const TABLES: &'static ::dovetail_core::native::Tables = {
                #(#[allow(non_snake_case)] #functions)*
                // SAFETY (transmutes): entry functions have the shapes that their rows' flags name.
                static METHODS: ::dovetail_core::native::Table<::abi::PyMethodDef, #nm> =
                    ::dovetail_core::native::Table([#(#methods,)* ::dovetail_core::native::NO_METHOD]);
                static GETSET: ::dovetail_core::native::Table<::abi::PyGetSetDef, #ng> =
                    ::dovetail_core::native::Table([#(#rows,)* ::dovetail_core::native::NO_GETSET]);
                static MEMBERS: ::dovetail_core::native::Table<::abi::PyMemberDef, #nb> =
                    ::dovetail_core::native::Table([#(#members,)* ::dovetail_core::native::NO_MEMBER]);
                &::dovetail_core::native::Tables {
                    methods: METHODS.0.as_ptr(),
                    getset: GETSET.0.as_ptr(),
                    members: MEMBERS.0.as_ptr(),
                    slots: &[#(#slots),*],
                }
            };
        }
    }
}
