//! `#[capi]`: a Rust function becomes an exported function of the C API.
//!
//! The C types follow from the Rust ones by the traits `FromC` and `IntoC` of `dovetail_cpyext::boundary`; the
//! resulting function is compared with the header's prototype at compile time.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{Error, FnArg, Ident, ItemFn, LitStr, Pat, Result, ReturnType, Token, Type};

/// What stands in the brackets: `private` (no prototype in the headers), `no_gil` (may be called by a thread that does
/// not hold the GIL), `alias = "NAME"`.
#[derive(Default)]
struct Options {
    private: bool,
    no_gil: bool,
    aliases: Vec<Ident>,
}

impl Options {
    fn parse(attr: TokenStream) -> Result<Options> {
        let mut out = Options::default();
        let parser = syn::meta::parser(|meta| {
            if meta.path.is_ident("private") {
                out.private = true;
            } else if meta.path.is_ident("no_gil") {
                out.no_gil = true;
            } else if meta.path.is_ident("alias") {
                let name: LitStr = meta.value()?.parse()?;
                out.aliases.push(format_ident!("{}", name.value()));
            } else {
                return Err(meta.error("expected `private`, `no_gil` or `alias = \"NAME\"`"));
            }
            Ok(())
        });
        syn::parse::Parser::parse2(parser, attr)?;
        Ok(out)
    }
}

/// Makes every lifetime `'static`, so that a type can be named outside of its function.
struct Static;

impl VisitMut for Static {
    fn visit_type_reference_mut(&mut self, node: &mut syn::TypeReference) {
        node.lifetime = Some(syn::parse_quote!('static));
        syn::visit_mut::visit_type_reference_mut(self, node);
    }

    fn visit_lifetime_mut(&mut self, node: &mut syn::Lifetime) {
        *node = syn::parse_quote!('static);
    }
}

fn nameable(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Static.visit_type_mut(&mut ty);
    ty
}

/// Does the type take over a reference? Those are converted first, so that they are given back when another argument
/// is bad.
fn is_owned(ty: &Type) -> bool {
    let text = quote!(#ty).to_string();
    text.contains("Object") || text.contains("Ref <")
}

pub fn expand(attr: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options = Options::parse(attr)?;
    let mut function: ItemFn = syn::parse2(item)?;
    let name = function.sig.ident.clone();
    if function.sig.abi.is_some() || function.sig.variadic.is_some() {
        return Err(Error::new_spanned(
            &function.sig,
            "a plain Rust function is expected; the C side is made of it",
        ));
    }
    let mut params = Vec::new();
    for input in &function.sig.inputs {
        let FnArg::Typed(arg) = input else {
            return Err(Error::new_spanned(input, "no receiver here"));
        };
        let Pat::Ident(pat) = &*arg.pat else {
            return Err(Error::new_spanned(&arg.pat, "a plain name is expected"));
        };
        params.push((pat.ident.clone(), (*arg.ty).clone()));
    }
    let result: Type = match &function.sig.output {
        ReturnType::Default => syn::parse_quote!(()),
        ReturnType::Type(_, ty) => nameable(ty),
    };
    let docs: Vec<_> = function.attrs.iter().filter(|a| a.path().is_ident("doc")).cloned().collect();
    let other: Vec<_> = function.attrs.iter().filter(|a| !a.path().is_ident("doc")).cloned().collect();
    function.attrs.clear();
    function.vis = syn::Visibility::Inherited;
    function.sig.ident = format_ident!("body");
    let names: Vec<&Ident> = params.iter().map(|(n, _)| n).collect();
    let types: Vec<Type> = params.iter().map(|(_, t)| nameable(t)).collect();
    let c_types: Vec<TokenStream> = types.iter().map(|t| quote!(<#t as crate::boundary::FromC>::C)).collect();
    let c_result = quote!(<#result as crate::boundary::IntoC>::C);
    let convert = |owned: bool| {
        names.iter().zip(&types).zip(&params).filter(move |(_, (_, t))| is_owned(t) == owned).map(
            |((n, t), _)| {
                // SAFETY: C passes what the prototype says.
                quote! {
                    let #n = match unsafe { <#t as crate::boundary::FromC>::from_c(#n) } {
                        Ok(v) => v,
                        Err(e) => return <#result as crate::boundary::IntoC>::failed(e),
                    };
                }
            },
        )
    };
    let first = convert(true);
    let second = convert(false);
    let call = if function.sig.unsafety.is_some() {
        // SAFETY: the caller is C, which keeps the promise that the function's documentation asks for.
        quote!(unsafe { body(#(#names),*) })
    } else {
        quote!(body(#(#names),*))
    };
    // The checked build looks at both ends of a call.
    let (entry, leave) = if options.no_gil {
        (quote!(), quote!(crate::boundary::IntoC::into_c(#call)))
    } else {
        let text = name.to_string();
        // Names of its own, whatever the function's parameters are called.
        let [before, result] = ["before", "result"].map(|n| Ident::new(n, Span::mixed_site()));
        (
            quote! {
                #[cfg(feature = "debug-checks")]
                let #before = crate::boundary::checks::entered(#text);
            },
            quote! {
                let #result = #call;
                #[cfg(feature = "debug-checks")]
                crate::boundary::checks::left(#text, #before, &#result);
                crate::boundary::IntoC::into_c(#result)
            },
        )
    };
    let unsafe_token = Token![unsafe](name.span());
    let check = (!options.private).then(|| {
        quote! {
            const _: unsafe extern "C" fn(#(#c_types),*) -> #c_result = ::abi::proto::#name;
        }
    });
    let text = name.to_string();
    let aliases = options.aliases.iter().map(|alias| {
        quote! {
            #[doc = concat!("The same as [`", #text, "`], under the name that older extensions ask for.")]
            #[allow(non_snake_case, clippy::missing_safety_doc)]
            #[unsafe(no_mangle)]
            pub #unsafe_token extern "C" fn #alias(#(#names: #c_types),*) -> #c_result {
                // SAFETY: the same contract.
                unsafe { #name(#(#names),*) }
            }
        }
    });
    Ok(quote! {
        #(#docs)*
        #(#other)*
        #[allow(non_snake_case, clippy::missing_safety_doc, clippy::too_many_arguments)]
        #[unsafe(no_mangle)]
        pub #unsafe_token extern "C" fn #name(#(#names: #c_types),*) -> #c_result {
            #[inline(always)]
            #function
            #entry
            #(#first)*
            #(#second)*
            #leave
        }
        #check
        #(#aliases)*
    })
}
