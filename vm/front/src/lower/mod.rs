//! Compiles syntax trees: from [`Tree`] to the parser crate's tree, and through its code generator.
//!
//! The code generator takes positions as offsets into a source text and turns them back into lines
//! and columns. A tree comes without text, so one is made up: lines of spaces, long enough for
//! every position of the tree.

mod expr;
mod stmt;
mod validate;

use crate::code::{Code, Const, Wtf8, from_codegen};
use crate::compile::{COMPILE_STACK, Compiled, Options, code_options, from_compile_error};
use crate::error::{SyntaxError, SyntaxWarning};
use crate::tree::{Tree, TreeValue};
use ruff_python_ast as ast;
use ruff_source_file::SourceFileBuilder;
use ruff_text_size::{TextRange, TextSize};
use rustpython_compiler::CompileError;

/// Why a tree does not compile.
#[derive(Clone, Debug)]
pub enum TreeError {
    /// The tree is none that a parser could have made: a `ValueError`.
    Value(String),
    /// A part of it is of a type that does not belong there: a `TypeError`.
    Type(String),
    /// What it says is wrong.
    Syntax(Box<SyntaxError>),
}

pub(crate) type Lowered<T> = Result<T, TreeError>;

/// Lines and columns beyond this are taken for the last ones: the text made up must fit in memory.
const MOST_LINES: u32 = 4_000_000;
const MOST_COLUMNS: u32 = 1 << 16;
/// How long the text made up may be.
const MOST_TEXT: usize = 1 << 28;

/// What lowering needs to know.
pub(crate) struct Lowerer {
    /// Where each line of the text starts; the last entry is the text's end.
    line_starts: Vec<u32>,
    /// Strings that the parser crate's tree cannot hold, because of surrogates; in their stead it gets
    /// stand-ins, and the code gets them back.
    surrogates: Vec<Wtf8>,
}

/// Checks what CPython demands of a tree before it compiles it, beyond the kinds of nodes in its fields.
pub fn validate_tree(tree: &Tree) -> Lowered<()> {
    crate::stack::grow(COMPILE_STACK, || validate::validate(tree))
}

/// Compiles a `Module`, `Interactive` or `Expression`. `recursion_limit` bounds how deep the tree may be.
pub fn compile_tree(tree: &Tree, filename: &str, options: &Options) -> Lowered<Compiled> {
    crate::stack::grow(COMPILE_STACK, || compile_here(tree, filename, options))
}

fn compile_here(tree: &Tree, filename: &str, options: &Options) -> Lowered<Compiled> {
    let mut widths = vec![1];
    measure(tree, &mut widths, options.recursion_limit)?;
    let total: usize = widths.iter().map(|&width| width as usize + 1).sum();
    if total > MOST_TEXT {
        return Err(TreeError::Value("positions of the tree are too far apart".into()));
    }
    let mut text = String::with_capacity(total);
    let mut line_starts = Vec::with_capacity(widths.len() + 1);
    for &width in &widths {
        line_starts.push(text.len() as u32);
        text.extend(std::iter::repeat_n(' ', width as usize));
        text.push('\n');
    }
    line_starts.push(text.len() as u32);
    let mut lowerer = Lowerer { line_starts, surrogates: Vec::new() };
    validate::validate(tree)?;
    if let Some(error) = crate::nesting::check_tree(tree) {
        return Err(TreeError::Syntax(error));
    }
    let (module, mode) = lowerer.module(tree)?;
    let file = SourceFileBuilder::new(filename, text.as_str()).finish();
    let opts = code_options(options);
    let mut warnings = Vec::new();
    let mut collect = |location: ruff_source_file::SourceLocation, message: String| {
        let offset = location.character_offset.get() as u32;
        warnings.push(SyntaxWarning {
            error_message: message.clone(),
            message,
            lineno: location.line.get() as u32,
            offset,
            end_offset: offset,
        });
        Ok(())
    };
    let object = rustpython_codegen::compile::compile_top_with_syntax_warning_handler(
        module,
        file,
        mode,
        opts,
        Some(&mut collect),
    );
    match object {
        Ok(object) => {
            let mut code = from_codegen(&object);
            lowerer.put_surrogates_back(&mut code);
            Ok(Compiled { code, warnings })
        }
        Err(error) => {
            let error = from_compile_error(&CompileError::Codegen(error), &text);
            Err(TreeError::Syntax(Box::new(error)))
        }
    }
}

/// Notes for each line how many columns the tree needs, and checks positions as CPython does.
fn measure(tree: &Tree, widths: &mut Vec<u32>, depth: usize) -> Lowered<()> {
    let Some(depth) = depth.checked_sub(1) else {
        let message = "maximum recursion depth exceeded during compilation".to_owned();
        return Err(TreeError::Syntax(Box::new(SyntaxError {
            kind: crate::error::ErrorKind::Recursion,
            stage: crate::error::Stage::Compiler,
            message,
            lineno: 0,
            offset: 0,
            end_lineno: 0,
            end_offset: 0,
            text: None,
            statement: None,
        })));
    };
    if let Some(p) = tree.position {
        if p.line > p.end_line {
            let text = format!("AST node line range ({}, {}) is not valid", p.line, p.end_line);
            return Err(TreeError::Value(text));
        }
        if p.line == p.end_line && p.col > p.end_col {
            return Err(TreeError::Value(format!(
                "AST node column range ({}, {}) for line range ({}, {}) is not valid",
                p.col, p.end_col, p.line, p.end_line
            )));
        }
        for (line, col) in [(p.line, p.col), (p.end_line, p.end_col)] {
            let line = line.clamp(1, MOST_LINES) as usize;
            if widths.len() < line {
                widths.resize(line, 1);
            }
            let width = &mut widths[line - 1];
            *width = (*width).max(col.min(MOST_COLUMNS) + 1);
        }
    }
    for (_, value) in &tree.fields {
        measure_value(value, widths, depth)?;
    }
    Ok(())
}

fn measure_value(value: &TreeValue, widths: &mut Vec<u32>, depth: usize) -> Lowered<()> {
    match value {
        TreeValue::Node(node) => measure(node, widths, depth),
        TreeValue::List(all) => all.iter().try_for_each(|one| measure_value(one, widths, depth)),
        _ => Ok(()),
    }
}

/// The start of the stand-ins for strings with surrogates: no program has it.
const STAND_IN: &str = "\u{fffd}\u{10fffe}surrogates ";

impl Lowerer {
    fn module(&mut self, tree: &Tree) -> Lowered<(ast::Mod, rustpython_compiler::Mode)> {
        let node_index = ast::AtomicNodeIndex::NONE;
        let range = TextRange::default();
        if tree.kind == "Expression" {
            let body = Box::new(self.expr_field(tree, "body")?);
            let module = ast::Mod::Expression(ast::ModExpression { node_index, range, body });
            return Ok((module, rustpython_compiler::Mode::Eval));
        }
        let mode = match tree.kind {
            "Module" => rustpython_compiler::Mode::Exec,
            "Interactive" => rustpython_compiler::Mode::Single,
            other => return Err(TreeError::Value(format!("{other} cannot be compiled"))),
        };
        let body = self.suite(tree.field("body"))?;
        let module = ast::ModModule { node_index, range, body, runtime_body: None };
        Ok((ast::Mod::Module(module), mode))
    }

    fn offset(&self, line: u32, col: u32) -> TextSize {
        let line = (line.max(1) as usize - 1).min(self.line_starts.len() - 2);
        let start = self.line_starts[line];
        TextSize::new((start + col.min(MOST_COLUMNS)).min(self.line_starts[line + 1] - 1))
    }

    /// A node's place in the text made up.
    pub(crate) fn range(&self, tree: &Tree) -> TextRange {
        let Some(p) = tree.position else { return TextRange::default() };
        let (start, end) = (self.offset(p.line, p.col), self.offset(p.end_line, p.end_col));
        TextRange::new(start, end.max(start))
    }

    /// The stand-in for a string that the parser crate's tree cannot hold.
    pub(crate) fn stand_in(&mut self, text: &Wtf8) -> String {
        let known = self.surrogates.iter().position(|known| known == text);
        let number = known.unwrap_or_else(|| {
            self.surrogates.push(text.clone());
            self.surrogates.len() - 1
        });
        format!("{STAND_IN}{number}")
    }

    fn put_surrogates_back(&self, code: &mut Code) {
        if !self.surrogates.is_empty() {
            code.consts.iter_mut().for_each(|constant| self.restore(constant));
        }
    }

    fn restore(&self, constant: &mut Const) {
        match constant {
            Const::Str(text) => {
                let number = text.to_str().and_then(|text| text.strip_prefix(STAND_IN));
                let known = number.and_then(|n| self.surrogates.get(n.parse::<usize>().ok()?));
                if let Some(known) = known {
                    *text = known.clone();
                }
            }
            Const::Tuple(all) | Const::FrozenSet(all) => all.iter_mut().for_each(|one| self.restore(one)),
            Const::Slice(parts) => parts.iter_mut().for_each(|one| self.restore(one)),
            Const::Code(code) => self.put_surrogates_back(code),
            _ => {}
        }
    }

    pub(crate) fn identifier(&self, tree: &Tree, field: &str) -> Lowered<ast::Identifier> {
        self.optional_identifier(tree, field)?.ok_or_else(|| missing(tree, field))
    }

    pub(crate) fn optional_identifier(&self, tree: &Tree, field: &str) -> Lowered<Option<ast::Identifier>> {
        match tree.field(field) {
            TreeValue::None => Ok(None),
            TreeValue::Name(name) => Ok(Some(ast::Identifier::new(name.as_str(), self.range(tree)))),
            _ => Err(TreeError::Value(format!("field '{field}' of {} is no identifier", tree.kind))),
        }
    }
}

pub(crate) fn missing(tree: &Tree, field: &str) -> TreeError {
    TreeError::Value(format!("field '{field}' is required for {}", tree.kind))
}

/// The nodes of a list field.
pub(crate) fn nodes<'t>(tree: &'t Tree, field: &str) -> Lowered<Vec<&'t Tree>> {
    let TreeValue::List(all) = tree.field(field) else {
        return match tree.field(field) {
            TreeValue::None => Ok(Vec::new()),
            _ => Err(TreeError::Value(format!("field '{field}' of {} is no list", tree.kind))),
        };
    };
    let node = |value: &'t TreeValue| match value {
        TreeValue::Node(node) => Ok(&**node),
        _ => Err(TreeError::Value("None disallowed in expression list".into())),
    };
    all.iter().map(node).collect()
}

/// The nodes of a list field that must not be empty.
pub(crate) fn some_nodes<'t>(tree: &'t Tree, field: &str) -> Lowered<Vec<&'t Tree>> {
    let all = nodes(tree, field)?;
    if all.is_empty() {
        return Err(TreeError::Value(format!("empty {field} on {}", tree.kind)));
    }
    Ok(all)
}

/// The node of a field.
pub(crate) fn node<'t>(tree: &'t Tree, field: &str) -> Lowered<&'t Tree> {
    match tree.field(field) {
        TreeValue::Node(node) => Ok(node),
        _ => Err(missing(tree, field)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{Reading, parse};
    use crate::tree::Position;
    use crate::{Mode, compile};

    const PROGRAMS: [&str; 3] = [
        include_str!("../../tests/data/classes.py"),
        include_str!("../../tests/data/flow.py"),
        include_str!("../../tests/data/texts.py"),
    ];

    fn tree(source: &str, mode: Mode) -> Tree {
        parse(source, mode, false, Reading::default()).unwrap()
    }

    #[test]
    fn the_same_code_by_way_of_a_tree() {
        for source in PROGRAMS {
            let options = Options::default();
            let direct = compile(source.as_bytes(), "a.py", Mode::Exec, &options).unwrap().code;
            let lowered = compile_tree(&tree(source, Mode::Exec), "a.py", &options).unwrap().code;
            assert_eq!(direct, lowered);
        }
        let eval = compile_tree(&tree("1 + x", Mode::Eval), "a.py", &Options::default()).unwrap().code;
        assert_eq!(eval.names, ["x"]);
    }

    /// Gives every node a position out of a hat.
    fn scramble(tree: &mut Tree, seed: &mut u32) {
        let mut next = |most: u32| {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (*seed >> 8) % most
        };
        if tree.position.is_some() {
            let (line, col) = (1 + next(5), next(9));
            let position = Position { line, col, end_line: line + next(3), end_col: col + next(40) };
            tree.position = Some(position);
        }
        for (_, value) in &mut tree.fields {
            scramble_value(value, seed);
        }
    }

    fn scramble_value(value: &mut TreeValue, seed: &mut u32) {
        match value {
            TreeValue::Node(node) => scramble(node, seed),
            TreeValue::List(all) => all.iter_mut().for_each(|one| scramble_value(one, seed)),
            _ => {}
        }
    }

    #[test]
    fn positions_that_make_no_sense_do_no_harm() {
        for source in PROGRAMS {
            for seed in 0..200 {
                let mut tree = tree(source, Mode::Exec);
                scramble(&mut tree, &mut (seed * 7919));
                compile_tree(&tree, "a.py", &Options::default()).unwrap();
            }
        }
    }

    #[test]
    fn trees_no_parser_makes() {
        let mut empty = tree("def f(): pass", Mode::Exec);
        let TreeValue::List(body) = &mut empty.fields[0].1 else { panic!() };
        let TreeValue::Node(function) = &mut body[0] else { panic!() };
        function.fields.iter_mut().find(|(name, _)| *name == "body").unwrap().1 = TreeValue::List(Vec::new());
        let error = compile_tree(&empty, "a.py", &Options::default()).unwrap_err();
        assert!(matches!(error, TreeError::Value(text) if text == "empty body on FunctionDef"));
    }
}
