//! Signatures: the text of a Python signature, matched with the parameters of the Rust function.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, FnArg, Ident, Pat, Result, Signature, Type, spanned::Spanned};

/// One parameter of the Python signature.
pub struct Param {
    pub name: String,
    pub default: Option<String>,
    pub kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    PositionalOnly,
    Positional,
    KeywordOnly,
    VarArgs,
    VarKeywords,
}

/// A Python signature with its Rust counterpart.
pub struct Params {
    pub list: Vec<Param>,
    pub types: Vec<Type>,
    pub text: String,
}

/// Splits at top-level commas.
fn split(text: &str) -> Vec<String> {
    let (mut out, mut cur, mut depth, mut quote) = (Vec::new(), String::new(), 0, None);
    for c in text.chars() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{' | '<') => depth += 1,
            (None, ')' | ']' | '}' | '>') => depth -= 1,
            (None, ',') if depth == 0 => {
                out.push(cur.trim().to_owned());
                cur.clear();
                continue;
            }
            _ => {}
        }
        cur.push(c);
    }
    if !cur.trim().is_empty() {
        out.push(cur.trim().to_owned());
    }
    out
}

fn parse_text(text: &str) -> Vec<Param> {
    let inner = text.trim().trim_start_matches('(').strip_suffix(')').unwrap_or(text);
    let mut list: Vec<Param> = Vec::new();
    let mut keyword_only = false;
    for item in split(inner) {
        match item.as_str() {
            "/" => list.iter_mut().for_each(|p| p.kind = Kind::PositionalOnly),
            "*" => keyword_only = true,
            "$self" | "$cls" | "$module" | "$type" => {}
            _ if item.starts_with("**") => {
                list.push(Param { name: item[2..].to_owned(), default: None, kind: Kind::VarKeywords })
            }
            _ if item.starts_with('*') => {
                keyword_only = true;
                list.push(Param { name: item[1..].to_owned(), default: None, kind: Kind::VarArgs })
            }
            _ => {
                let (name, default) = match item.split_once('=') {
                    Some((n, d)) => (n.trim().to_owned(), Some(d.trim().to_owned())),
                    None => (item.clone(), None),
                };
                let kind = if keyword_only { Kind::KeywordOnly } else { Kind::Positional };
                list.push(Param { name, default, kind });
            }
        }
    }
    list
}

/// The name in Rust becomes the name in Python: `iterable`, `type_` becomes `type`.
pub fn python_name(ident: &Ident) -> String {
    let name = ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    if name.starts_with("__") { name.to_owned() } else { name.trim_end_matches('_').to_owned() }
}

fn is_slice_of_objects(ty: &Type) -> bool {
    matches!(ty, Type::Reference(r) if matches!(&*r.elem, Type::Slice(_)))
}

pub fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Option"))
}

impl Params {
    /// `skip` Rust parameters (self, cls, module) come before the Python ones.
    pub fn new(sig: &Signature, text: Option<&str>, skip: usize, receiver: &str) -> Result<Params> {
        let mut types = Vec::new();
        let mut names = Vec::new();
        for arg in sig.inputs.iter().skip(skip) {
            let FnArg::Typed(t) = arg else { return Err(Error::new(arg.span(), "unexpected receiver")) };
            let Pat::Ident(p) = &*t.pat else { return Err(Error::new(t.span(), "a plain name is needed")) };
            types.push((*t.ty).clone());
            names.push(python_name(&p.ident).trim_start_matches('_').to_owned());
        }
        let list = match text {
            Some(text) => parse_text(text),
            None => {
                let kind =
                    |ty: &Type| if is_slice_of_objects(ty) { Kind::VarArgs } else { Kind::PositionalOnly };
                names
                    .into_iter()
                    .zip(&types)
                    .map(|(name, ty)| Param {
                        name,
                        default: is_option(ty).then(|| "<unrepresentable>".to_owned()),
                        kind: kind(ty),
                    })
                    .collect()
            }
        };
        if list.len() != types.len() {
            let message = format!("{} Python parameters, {} Rust parameters", list.len(), types.len());
            return Err(Error::new(sig.ident.span(), message));
        }
        let mut parts: Vec<String> = Vec::new();
        if !receiver.is_empty() {
            parts.push(receiver.to_owned());
        }
        let mut star = false;
        let last_posonly = list.iter().rposition(|p| p.kind == Kind::PositionalOnly);
        for (i, p) in list.iter().enumerate() {
            if p.kind == Kind::KeywordOnly && !star {
                parts.push("*".to_owned());
                star = true;
            }
            star |= p.kind == Kind::VarArgs;
            let prefix = match p.kind {
                Kind::VarArgs => "*",
                Kind::VarKeywords => "**",
                _ => "",
            };
            let default = p.default.as_ref().map(|d| format!("={d}")).unwrap_or_default();
            parts.push(format!("{prefix}{}{default}", p.name));
            if last_posonly == Some(i) {
                parts.push("/".to_owned());
            }
        }
        if last_posonly.is_none() && !receiver.is_empty() {
            // `($self, /, key)`: the receiver alone is positional-only.
            parts.insert(1, "/".to_owned());
        }
        Ok(Params { list, types, text: format!("({})", parts.join(", ")) })
    }

    pub fn has_varargs(&self) -> bool {
        self.list.iter().any(|p| p.kind == Kind::VarArgs)
    }

    pub fn has_varkeywords(&self) -> bool {
        self.list.iter().any(|p| p.kind == Kind::VarKeywords)
    }

    pub fn positional_only(&self) -> bool {
        self.list.iter().all(|p| p.kind == Kind::PositionalOnly || p.kind == Kind::VarArgs)
    }

    /// Exactly one required positional-only parameter.
    pub fn is_single(&self) -> bool {
        self.list.len() == 1 && self.list[0].kind == Kind::PositionalOnly && self.list[0].default.is_none()
    }

    /// A `native::Signature` constant; `wording` names a variant of `native::Wording`.
    pub fn signature(&self, function: &str, wording: Option<&str>) -> Result<TokenStream> {
        let wording = match wording {
            None => quote!(Clinic),
            Some("unpack") => quote!(Unpack),
            Some("format") => quote!(Format),
            Some("nameless") => quote!(Nameless),
            Some(_) => return Err(Error::new(proc_macro2::Span::call_site(), "unknown wording")),
        };
        let named: Vec<_> =
            self.list.iter().filter(|p| !matches!(p.kind, Kind::VarArgs | Kind::VarKeywords)).collect();
        let names = named.iter().map(|p| &p.name);
        let n = named.len();
        let posonly = named.iter().filter(|p| p.kind == Kind::PositionalOnly).count();
        let positional = named.iter().filter(|p| p.kind != Kind::KeywordOnly).count();
        let min = named.iter().take(positional).filter(|p| p.default.is_none()).count();
        let required = named.iter().map(|p| p.default.is_none());
        let (varargs, varkw) = (self.has_varargs(), self.has_varkeywords());
        Ok(quote! {
            ::dovetail_core::native::Signature::<#n> {
                function: #function,
                names: [#(#names),*],
                required: [#(#required),*],
                positional_only: #posonly,
                positional: #positional,
                min_positional: #min,
                varargs: #varargs,
                varkeywords: #varkw,
                wording: ::dovetail_core::native::Wording::#wording,
            }
        })
    }

    /// Expressions that convert the bound objects `bound[i]` into the Rust arguments.
    pub fn conversions(&self) -> Vec<TokenStream> {
        let mut index = 0usize;
        let single = self.is_single();
        self.list
            .iter()
            .zip(&self.types)
            .map(|(p, ty)| {
                match p.kind {
                    Kind::VarArgs => return quote!(rest),
                    Kind::VarKeywords => return quote!(keywords.as_deref()),
                    _ => {}
                }
                let i = index;
                index += 1;
                let place = if single {
                    quote!(::dovetail_core::native::Place::Only)
                } else if p.kind == Kind::PositionalOnly {
                    quote!(::dovetail_core::native::Place::Index(#i))
                } else {
                    let name = &p.name;
                    quote!(::dovetail_core::native::Place::Name(#name))
                };
                let convert = quote! {
                    ::dovetail_core::native::FromArg::from_arg(
                        object, ::dovetail_core::native::ArgInfo { function: FUNCTION, place: #place })?
                };
                match (&p.default, is_option(ty)) {
                    (None, _) => quote!({
                        // SAFETY: the binder has filled every required parameter.
                        let object = unsafe { bound[#i].unwrap_unchecked() };
                        #convert
                    }),
                    (Some(d), true) if d == "None" => quote!(match bound[#i] {
                        Some(object) if !object.is_none() => Some(#convert),
                        _ => None,
                    }),
                    (Some(_), true) => quote!(match bound[#i] {
                        Some(object) => Some(#convert),
                        None => None,
                    }),
                    (Some(d), false) => {
                        let default = default_literal(d);
                        quote!(match bound[#i] {
                            Some(object) => #convert,
                            None => #default,
                        })
                    }
                }
            })
            .collect()
    }
}

fn default_literal(text: &str) -> TokenStream {
    match text {
        "True" => quote!(true),
        "False" => quote!(false),
        "sys.maxsize" => quote!(isize::MAX),
        _ if text.starts_with('\'') || text.starts_with('"') => {
            let inner = &text[1..text.len() - 1];
            quote!(#inner)
        }
        _ => {
            text.parse().unwrap_or_else(|_| quote!(compile_error!("this default needs an Option parameter")))
        }
    }
}
