//! `#[pytype]`: a unit struct becomes a typed view of an object body, with its static type object.

use crate::method::doc_of;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Error, Expr, Ident, ItemStruct, LitStr, Path, Result, Token, parse::ParseStream, punctuated::Punctuated,
};

/// A field, possibly of a field: `ht_type.tp_weaklist`.
type FieldPath = Punctuated<Ident, Token![.]>;

#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    body: Option<Path>,
    export: Option<LitStr>,
    base: Option<Path>,
    metatype: Option<Path>,
    flags: Option<Expr>,
    itemsize: Option<Expr>,
    basicsize: Option<Expr>,
    refs: Vec<Ident>,
    gc: bool,
    weaklist: Option<FieldPath>,
    dict: Option<FieldPath>,
    vectorcall: Option<FieldPath>,
    text_signature: Option<LitStr>,
    exact: bool,
    static_in_c: bool,
}

fn parse(attr: TokenStream) -> Result<Options> {
    let mut o = Options::default();
    let parser = |input: ParseStream| {
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "gc" => o.gc = true,
                "exact" => o.exact = true,
                "static_in_c" => o.static_in_c = true,
                "refs" => {
                    let inner;
                    syn::parenthesized!(inner in input);
                    o.refs = Punctuated::<Ident, Token![,]>::parse_terminated(&inner)?.into_iter().collect();
                }
                word => {
                    input.parse::<Token![=]>()?;
                    match word {
                        "name" => o.name = Some(input.parse()?),
                        "body" => o.body = Some(input.parse()?),
                        "export" => o.export = Some(input.parse()?),
                        "base" => o.base = Some(input.parse()?),
                        "metatype" => o.metatype = Some(input.parse()?),
                        "flags" => o.flags = Some(input.parse()?),
                        "itemsize" => o.itemsize = Some(input.parse()?),
                        "basicsize" => o.basicsize = Some(input.parse()?),
                        "weaklist" => o.weaklist = Some(FieldPath::parse_separated_nonempty(input)?),
                        "dict" => o.dict = Some(FieldPath::parse_separated_nonempty(input)?),
                        "vectorcall" => o.vectorcall = Some(FieldPath::parse_separated_nonempty(input)?),
                        "sig" => o.text_signature = Some(input.parse()?),
                        _ => return Err(Error::new(key.span(), "unknown key")),
                    }
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    syn::parse::Parser::parse2(parser, attr)?;
    Ok(o)
}

pub fn expand(attr: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let o = parse(attr)?;
    let item: ItemStruct = syn::parse2(item)?;
    let (vis, ident, attrs) = (&item.vis, &item.ident, &item.attrs);
    let missing = |what| Error::new(ident.span(), format!("#[pytype] needs `{what} = ...`"));
    let name = o.name.ok_or_else(|| missing("name"))?;
    let body = o.body.ok_or_else(|| missing("body"))?;
    let full = name.value();
    let short = full.rsplit('.').next().unwrap_or(&full).to_owned();
    let c_name = format!("{full}\0");
    let static_name = match &o.export {
        Some(e) => format_ident!("{}", e.value()),
        None => format_ident!("{}_TYPE", ident.to_string().to_uppercase()),
    };
    let export_attr = o.export.as_ref().map(|e| quote!(#[unsafe(export_name = #e)]));
    let base = match &o.base {
        Some(b) => quote!(<#b as ::dovetail_core::native::Native>::TYPE_POINTER),
        None => quote!(::core::ptr::null_mut()),
    };
    let metatype = match &o.metatype {
        Some(m) => quote!(<#m as ::dovetail_core::native::Native>::TYPE_POINTER),
        None => quote!(<::dovetail_core::Type as ::dovetail_core::native::Native>::TYPE_POINTER),
    };
    let flags = o.flags.as_ref().map(|f| quote!(#f)).unwrap_or(quote!(0));
    let gc_flag = if o.gc { quote!(::abi::Py_TPFLAGS_HAVE_GC as ::core::ffi::c_ulong) } else { quote!(0) };
    let itemsize = o.itemsize.map(|e| quote!(#e)).unwrap_or(quote!(0));
    let basicsize = o.basicsize.map(|e| quote!(#e)).unwrap_or(quote!(::core::mem::size_of::<#body>()));
    let offset = |field: &Option<FieldPath>| match field {
        Some(f) => quote!(::core::mem::offset_of!(#body, #f) as isize),
        None => quote!(0),
    };
    let (weak, dict, vector) = (offset(&o.weaklist), offset(&o.dict), offset(&o.vectorcall));
    let vector_flag = if o.vectorcall.is_some() {
        quote!(::abi::Py_TPFLAGS_HAVE_VECTORCALL as ::core::ffi::c_ulong)
    } else {
        quote!(0)
    };
    // What CPython gives no name in C it makes on the heap, but for a few.
    let nameless = o.export.as_ref().is_none_or(|e| e.value().starts_with("Dovetail_"));
    let heap_flag = if nameless && !o.static_in_c {
        quote!(::dovetail_core::native::SHOWN_AS_HEAP as ::core::ffi::c_ulong)
    } else {
        quote!(0)
    };
    let doc = doc_of(attrs);
    // The first paragraph of the Rust docs explains the type to readers of the source; Python's __doc__
    // follows a line `---`.
    let py_doc = doc.split_once("\n---\n").map(|(_, d)| d.trim().to_owned()).unwrap_or_default();
    let doc_text = match &o.text_signature {
        Some(s) => format!("{short}{}\n--\n\n{py_doc}\0", s.value()),
        None => format!("{py_doc}\0"),
    };
    let doc_pointer =
        if doc_text.len() == 1 { quote!(::core::ptr::null()) } else { quote!(#doc_text.as_ptr().cast()) };
    let fields = &o.refs;
    let has_refs = !fields.is_empty();
    let ref_offsets = fields.iter().map(|f| quote!(::core::mem::offset_of!(#body, #f)));
    let weak_field = o.weaklist.is_some();
    let managed = if has_refs || o.gc || weak_field {
        let gc = o.gc;
        quote!(Some(&::dovetail_core::native::Fields { refs: &[#(#ref_offsets),*], weaklist: #weak as usize, gc: #gc }))
    } else {
        quote!(None)
    };
    let type_doc = format!("The static type object of `{full}`.");
    Ok(quote! {
        #(#attrs)*
        #[repr(transparent)]
        #vis struct #ident(::core::cell::UnsafeCell<#body>);

        #[doc = #type_doc]
        #export_attr
        #[allow(non_upper_case_globals)]
        pub static #static_name: ::dovetail_core::native::StaticType =
            ::dovetail_core::native::StaticType::new(::dovetail_core::native::TypeHead {
                name: #c_name.as_ptr().cast(),
                metatype: #metatype,
                base: #base,
                basicsize: (#basicsize) as isize,
                itemsize: (#itemsize) as isize,
                flags: (#flags) as ::core::ffi::c_ulong | #gc_flag | #vector_flag | #heap_flag,
                doc: #doc_pointer,
                weaklistoffset: #weak,
                dictoffset: #dict,
                vectorcall_offset: #vector,
            });

        // SAFETY: `repr(transparent)` over a body that begins with PyObject; the static above is its type.
        unsafe impl ::dovetail_core::native::Native for #ident {
            type Body = #body;
            const NAME: &'static str = #full;
            const SHORT_NAME: &'static str = #short;
            const TYPE_POINTER: *mut ::abi::PyTypeObject = #static_name.as_ptr();
            const FIELDS: Option<&'static ::dovetail_core::native::Fields> = #managed;
        }

        impl #ident {
            /// The body, for reading and writing fields under the GIL.
            #[inline(always)]
            #[allow(dead_code)]
            #vis fn body(&self) -> *mut #body {
                self.0.get()
            }

            /// A new owned reference to this object.
            #[inline(always)]
            #[allow(dead_code)]
            #vis fn to_owned(&self) -> ::dovetail_core::Object {
                ::dovetail_core::Obj::to_owned(self)
            }
        }

        impl ::core::ops::Deref for #ident {
            type Target = ::dovetail_core::Obj;
            fn deref(&self) -> &::dovetail_core::Obj {
                // SAFETY: every body begins with PyObject.
                unsafe { &*(self as *const Self as *const ::dovetail_core::Obj) }
            }
        }
    })
}
