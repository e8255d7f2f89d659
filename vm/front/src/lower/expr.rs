//! Expressions, patterns, arguments.

use super::{Lowered, Lowerer, TreeError, missing, node, nodes};
use crate::code::Const;
use crate::tree::{Tree, TreeValue};
use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

const NONE: fn() -> ast::AtomicNodeIndex = || ast::AtomicNodeIndex::NONE;

impl Lowerer {
    pub(crate) fn expr_field(&mut self, tree: &Tree, field: &str) -> Lowered<ast::Expr> {
        self.expr(node(tree, field)?)
    }

    pub(crate) fn boxed(&mut self, tree: &Tree, field: &str) -> Lowered<Box<ast::Expr>> {
        self.expr_field(tree, field).map(Box::new)
    }

    pub(crate) fn optional(&mut self, tree: &Tree, field: &str) -> Lowered<Option<Box<ast::Expr>>> {
        match tree.field(field) {
            TreeValue::Node(node) => self.expr(node).map(|expr| Some(Box::new(expr))),
            _ => Ok(None),
        }
    }

    pub(crate) fn exprs(&mut self, tree: &Tree, field: &str) -> Lowered<Vec<ast::Expr>> {
        nodes(tree, field)?.into_iter().map(|one| self.expr(one)).collect()
    }

    pub(crate) fn expr(&mut self, tree: &Tree) -> Lowered<ast::Expr> {
        let range = self.range(tree);
        let node_index = NONE();
        Ok(match tree.kind {
            "BoolOp" => {
                let op = match node(tree, "op")?.kind {
                    "And" => ast::BoolOp::And,
                    _ => ast::BoolOp::Or,
                };
                let values = self.exprs(tree, "values")?;
                if values.len() < 2 {
                    return Err(TreeError::Value("BoolOp with less than 2 values".into()));
                }
                ast::Expr::BoolOp(ast::ExprBoolOp { node_index, range, op, values, runtime_values: None })
            }
            "NamedExpr" => {
                let (target, value) = (self.boxed(tree, "target")?, self.boxed(tree, "value")?);
                if !target.is_name_expr() {
                    return Err(TreeError::Value("NamedExpr target must be a Name".into()));
                }
                ast::Expr::Named(ast::ExprNamed { node_index, range, target, value })
            }
            "BinOp" => {
                let (left, right) = (self.boxed(tree, "left")?, self.boxed(tree, "right")?);
                let op = operator(node(tree, "op")?)?;
                ast::Expr::BinOp(ast::ExprBinOp { node_index, range, left, op, right })
            }
            "UnaryOp" => {
                let op = match node(tree, "op")?.kind {
                    "Invert" => ast::UnaryOp::Invert,
                    "Not" => ast::UnaryOp::Not,
                    "UAdd" => ast::UnaryOp::UAdd,
                    _ => ast::UnaryOp::USub,
                };
                let operand = self.boxed(tree, "operand")?;
                ast::Expr::UnaryOp(ast::ExprUnaryOp { node_index, range, op, operand })
            }
            "Lambda" => {
                let parameters = self.parameters(node(tree, "args")?)?;
                let empty = parameters.is_empty();
                let body = self.boxed(tree, "body")?;
                let parameters = (!empty).then(|| Box::new(parameters));
                ast::Expr::Lambda(ast::ExprLambda { node_index, range, parameters, body })
            }
            "IfExp" => {
                let test = self.boxed(tree, "test")?;
                let (body, orelse) = (self.boxed(tree, "body")?, self.boxed(tree, "orelse")?);
                ast::Expr::If(ast::ExprIf { node_index, range, test, body, orelse })
            }
            "Dict" => self.dict(tree, range)?,
            "Set" => {
                let elts = self.exprs(tree, "elts")?;
                ast::Expr::Set(ast::ExprSet { node_index, range, elts, runtime_elts: None })
            }
            "ListComp" => {
                let (elt, generators) = (self.boxed(tree, "elt")?, self.comprehensions(tree)?);
                ast::Expr::ListComp(ast::ExprListComp { node_index, range, elt, generators })
            }
            "SetComp" => {
                let (elt, generators) = (self.boxed(tree, "elt")?, self.comprehensions(tree)?);
                ast::Expr::SetComp(ast::ExprSetComp { node_index, range, elt, generators })
            }
            "GeneratorExp" => {
                let (elt, generators) = (self.boxed(tree, "elt")?, self.comprehensions(tree)?);
                let parenthesized = true;
                ast::Expr::Generator(ast::ExprGenerator { node_index, range, elt, generators, parenthesized })
            }
            "DictComp" => {
                let (key, value) = (node(tree, "key")?, node(tree, "value")?);
                // The code generator makes a range from one to the other.
                let backwards = self.range(key).start() > self.range(value).end();
                let moved = Tree { position: value.position, ..key.clone() };
                let key = Some(Box::new(self.expr(if backwards { &moved } else { key })?));
                let value = Box::new(self.expr(value)?);
                let generators = self.comprehensions(tree)?;
                ast::Expr::DictComp(ast::ExprDictComp { node_index, range, key, value, generators })
            }
            "Await" => {
                ast::Expr::Await(ast::ExprAwait { node_index, range, value: self.boxed(tree, "value")? })
            }
            "Yield" => {
                ast::Expr::Yield(ast::ExprYield { node_index, range, value: self.optional(tree, "value")? })
            }
            "YieldFrom" => {
                let value = self.boxed(tree, "value")?;
                ast::Expr::YieldFrom(ast::ExprYieldFrom { node_index, range, value })
            }
            "Compare" => self.compare(tree, range)?,
            "Call" => {
                let func = self.boxed(tree, "func")?;
                // The code generator makes ranges from the one's end to the other's.
                let range = TextRange::new(range.start(), range.end().max(func.range().end()));
                let arguments = self.arguments(tree, "args", range)?;
                let range_start = range.start();
                ast::Expr::Call(ast::ExprCall { node_index, range_start, func, arguments })
            }
            "FormattedValue" => self.joined(tree, range, true)?,
            "JoinedStr" => self.joined(tree, range, false)?,
            "Interpolation" => self.template(tree, range, true)?,
            "TemplateStr" => self.template(tree, range, false)?,
            "Constant" => self.constant(tree, range)?,
            "Attribute" => {
                let (value, attr) = (self.boxed(tree, "value")?, self.identifier(tree, "attr")?);
                ast::Expr::Attribute(ast::ExprAttribute {
                    node_index,
                    range,
                    value,
                    attr,
                    ctx: context(tree),
                })
            }
            "Subscript" => {
                let (value, slice) = (self.boxed(tree, "value")?, self.boxed(tree, "slice")?);
                ast::Expr::Subscript(ast::ExprSubscript {
                    node_index,
                    range,
                    value,
                    slice,
                    ctx: context(tree),
                })
            }
            "Starred" => {
                let value = self.boxed(tree, "value")?;
                ast::Expr::Starred(ast::ExprStarred { node_index, range, value, ctx: context(tree) })
            }
            "Name" => {
                let TreeValue::Name(id) = tree.field("id") else { return Err(missing(tree, "id")) };
                if matches!(id.as_str(), "None" | "True" | "False") {
                    let text = format!("identifier field can't represent '{id}' constant");
                    return Err(TreeError::Value(text));
                }
                let id = ast::name::Name::new(id);
                ast::Expr::Name(ast::ExprName { node_index, range, id, ctx: context(tree) })
            }
            "List" => {
                let elts = self.exprs(tree, "elts")?;
                let ctx = context(tree);
                ast::Expr::List(ast::ExprList { node_index, range, elts, ctx, runtime_elts: None })
            }
            "Tuple" => {
                let elts = self.exprs(tree, "elts")?;
                let (ctx, parenthesized, runtime_elts) = (context(tree), true, None);
                ast::Expr::Tuple(ast::ExprTuple { node_index, range, elts, ctx, parenthesized, runtime_elts })
            }
            "Slice" => {
                let (lower, upper) = (self.optional(tree, "lower")?, self.optional(tree, "upper")?);
                let step = self.optional(tree, "step")?;
                ast::Expr::Slice(ast::ExprSlice { node_index, range, lower, upper, step })
            }
            other => return Err(TreeError::Value(format!("expected some sort of expr, but got {other}"))),
        })
    }

    fn dict(&mut self, tree: &Tree, range: TextRange) -> Lowered<ast::Expr> {
        let (TreeValue::List(keys), values) = (tree.field("keys"), nodes(tree, "values")?) else {
            return Err(missing(tree, "keys"));
        };
        if keys.len() != values.len() {
            return Err(TreeError::Value("Dict doesn't have the same number of keys as values".into()));
        }
        let mut items = Vec::with_capacity(keys.len());
        for (key, value) in keys.iter().zip(values) {
            let key = match key {
                TreeValue::Node(key) => Some(self.expr(key)?),
                _ => None,
            };
            items.push(ast::DictItem { key, value: self.expr(value)? });
        }
        Ok(ast::Expr::Dict(ast::ExprDict { node_index: NONE(), range, items, runtime_values: None }))
    }

    fn compare(&mut self, tree: &Tree, range: TextRange) -> Lowered<ast::Expr> {
        let left = self.boxed(tree, "left")?;
        let comparators = self.exprs(tree, "comparators")?;
        let ops: Vec<ast::CmpOp> = nodes(tree, "ops")?
            .into_iter()
            .map(|op| match op.kind {
                "Eq" => ast::CmpOp::Eq,
                "NotEq" => ast::CmpOp::NotEq,
                "Lt" => ast::CmpOp::Lt,
                "LtE" => ast::CmpOp::LtE,
                "Gt" => ast::CmpOp::Gt,
                "GtE" => ast::CmpOp::GtE,
                "Is" => ast::CmpOp::Is,
                "IsNot" => ast::CmpOp::IsNot,
                "In" => ast::CmpOp::In,
                _ => ast::CmpOp::NotIn,
            })
            .collect();
        if ops.is_empty() {
            return Err(TreeError::Value("Compare has no comparators".into()));
        }
        if ops.len() != comparators.len() {
            let text = "Compare has a different number of comparators and operands";
            return Err(TreeError::Value(text.into()));
        }
        Ok(ast::Expr::Compare(ast::ExprCompare {
            node_index: NONE(),
            range,
            left,
            ops: ops.into(),
            comparators: comparators.into(),
            runtime_comparators: None,
        }))
    }

    fn comprehensions(&mut self, tree: &Tree) -> Lowered<Vec<ast::Comprehension>> {
        let clauses = nodes(tree, "generators")?;
        if clauses.is_empty() {
            return Err(TreeError::Value("comprehension with no generators".into()));
        }
        let mut all = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let (target, iter) = (self.expr_field(clause, "target")?, self.expr_field(clause, "iter")?);
            all.push(ast::Comprehension {
                range: TextRange::new(target.range().start(), iter.range().end().max(target.range().start())),
                node_index: NONE(),
                target,
                iter,
                ifs: self.exprs(clause, "ifs")?,
                is_async: matches!(clause.field("is_async"), TreeValue::Int(n) if *n != 0),
                runtime_ifs: None,
                runtime_is_async: None,
            });
        }
        Ok(all)
    }

    /// Arguments of a call, or of a class definition, where `positional` is `bases`.
    pub(crate) fn arguments(
        &mut self,
        tree: &Tree,
        positional: &str,
        range: TextRange,
    ) -> Lowered<ast::Arguments> {
        let args = self.exprs(tree, positional)?;
        let mut keywords = Vec::new();
        for keyword in nodes(tree, "keywords")? {
            keywords.push(ast::Keyword {
                range: self.range(keyword),
                node_index: NONE(),
                arg: self.optional_identifier(keyword, "arg")?,
                value: self.expr_field(keyword, "value")?,
            });
        }
        Ok(ast::Arguments {
            range,
            node_index: NONE(),
            args: args.into(),
            keywords: keywords.into(),
            runtime_args: None,
            runtime_bases: None,
        })
    }

    fn parameter(&mut self, tree: &Tree) -> Lowered<ast::Parameter> {
        Ok(ast::Parameter {
            range: self.range(tree),
            node_index: NONE(),
            name: self.identifier(tree, "arg")?,
            annotation: self.optional(tree, "annotation")?,
            runtime_type_comment: None,
            runtime_type_comment_bytes: None,
        })
    }

    pub(crate) fn parameters(&mut self, tree: &Tree) -> Lowered<ast::Parameters> {
        let (posonly, args) = (nodes(tree, "posonlyargs")?, nodes(tree, "args")?);
        let defaults = nodes(tree, "defaults")?;
        let count = posonly.len() + args.len();
        if defaults.len() > count {
            return Err(TreeError::Value("more positional defaults than args on arguments".into()));
        }
        let mut next = defaults.iter();
        let mut with_default = |this: &mut Self, params: Vec<&Tree>, before: usize| {
            let mut all = Vec::with_capacity(params.len());
            for (at, param) in params.into_iter().enumerate() {
                let parameter = this.parameter(param)?;
                let has = before + at >= count - defaults.len();
                let default = if has { next.next() } else { None };
                let default = default.map(|tree| this.expr(tree).map(Box::new)).transpose()?;
                all.push(ast::ParameterWithDefault {
                    range: parameter.range,
                    node_index: NONE(),
                    parameter,
                    default,
                });
            }
            Ok(all)
        };
        let before = posonly.len();
        let posonlyargs = with_default(self, posonly, 0)?;
        let args = with_default(self, args, before)?;
        let kwonly = nodes(tree, "kwonlyargs")?;
        let TreeValue::List(kw_defaults) = tree.field("kw_defaults") else {
            return Err(missing(tree, "kw_defaults"));
        };
        if kwonly.len() != kw_defaults.len() {
            let text = "length of kwonlyargs is not the same as kw_defaults on arguments";
            return Err(TreeError::Value(text.into()));
        }
        let mut kwonlyargs = Vec::with_capacity(kwonly.len());
        for (param, default) in kwonly.into_iter().zip(kw_defaults) {
            let parameter = self.parameter(param)?;
            let default = match default {
                TreeValue::Node(tree) => Some(Box::new(self.expr(tree)?)),
                _ => None,
            };
            kwonlyargs.push(ast::ParameterWithDefault {
                range: parameter.range,
                node_index: NONE(),
                parameter,
                default,
            });
        }
        let mut star = |field: &str| match tree.field(field) {
            TreeValue::Node(param) => self.parameter(param).map(|param| Some(Box::new(param))),
            _ => Ok(None),
        };
        let (vararg, kwarg) = (star("vararg")?, star("kwarg")?);
        Ok(ast::Parameters {
            range: TextRange::default(),
            node_index: NONE(),
            posonlyargs: posonlyargs.into(),
            args: args.into(),
            vararg,
            kwonlyargs: kwonlyargs.into(),
            kwarg,
            runtime_defaults: None,
        })
    }

    fn interpolated(&mut self, tree: &Tree, range: TextRange) -> Lowered<ast::InterpolatedElement> {
        let conversion = match tree.field("conversion") {
            TreeValue::Int(115) => ast::ConversionFlag::Str,
            TreeValue::Int(114) => ast::ConversionFlag::Repr,
            TreeValue::Int(97) => ast::ConversionFlag::Ascii,
            TreeValue::Int(-1) => ast::ConversionFlag::None,
            other => {
                let text = format!("Unrecognized conversion character {other:?}");
                return Err(TreeError::Value(text));
            }
        };
        let spec = self.optional(tree, "format_spec")?;
        let template = tree.kind == "Interpolation";
        let words = match tree.field("str") {
            TreeValue::Const(constant) if template => Some(self.constant_value(constant)?),
            _ => None,
        };
        let (template_spec, spec) = if template { (spec, None) } else { (None, spec) };
        Ok(ast::InterpolatedElement {
            range,
            node_index: NONE(),
            expression: self.boxed(tree, "value")?,
            debug_text: None,
            conversion,
            format_spec: None,
            runtime_str: words,
            runtime_interpolation_format_spec: template_spec,
            runtime_formatted_value_format_spec: spec,
        })
    }

    fn joined(&mut self, tree: &Tree, range: TextRange, single: bool) -> Lowered<ast::Expr> {
        let (elements, values) = if single {
            let element = self.interpolated(tree, range)?;
            (vec![ast::InterpolatedStringElement::Interpolation(element)], None)
        } else {
            (Vec::new(), Some(self.exprs(tree, "values")?))
        };
        let value = ast::FStringValue::single(ast::FString {
            range,
            node_index: NONE(),
            elements: elements.into(),
            flags: ast::FStringFlags::empty(),
        });
        Ok(ast::Expr::FString(ast::ExprFString {
            node_index: NONE(),
            range,
            value,
            runtime_joined_str: values,
            runtime_values: None,
        }))
    }

    fn template(&mut self, tree: &Tree, range: TextRange, single: bool) -> Lowered<ast::Expr> {
        let (elements, values) = if single {
            let element = self.interpolated(tree, range)?;
            (vec![ast::InterpolatedStringElement::Interpolation(element)], None)
        } else {
            (Vec::new(), Some(self.exprs(tree, "values")?))
        };
        let value = ast::TStringValue::single(ast::TString {
            range,
            node_index: NONE(),
            elements: elements.into(),
            flags: ast::TStringFlags::empty(),
        });
        Ok(ast::Expr::TString(ast::ExprTString {
            node_index: NONE(),
            range,
            value,
            runtime_template_str: values,
            runtime_values: None,
        }))
    }

    fn constant_value(&mut self, constant: &Const) -> Lowered<ast::ConstantValue> {
        let mut all = |constants: &[Const]| -> Lowered<Vec<_>> {
            constants.iter().map(|one| self.constant_value(one)).collect()
        };
        Ok(match constant {
            Const::None => ast::ConstantValue::None,
            Const::Bool(value) => ast::ConstantValue::Boolean(*value),
            Const::Ellipsis => ast::ConstantValue::Ellipsis,
            Const::Int(value) => ast::ConstantValue::Integer(value.to_string().into()),
            Const::BigInt { negative, digits } => {
                ast::ConstantValue::Integer(crate::code::decimal(*negative, digits).into())
            }
            Const::Float(value) => ast::ConstantValue::Float(*value),
            Const::Complex { real, imag } => ast::ConstantValue::Complex { real: *real, imag: *imag },
            Const::Str(text) => {
                let text = text.to_str().map(str::to_owned).unwrap_or_else(|| self.stand_in(text));
                ast::ConstantValue::Str(text.into())
            }
            Const::Bytes(bytes) => ast::ConstantValue::Bytes(bytes.clone().into()),
            Const::Tuple(elements) => ast::ConstantValue::Tuple(all(elements)?),
            Const::FrozenSet(elements) => ast::ConstantValue::Frozenset(all(elements)?),
            Const::Slice(_) | Const::Code(_) => {
                return Err(TreeError::Value("got an invalid type in Constant".into()));
            }
        })
    }

    /// A constant: as the literal a parser would have found, where there is one.
    fn constant(&mut self, tree: &Tree, range: TextRange) -> Lowered<ast::Expr> {
        let TreeValue::Const(constant) = tree.field("value") else { return Err(missing(tree, "value")) };
        let node_index = NONE();
        let number =
            |value| ast::Expr::NumberLiteral(ast::ExprNumberLiteral { node_index: NONE(), range, value });
        let plain = |x: f64| x.is_sign_positive() && !x.is_nan();
        Ok(match constant {
            Const::None => ast::Expr::NoneLiteral(ast::ExprNoneLiteral { node_index, range }),
            Const::Ellipsis => ast::Expr::EllipsisLiteral(ast::ExprEllipsisLiteral { node_index, range }),
            Const::Bool(value) => {
                ast::Expr::BooleanLiteral(ast::ExprBooleanLiteral { node_index, range, value: *value })
            }
            Const::Int(value) if *value >= 0 => number(ast::Number::Int((*value as u64).into())),
            Const::BigInt { negative: false, digits } => {
                let int = crate::code::decimal(false, digits).parse();
                number(ast::Number::Int(int.unwrap_or(ast::Int::ZERO)))
            }
            Const::Float(value) if plain(*value) => number(ast::Number::Float(*value)),
            Const::Complex { real, imag } if plain(*real) && plain(*imag) => {
                number(ast::Number::Complex { real: *real, imag: *imag })
            }
            Const::Str(text) if text.to_str().is_some_and(|text| !text.contains('\u{fffd}')) => {
                let prefix = match tree.field("kind") {
                    TreeValue::Name(_) => ast::str_prefix::StringLiteralPrefix::Unicode,
                    _ => ast::str_prefix::StringLiteralPrefix::Empty,
                };
                let value = ast::StringLiteralValue::single(ast::StringLiteral {
                    range,
                    node_index: NONE(),
                    value: text.to_str().unwrap_or_default().into(),
                    flags: ast::StringLiteralFlags::empty().with_prefix(prefix),
                });
                ast::Expr::StringLiteral(ast::ExprStringLiteral { node_index, range, value })
            }
            Const::Bytes(bytes) => {
                let value = ast::BytesLiteralValue::single(ast::BytesLiteral {
                    range,
                    node_index: NONE(),
                    value: bytes.clone().into(),
                    flags: ast::BytesLiteralFlags::empty(),
                });
                ast::Expr::BytesLiteral(ast::ExprBytesLiteral { node_index, range, value })
            }
            other => {
                let value = self.constant_value(other)?;
                let (kind, invalid_type) = (None, None);
                ast::Expr::Constant(ast::ExprConstant { node_index, range, value, kind, invalid_type })
            }
        })
    }
}

fn context(tree: &Tree) -> ast::ExprContext {
    match tree.field("ctx") {
        TreeValue::Node(node) if node.kind == "Store" => ast::ExprContext::Store,
        TreeValue::Node(node) if node.kind == "Del" => ast::ExprContext::Del,
        _ => ast::ExprContext::Load,
    }
}

pub(crate) fn operator(tree: &Tree) -> Lowered<ast::Operator> {
    Ok(match tree.kind {
        "Add" => ast::Operator::Add,
        "Sub" => ast::Operator::Sub,
        "Mult" => ast::Operator::Mult,
        "MatMult" => ast::Operator::MatMult,
        "Div" => ast::Operator::Div,
        "Mod" => ast::Operator::Mod,
        "Pow" => ast::Operator::Pow,
        "LShift" => ast::Operator::LShift,
        "RShift" => ast::Operator::RShift,
        "BitOr" => ast::Operator::BitOr,
        "BitXor" => ast::Operator::BitXor,
        "BitAnd" => ast::Operator::BitAnd,
        "FloorDiv" => ast::Operator::FloorDiv,
        other => return Err(TreeError::Value(format!("expected some sort of operator, but got {other}"))),
    })
}
