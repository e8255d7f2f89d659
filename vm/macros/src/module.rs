//! `#[pymodule]`: a Rust module becomes a native Python module.
//!
//! Inside: `#[function]` on functions, `#[exec] fn exec(module: &Obj) -> PyResult<()>` once for constants and types.

use crate::method::{Entry, Options, Receiver, callable, doc_of};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Error, Item, ItemMod, LitStr, Result, Token, parse::ParseStream, parse::Parser};

pub fn expand(attr: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut name: Option<String> = None;
    let parser = |input: ParseStream| {
        while !input.is_empty() {
            let key: syn::Ident = input.parse()?;
            input.parse::<Token![=]>()?;
            let value: LitStr = input.parse()?;
            if key != "name" {
                return Err(Error::new(key.span(), "unknown key"));
            }
            name = Some(value.value());
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    parser.parse2(attr)?;
    let mut module: ItemMod = syn::parse2(item)?;
    let doc = doc_of(&module.attrs);
    let ident = module.ident.clone();
    let name = name.unwrap_or_else(|| ident.to_string());
    let Some((_, items)) = &mut module.content else {
        return Err(Error::new(ident.span(), "#[pymodule] needs a module with a body"));
    };
    let (mut functions, mut rows, mut exec) = (Vec::new(), Vec::new(), quote!(None));
    let mut unique = 0;
    for item in items.iter_mut() {
        let Item::Fn(f) = item else { continue };
        let fname = f.sig.ident.clone();
        while let Some(i) =
            f.attrs.iter().position(|a| a.path().is_ident("function") || a.path().is_ident("exec"))
        {
            let attr = f.attrs.remove(i);
            if attr.path().is_ident("exec") {
                exec = quote!(Some(#fname));
                continue;
            }
            unique += 1;
            let mut options = Options::parse(&attr)?;
            options.words.push(format_ident!("module_function"));
            let fdoc = doc_of(&f.attrs);
            let pass = options.has("pass_module");
            let Entry { function, row } = if pass {
                callable(
                    &f.sig,
                    &options,
                    &fdoc,
                    Receiver::Instance,
                    &quote!(::dovetail_core::Obj),
                    &quote!(#fname),
                    unique,
                    &quote!(),
                )?
            } else {
                callable(
                    &f.sig,
                    &options,
                    &fdoc,
                    Receiver::None,
                    &quote!(),
                    &quote!(#fname),
                    unique,
                    &quote!(),
                )?
            };
            functions.push(function);
            rows.push(row);
        }
    }
    let n = rows.len() + 1;
    let c_name = format!("{name}\0");
    let doc_text = format!("{doc}\0");
    let doc_pointer =
        if doc.is_empty() { quote!(::core::ptr::null()) } else { quote!(#doc_text.as_ptr().cast()) };
    let extra: Vec<Item> = vec![syn::parse2(quote! {
        /// The module's declaration: its functions and what fills it.
        pub static MODULE: ::dovetail_core::native::NativeModule = {
            #(#[allow(non_snake_case)] #functions)*
            // SAFETY (transmutes): entry functions have the shapes that their rows' flags name.
            static METHODS: ::dovetail_core::native::Table<::abi::PyMethodDef, #n> =
                ::dovetail_core::native::Table([#(#rows,)* ::dovetail_core::native::NO_METHOD]);
            ::dovetail_core::native::NativeModule {
                name: #name,
                c_name: #c_name.as_ptr().cast(),
                doc: #doc_pointer,
                methods: METHODS.0.as_ptr(),
                exec: #exec,
            }
        };
    })?];
    items.extend(extra);
    Ok(quote!(#module))
}
