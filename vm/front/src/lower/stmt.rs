//! Statements and patterns.

use super::expr::operator;
use super::{Lowered, Lowerer, TreeError, missing, node, nodes, some_nodes};
use crate::code::Const;
use crate::tree::{Tree, TreeValue};
use ruff_python_ast as ast;
use ruff_text_size::TextRange;

const NONE: fn() -> ast::AtomicNodeIndex = || ast::AtomicNodeIndex::NONE;

impl Lowerer {
    pub(crate) fn suite(&mut self, value: &TreeValue) -> Lowered<ast::Suite> {
        let TreeValue::List(all) = value else {
            return Err(TreeError::Value("a body is no list".into()));
        };
        let mut body = Vec::with_capacity(all.len());
        for one in all {
            let TreeValue::Node(tree) = one else {
                return Err(TreeError::Value("None disallowed in statement list".into()));
            };
            body.push(self.stmt(tree)?);
        }
        Ok(body.into())
    }

    fn body(&mut self, tree: &Tree, field: &str) -> Lowered<ast::Suite> {
        some_nodes(tree, field)?;
        self.suite(tree.field(field))
    }

    fn names(&self, tree: &Tree) -> Lowered<Vec<ast::Identifier>> {
        let TreeValue::List(all) = tree.field("names") else { return Err(missing(tree, "names")) };
        if all.is_empty() {
            return Err(TreeError::Value(format!("empty names on {}", tree.kind)));
        }
        let range = self.range(tree);
        let name = |value: &TreeValue| match value {
            TreeValue::Name(name) => Ok(ast::Identifier::new(name.as_str(), range)),
            _ => Err(missing(tree, "names")),
        };
        all.iter().map(name).collect()
    }

    fn aliases(&self, tree: &Tree) -> Lowered<Vec<ast::Alias>> {
        let alias = |tree: &Tree| {
            Ok(ast::Alias {
                range: self.range(tree),
                node_index: NONE(),
                name: self.identifier(tree, "name")?,
                asname: self.optional_identifier(tree, "asname")?,
            })
        };
        some_nodes(tree, "names")?.into_iter().map(alias).collect()
    }

    fn stmt(&mut self, tree: &Tree) -> Lowered<ast::Stmt> {
        let range = self.range(tree);
        let node_index = NONE();
        Ok(match tree.kind {
            "FunctionDef" | "AsyncFunctionDef" => {
                let body = self.body(tree, "body")?;
                ast::Stmt::FunctionDef(ast::StmtFunctionDef {
                    node_index,
                    range,
                    is_async: tree.kind == "AsyncFunctionDef",
                    decorator_list: self.decorators(tree)?.into(),
                    name: self.identifier(tree, "name")?,
                    type_params: self.type_params(tree)?,
                    parameters: Box::new(self.parameters(node(tree, "args")?)?),
                    returns: self.optional(tree, "returns")?,
                    body,
                    runtime_decorator_list: None,
                    runtime_type_comment: None,
                    runtime_type_comment_bytes: None,
                    runtime_body: None,
                })
            }
            "ClassDef" => {
                let body = self.body(tree, "body")?;
                let arguments = self.arguments(tree, "bases", range)?;
                let some = !arguments.args.is_empty() || !arguments.keywords.is_empty();
                ast::Stmt::ClassDef(ast::StmtClassDef {
                    node_index,
                    range,
                    decorator_list: self.decorators(tree)?.into(),
                    name: self.identifier(tree, "name")?,
                    type_params: self.type_params(tree)?,
                    arguments: some.then(|| Box::new(arguments)),
                    body,
                    runtime_decorator_list: None,
                    runtime_body: None,
                })
            }
            "Return" => {
                ast::Stmt::Return(ast::StmtReturn { node_index, range, value: self.optional(tree, "value")? })
            }
            "Delete" => {
                some_nodes(tree, "targets")?;
                let targets = self.exprs(tree, "targets")?;
                ast::Stmt::Delete(ast::StmtDelete { node_index, range, targets, runtime_targets: None })
            }
            "Assign" => {
                some_nodes(tree, "targets")?;
                ast::Stmt::Assign(ast::StmtAssign {
                    node_index,
                    range,
                    targets: self.exprs(tree, "targets")?,
                    value: self.boxed(tree, "value")?,
                    runtime_targets: None,
                    runtime_type_comment: None,
                    runtime_type_comment_bytes: None,
                })
            }
            "TypeAlias" => ast::Stmt::TypeAlias(ast::StmtTypeAlias {
                node_index,
                range,
                name: self.boxed(tree, "name")?,
                type_params: self.type_params(tree)?,
                value: self.boxed(tree, "value")?,
            }),
            "AugAssign" => ast::Stmt::AugAssign(ast::StmtAugAssign {
                node_index,
                range,
                target: self.boxed(tree, "target")?,
                op: operator(node(tree, "op")?)?,
                value: self.boxed(tree, "value")?,
            }),
            "AnnAssign" => ast::Stmt::AnnAssign(ast::StmtAnnAssign {
                node_index,
                range,
                target: self.boxed(tree, "target")?,
                annotation: self.boxed(tree, "annotation")?,
                value: self.optional(tree, "value")?,
                simple: matches!(tree.field("simple"), TreeValue::Int(n) if *n != 0),
                runtime_simple: None,
            }),
            "For" | "AsyncFor" => ast::Stmt::For(ast::StmtFor {
                node_index,
                range,
                is_async: tree.kind == "AsyncFor",
                target: self.boxed(tree, "target")?,
                iter: self.boxed(tree, "iter")?,
                body: self.body(tree, "body")?,
                orelse: self.suite(tree.field("orelse"))?,
                runtime_type_comment: None,
                runtime_type_comment_bytes: None,
                runtime_body: None,
                runtime_orelse: None,
            }),
            "While" => ast::Stmt::While(ast::StmtWhile {
                node_index,
                range,
                test: self.boxed(tree, "test")?,
                body: self.body(tree, "body")?,
                orelse: self.suite(tree.field("orelse"))?,
                runtime_body: None,
                runtime_orelse: None,
            }),
            "If" => self.if_stmt(tree, range)?,
            "With" | "AsyncWith" => {
                let mut items = Vec::new();
                for item in some_nodes(tree, "items")? {
                    items.push(ast::WithItem {
                        range: TextRange::default(),
                        node_index: NONE(),
                        context_expr: self.expr_field(item, "context_expr")?,
                        optional_vars: self.optional(item, "optional_vars")?,
                    });
                }
                ast::Stmt::With(ast::StmtWith {
                    node_index,
                    range,
                    is_async: tree.kind == "AsyncWith",
                    items,
                    body: self.body(tree, "body")?,
                    runtime_type_comment: None,
                    runtime_type_comment_bytes: None,
                    runtime_body: None,
                })
            }
            "Match" => {
                let mut cases = Vec::new();
                for case in some_nodes(tree, "cases")? {
                    cases.push(ast::MatchCase {
                        range: TextRange::default(),
                        node_index: NONE(),
                        pattern: self.pattern(node(case, "pattern")?)?,
                        guard: self.optional(case, "guard")?,
                        body: self.body(case, "body")?,
                        runtime_body: None,
                    });
                }
                let subject = self.boxed(tree, "subject")?;
                ast::Stmt::Match(ast::StmtMatch { node_index, range, subject, cases })
            }
            "Raise" => {
                let (exc, cause) = (self.optional(tree, "exc")?, self.optional(tree, "cause")?);
                if exc.is_none() && cause.is_some() {
                    return Err(TreeError::Value("Raise with cause but no exception".into()));
                }
                ast::Stmt::Raise(ast::StmtRaise { node_index, range, exc, cause })
            }
            "Try" | "TryStar" => self.try_stmt(tree, range)?,
            "Assert" => {
                let (test, msg) = (self.boxed(tree, "test")?, self.optional(tree, "msg")?);
                ast::Stmt::Assert(ast::StmtAssert { node_index, range, test, msg })
            }
            "Import" => {
                let names = self.aliases(tree)?;
                ast::Stmt::Import(ast::StmtImport { node_index, range, names, is_lazy: false })
            }
            "ImportFrom" => {
                let level = match tree.field("level") {
                    TreeValue::Int(level) => *level,
                    _ => 0,
                };
                let level =
                    u32::try_from(level).map_err(|_| TreeError::Value("Negative ImportFrom level".into()))?;
                ast::Stmt::ImportFrom(ast::StmtImportFrom {
                    node_index,
                    range,
                    module: self.optional_identifier(tree, "module")?,
                    names: self.aliases(tree)?,
                    level,
                    is_lazy: false,
                    runtime_level: None,
                })
            }
            "Global" => ast::Stmt::Global(ast::StmtGlobal { node_index, range, names: self.names(tree)? }),
            "Nonlocal" => {
                ast::Stmt::Nonlocal(ast::StmtNonlocal { node_index, range, names: self.names(tree)? })
            }
            "Expr" => ast::Stmt::Expr(ast::StmtExpr { node_index, range, value: self.boxed(tree, "value")? }),
            "Pass" => ast::Stmt::Pass(ast::StmtPass { node_index, range }),
            "Break" => ast::Stmt::Break(ast::StmtBreak { node_index, range }),
            "Continue" => ast::Stmt::Continue(ast::StmtContinue { node_index, range }),
            other => return Err(TreeError::Value(format!("expected some sort of stmt, but got {other}"))),
        })
    }

    fn if_stmt(&mut self, tree: &Tree, range: TextRange) -> Lowered<ast::Stmt> {
        let test = self.boxed(tree, "test")?;
        let body = self.body(tree, "body")?;
        let mut clauses = Vec::new();
        let mut rest = tree;
        loop {
            let orelse = nodes(rest, "orelse")?;
            match orelse[..] {
                [] => break,
                [next] if next.kind == "If" => {
                    clauses.push(ast::ElifElseClause {
                        range: self.range(next),
                        node_index: NONE(),
                        test: Some(self.expr_field(next, "test")?),
                        body: self.body(next, "body")?,
                        runtime_body: None,
                        runtime_orelse: None,
                    });
                    rest = next;
                }
                _ => {
                    clauses.push(ast::ElifElseClause {
                        range: self.range(orelse[0]),
                        node_index: NONE(),
                        test: None,
                        body: self.suite(rest.field("orelse"))?,
                        runtime_body: None,
                        runtime_orelse: None,
                    });
                    break;
                }
            }
        }
        Ok(ast::Stmt::If(ast::StmtIf {
            node_index: NONE(),
            range,
            test,
            body,
            elif_else_clauses: clauses,
            runtime_body: None,
        }))
    }

    fn try_stmt(&mut self, tree: &Tree, range: TextRange) -> Lowered<ast::Stmt> {
        let mut handlers = Vec::new();
        for handler in nodes(tree, "handlers")? {
            handlers.push(ast::ExceptHandler::ExceptHandler(ast::ExceptHandlerExceptHandler {
                range: self.range(handler),
                node_index: NONE(),
                type_: self.optional(handler, "type")?,
                name: self.optional_identifier(handler, "name")?,
                body: self.body(handler, "body")?,
                runtime_body: None,
            }));
        }
        let (orelse, finalbody) = (self.suite(tree.field("orelse"))?, self.suite(tree.field("finalbody"))?);
        if handlers.is_empty() && finalbody.is_empty() {
            return Err(TreeError::Value(format!("{} has neither handlers nor finalbody", tree.kind)));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return Err(TreeError::Value(format!("{} has orelse but no except handlers", tree.kind)));
        }
        Ok(ast::Stmt::Try(ast::StmtTry {
            node_index: NONE(),
            range,
            body: self.body(tree, "body")?,
            handlers,
            orelse,
            finalbody,
            is_star: tree.kind == "TryStar",
            runtime_body: None,
            runtime_handlers: None,
            runtime_orelse: None,
            runtime_finalbody: None,
        }))
    }

    fn decorators(&mut self, tree: &Tree) -> Lowered<Vec<ast::Decorator>> {
        let mut all = Vec::new();
        for decorator in nodes(tree, "decorator_list")? {
            all.push(ast::Decorator {
                range: self.range(decorator),
                node_index: NONE(),
                expression: self.expr(decorator)?,
            });
        }
        Ok(all)
    }

    fn type_params(&mut self, tree: &Tree) -> Lowered<Option<Box<ast::TypeParams>>> {
        let mut all = Vec::new();
        let mut reach: Option<TextRange> = None;
        for param in nodes(tree, "type_params")? {
            let range = self.range(param);
            let (name, default) = (self.identifier(param, "name")?, self.optional(param, "default_value")?);
            let node_index = NONE();
            reach = Some(reach.map_or(range, |reach| reach.cover(range)));
            all.push(match param.kind {
                "TypeVar" => {
                    let bound = self.optional(param, "bound")?;
                    ast::TypeParam::TypeVar(ast::TypeParamTypeVar { node_index, range, name, bound, default })
                }
                "ParamSpec" => {
                    ast::TypeParam::ParamSpec(ast::TypeParamParamSpec { node_index, range, name, default })
                }
                _ => ast::TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple {
                    node_index,
                    range,
                    name,
                    default,
                }),
            });
        }
        Ok(reach.map(|range| {
            Box::new(ast::TypeParams {
                range,
                node_index: NONE(),
                type_params: all,
                runtime_type_params: None,
            })
        }))
    }

    fn patterns(&mut self, tree: &Tree, field: &str) -> Lowered<Vec<ast::Pattern>> {
        nodes(tree, field)?.into_iter().map(|pattern| self.pattern(pattern)).collect()
    }

    fn pattern(&mut self, tree: &Tree) -> Lowered<ast::Pattern> {
        let range = self.range(tree);
        let node_index = NONE();
        Ok(match tree.kind {
            "MatchValue" => {
                let value = self.boxed(tree, "value")?;
                ast::Pattern::MatchValue(ast::PatternMatchValue { node_index, range, value })
            }
            "MatchSingleton" => {
                let value = match tree.field("value") {
                    TreeValue::Const(Const::None) => ast::Singleton::None,
                    TreeValue::Const(Const::Bool(true)) => ast::Singleton::True,
                    TreeValue::Const(Const::Bool(false)) => ast::Singleton::False,
                    _ => {
                        let text = "MatchSingleton can only contain True, False and None";
                        return Err(TreeError::Value(text.into()));
                    }
                };
                ast::Pattern::MatchSingleton(ast::PatternMatchSingleton { node_index, range, value })
            }
            "MatchSequence" => ast::Pattern::MatchSequence(ast::PatternMatchSequence {
                node_index,
                range,
                patterns: self.patterns(tree, "patterns")?,
                runtime_patterns: None,
            }),
            "MatchMapping" => {
                let (keys, patterns) = (self.exprs(tree, "keys")?, self.patterns(tree, "patterns")?);
                if keys.len() != patterns.len() {
                    let text = "MatchMapping doesn't have the same number of keys as patterns";
                    return Err(TreeError::Value(text.into()));
                }
                ast::Pattern::MatchMapping(ast::PatternMatchMapping {
                    node_index,
                    range,
                    keys: keys.into(),
                    patterns: patterns.into(),
                    rest: self.optional_identifier(tree, "rest")?,
                    runtime_keys: None,
                    runtime_patterns: None,
                })
            }
            "MatchClass" => {
                let TreeValue::List(attrs) = tree.field("kwd_attrs") else {
                    return Err(missing(tree, "kwd_attrs"));
                };
                let values = nodes(tree, "kwd_patterns")?;
                if attrs.len() != values.len() {
                    let text = "MatchClass doesn't have the same number of keyword attributes as patterns";
                    return Err(TreeError::Value(text.into()));
                }
                let mut keywords = Vec::new();
                for (attr, value) in attrs.iter().zip(values) {
                    let TreeValue::Name(name) = attr else { return Err(missing(tree, "kwd_attrs")) };
                    let range = self.range(value);
                    keywords.push(ast::PatternKeyword {
                        range,
                        node_index: NONE(),
                        attr: ast::Identifier::new(name.as_str(), range),
                        pattern: self.pattern(value)?,
                    });
                }
                ast::Pattern::MatchClass(ast::PatternMatchClass {
                    node_index,
                    range,
                    cls: self.boxed(tree, "cls")?,
                    arguments: ast::PatternArguments {
                        range,
                        node_index: NONE(),
                        patterns: self.patterns(tree, "patterns")?.into(),
                        keywords,
                    },
                    runtime_patterns: None,
                    runtime_kwd_attrs: None,
                    runtime_kwd_patterns: None,
                })
            }
            "MatchStar" => {
                let name = self.optional_identifier(tree, "name")?;
                ast::Pattern::MatchStar(ast::PatternMatchStar { node_index, range, name })
            }
            "MatchAs" => {
                let pattern = match tree.field("pattern") {
                    TreeValue::Node(pattern) => Some(Box::new(self.pattern(pattern)?)),
                    _ => None,
                };
                let name = self.optional_identifier(tree, "name")?;
                if pattern.is_some() && name.is_none() {
                    let text = "MatchAs must specify a target name if a pattern is given";
                    return Err(TreeError::Value(text.into()));
                }
                ast::Pattern::MatchAs(ast::PatternMatchAs { node_index, range, pattern, name })
            }
            "MatchOr" => {
                let patterns = self.patterns(tree, "patterns")?;
                if patterns.len() < 2 {
                    return Err(TreeError::Value("MatchOr requires at least 2 patterns".into()));
                }
                let runtime_patterns = None;
                ast::Pattern::MatchOr(ast::PatternMatchOr { node_index, range, patterns, runtime_patterns })
            }
            other => return Err(TreeError::Value(format!("expected some sort of pattern, but got {other}"))),
        })
    }
}
