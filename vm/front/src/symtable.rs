//! The symbol tables of a source, as the module `_symtable` shows them.

use crate::compile::{COMPILE_STACK, Mode, from_compile_error};
use crate::error::SyntaxError;
use crate::{source, syntax};
use rustpython_codegen::symboltable::{CompilerScope, SymbolTable};

/// One scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// `type`: 0 function, 1 class, 2 module, 3 annotation, 4 type alias, 5 type parameters,
    /// 6 type variable.
    pub kind: u8,
    /// `name`; `top` for the outermost.
    pub name: String,
    /// `lineno`; 0 for the outermost.
    pub lineno: u32,
    /// `nested`: within a function.
    pub nested: bool,
    /// `symbols`: names, with the flags of their definitions and uses, and from bit 12 up their scope:
    /// 1 local, 2 global by declaration, 3 global by default, 4 free, 5 cell.
    pub symbols: Vec<(String, u32)>,
    /// `varnames`: parameters, then other locals.
    pub varnames: Vec<String>,
    /// `children`: the scopes within, in the order of the source.
    pub children: Vec<Scope>,
}

/// The module's scope, with all within it.
pub fn symtable(text: &str, filename: &str, mode: Mode) -> Result<Scope, Box<SyntaxError>> {
    let text = source::normalize(text)?;
    let core_mode = match mode {
        Mode::Exec => rustpython_compiler::Mode::Exec,
        Mode::Eval => rustpython_compiler::Mode::Eval,
        Mode::Single => rustpython_compiler::Mode::Single,
    };
    let table = crate::stack::grow(COMPILE_STACK, || {
        rustpython_compiler::compile_symtable(&text, core_mode, filename)
    });
    match table {
        Ok(table) => Ok(scope(&table, true)),
        Err(error) => {
            let known = syntax::diagnose(&text, mode, syntax::Reading::default());
            Err(known.unwrap_or_else(|| Box::new(from_compile_error(&error, &text))))
        }
    }
}

const SCOPE_SHIFT: u32 = 12;
/// The flag of a name that is free in a class.
const FREE_CLASS: u32 = 64;
/// The flags of names that a scope binds or declares global.
const BOUND: u32 = 1 | 2 | 4 | 128 | 1024;

/// The flag of a name that is used.
const USE: u32 = 16;

/// Whether one of the comprehensions inlined into a scope uses a name that none of them binds.
fn uses(table: &SymbolTable, name: &str) -> bool {
    let mut used = false;
    for inner in &table.inlined_comprehension_blocks {
        if let Some(symbol) = inner.symbols.values().find(|symbol| symbol.name.as_str() == name) {
            let flags = u32::from(symbol.flags.bits());
            if flags & BOUND != 0 {
                return false;
            }
            used |= flags & USE != 0;
        }
    }
    used
}

fn scope(table: &SymbolTable, outermost: bool) -> Scope {
    let kind = match table.typ {
        CompilerScope::Function
        | CompilerScope::AsyncFunction
        | CompilerScope::Lambda
        | CompilerScope::Comprehension => 0,
        CompilerScope::Class => 1,
        CompilerScope::Module => 2,
        CompilerScope::Annotation => 3,
        CompilerScope::TypeAlias => 4,
        CompilerScope::TypeParams => 5,
        CompilerScope::TypeVariable => 6,
    };
    let mut inner: Vec<&SymbolTable> = table.sub_tables.iter().collect();
    // Annotations that are not evaluated have a scope, but no place among the others.
    inner.extend(table.annotation_block.as_deref().filter(|_| !table.future_annotations));
    inner.sort_by_key(|table| table.block_index);
    let flags = |symbol: &rustpython_codegen::symboltable::Symbol| {
        let mut flags = u32::from(symbol.flags.bits());
        // Only a name that the class itself binds is noted as free in its methods too.
        if flags & BOUND == 0 {
            flags &= !FREE_CLASS;
        }
        // What a comprehension uses, the scope uses that it is inlined into.
        if uses(table, symbol.name.as_str()) {
            flags |= USE;
        }
        flags | (symbol.scope.as_i32() as u32) << SCOPE_SHIFT
    };
    Scope {
        kind,
        name: if outermost { "top".to_owned() } else { table.name.to_string() },
        lineno: if outermost { 0 } else { table.line_number },
        nested: table.is_nested,
        symbols: table.symbols.iter().map(|(name, symbol)| (name.to_string(), flags(symbol))).collect(),
        varnames: table.varnames.iter().map(ToString::to_string).collect(),
        children: inner.into_iter().map(|table| scope(table, false)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closure_in_a_class() {
        let text = "class A:\n    def f(self, x):\n        return lambda: x\n";
        let top = symtable(text, "a.py", Mode::Exec).unwrap();
        assert_eq!((top.kind, top.name.as_str(), top.lineno), (2, "top", 0));
        // A function's annotations have a scope of their own, before the function's.
        let method = top.children[0].children.iter().find(|scope| scope.name == "f").unwrap();
        assert_eq!((method.kind, method.nested), (0, false));
        assert_eq!(method.varnames, ["self", "x"]);
        let x = method.symbols.iter().find(|(name, _)| name == "x").unwrap().1;
        assert_eq!(x >> SCOPE_SHIFT, 5);
        let lambda = method.children.iter().find(|scope| scope.name == "lambda").unwrap();
        assert_eq!(lambda.symbols, [("x".to_owned(), 16 | 4 << SCOPE_SHIFT)]);
    }
}
