//! Exceptions as text: the traceback with source lines and carets, causes and contexts, groups, notes, syntax errors.
//!
//! The form is that of CPython 3.14's `traceback` module without colours, which this needs nothing of. Errors on the
//! way are dropped: what cannot be shown is named in its place.

use crate::error::exc;
use crate::interpreter::Interpreter;
use crate::object::{AsObj, Obj, Object, Ref, ToRef};
use crate::sym;
use crate::types::bytes::Bytes;
use crate::types::exception::BaseException;
use crate::types::exceptions_syntax::SyntaxError;
use crate::types::group::as_group;
use crate::types::int::Int;
use crate::types::str_::Str;
use crate::types::traceback::Traceback;
use crate::types::traceback_anchors::{anchors, call_of_name, is_name};
use crate::types::traceback_lines::{Lines, quiet, text_of};
use crate::types::traceback_suggest::hint;
use std::collections::HashSet;

const MAX_GROUP_WIDTH: usize = 15;
const MAX_GROUP_DEPTH: usize = 10;
/// How often the same line is shown before repetitions are counted.
const REPEATED: usize = 3;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// The exception with everything that belongs to it, ending in a newline.
pub fn format_exception(e: &BaseException) -> String {
    let mut printer = Printer {
        lines: Lines::default(),
        nodes: Vec::new(),
        depth: 0,
        need_close: false,
        out: String::new(),
    };
    printer.collect(e.to_ref());
    printer.print(0);
    printer.out
}

/// The last lines only: type, message, notes (`traceback.format_exception_only`).
pub fn format_exception_only(e: &BaseException) -> String {
    only(e)
}

/// The frames of a traceback, without a heading and without carets.
pub fn format_traceback_plain(tb: &Traceback) -> String {
    let mut lines = Lines::default();
    lines.plain = true;
    stack_text(Some(tb.to_ref()), &mut lines)
}

/// An exception with those it is linked to, as indices.
struct Node {
    exception: Ref<BaseException>,
    cause: Option<usize>,
    context: Option<usize>,
    members: Option<Vec<usize>>,
}

struct Printer {
    lines: Lines,
    nodes: Vec<Node>,
    depth: usize,
    need_close: bool,
    out: String,
}

/// Puts `prefix` before every line.
fn indent(text: &str, prefix: &str) -> String {
    let mut out = String::with_capacity(text.len() + prefix.len() * 4);
    for line in text.split_inclusive('\n') {
        out.push_str(prefix);
        out.push_str(line);
    }
    out
}

impl Printer {
    fn add(&mut self, e: Ref<BaseException>, seen: &mut HashSet<usize>) -> usize {
        seen.insert(e.as_raw() as usize);
        self.nodes.push(Node { exception: e, cause: None, context: None, members: None });
        self.nodes.len() - 1
    }

    /// Finds the linked exceptions; each is shown once, so that cycles end.
    fn collect(&mut self, e: Ref<BaseException>) {
        let mut seen = HashSet::new();
        let first = self.add(e, &mut seen);
        let mut queue = vec![first];
        while let Some(i) = queue.pop() {
            let e = self.nodes[i].exception.clone();
            let unseen =
                |e: &Ref<BaseException>, seen: &HashSet<usize>| !seen.contains(&(e.as_raw() as usize));
            let cause = e.cause().filter(|c| unseen(c, &seen)).map(|c| self.add(c, &mut seen));
            let wanted = cause.is_none() && !e.suppress_context();
            let context = e.context().filter(|c| wanted && unseen(c, &seen)).map(|c| self.add(c, &mut seen));
            let members = as_group(&e).map(|g| {
                let all = g.exceptions();
                let all = all.items().iter().filter_map(|m| m.downcast::<BaseException>());
                all.map(|m| self.add(m.to_ref(), &mut seen)).collect::<Vec<_>>()
            });
            queue.extend(cause);
            queue.extend(context);
            queue.extend(members.iter().flatten());
            let node = &mut self.nodes[i];
            (node.cause, node.context, node.members) = (cause, context, members);
        }
    }

    fn margin(&self) -> String {
        " ".repeat(2 * self.depth)
    }

    fn emit(&mut self, text: &str, margin: char) {
        if self.depth == 0 {
            self.out.push_str(text);
            return;
        }
        let prefix = format!("{}{margin} ", self.margin());
        self.out.push_str(&indent(text, &prefix));
    }

    /// Prints a chain, the first cause first.
    fn print(&mut self, index: usize) {
        let mut chain = Vec::new();
        let mut next = Some(index);
        while let Some(i) = next {
            let node = &self.nodes[i];
            let (message, linked) = if node.cause.is_some() {
                (Some(CAUSE), node.cause)
            } else if node.context.is_some() && !node.exception.suppress_context() {
                (Some(CONTEXT), node.context)
            } else {
                (None, None)
            };
            chain.push((message, i));
            next = linked;
        }
        for (message, i) in chain.into_iter().rev() {
            if let Some(m) = message {
                self.emit(m, '|');
            }
            self.print_one(i);
        }
    }

    fn print_one(&mut self, i: usize) {
        let e = self.nodes[i].exception.clone();
        let stack = stack_text(e.traceback(), &mut self.lines);
        let Some(members) = self.nodes[i].members.clone() else {
            if !stack.is_empty() {
                self.emit("Traceback (most recent call last):\n", '|');
                self.emit(&stack, '|');
            }
            self.emit(&only(&e), '|');
            return;
        };
        if self.depth > MAX_GROUP_DEPTH {
            self.emit(&format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"), '|');
            return;
        }
        let top = self.depth == 0;
        if top {
            self.depth = 1;
        }
        if !stack.is_empty() {
            self.emit("Exception Group Traceback (most recent call last):\n", if top { '+' } else { '|' });
            self.emit(&stack, '|');
        }
        self.emit(&only(&e), '|');
        self.print_members(&members);
        if top {
            self.depth = 0;
        }
    }

    fn print_members(&mut self, members: &[usize]) {
        let n = members.len().min(MAX_GROUP_WIDTH + 1);
        self.need_close = false;
        for i in 0..n {
            let last = i + 1 == n;
            if last {
                self.need_close = true;
            }
            let cut = i >= MAX_GROUP_WIDTH;
            let title = if cut { "...".to_owned() } else { (i + 1).to_string() };
            let corner = if i == 0 { "+-" } else { "  " };
            let line = format!("{}{corner}+---------------- {title} ----------------\n", self.margin());
            self.out.push_str(&line);
            self.depth += 1;
            if cut {
                let more = members.len() - MAX_GROUP_WIDTH;
                self.emit(&format!("and {more} more exception{}\n", if more > 1 { "s" } else { "" }), '|');
            } else {
                self.print(members[i]);
            }
            if last && self.need_close {
                let line = format!("{}+------------------------------------\n", self.margin());
                self.out.push_str(&line);
                self.need_close = false;
            }
            self.depth -= 1;
        }
    }
}

// ---- the last lines ----

/// `str(o)`, or what is shown in its place.
fn safe_str(o: &Obj, what: &str) -> String {
    match quiet(o.str_()) {
        Some(s) => text_of(&s),
        None => format!("<{what} str() failed>"),
    }
}

/// The type's name with its module, which `builtins` and `__main__` are not shown as.
fn type_text(e: &BaseException) -> String {
    let ty = e.ob_type();
    let name = match quiet(ty.qualname()) {
        Some(q) => text_of(&q),
        None => ty.short_name().to_owned(),
    };
    match quiet(ty.module_name()) {
        Some(m) => match m.downcast::<Str>() {
            Some(m) if m.equals_str("builtins") || m.equals_str("__main__") => name,
            Some(m) => format!("{}.{name}", text_of(m)),
            None => format!("<unknown>.{name}"),
        },
        None => name,
    }
}

fn only(e: &BaseException) -> String {
    let shown = type_text(e);
    let mut out = match e.downcast::<SyntaxError>() {
        Some(s) => syntax_text(s, &shown),
        None => {
            let message = safe_str(e, "exception") + &hint(e);
            if message.is_empty() { format!("{shown}\n") } else { format!("{shown}: {message}\n") }
        }
    };
    push_notes(&mut out, e);
    out
}

fn push_notes(out: &mut String, e: &BaseException) {
    let notes = match e.get_attr_opt(sym!(__notes__)) {
        Ok(Some(n)) if !n.is_none() => n,
        Ok(_) => return,
        Err(again) => {
            let again = again.take();
            let shown = quiet(again.repr()).map(|r| text_of(&r)).unwrap_or_default();
            out.push_str(&format!("Ignored error getting __notes__: {shown}\n"));
            return;
        }
    };
    let listed = notes.is_a::<crate::types::list::List>() || notes.is_a::<crate::types::tuple::Tuple>();
    let other = !notes.is_a::<Str>()
        && !notes.is_a::<Bytes>()
        // SAFETY: a suite of the object's type.
        && unsafe { notes.ob_type().raw().tp_as_sequence.as_ref() }.is_some_and(|s| s.sq_item.is_some())
        && notes.ob_type().has_flag(abi::Py_TPFLAGS_SEQUENCE);
    if (listed || other)
        && let Some(all) = quiet(notes.collect_items())
    {
        for note in all {
            for line in safe_str(&note, "note").split('\n') {
                out.push_str(line);
                out.push('\n');
            }
        }
        return;
    }
    match quiet(notes.repr()) {
        Some(r) => out.push_str(&text_of(&r)),
        None => out.push_str("<__notes__ repr() failed>"),
    }
    out.push('\n');
}

fn number(o: &Obj) -> Option<i64> {
    Int::of(o).and_then(Int::to_i64)
}

fn syntax_text(e: &SyntaxError, shown: &str) -> String {
    let p = e.parts();
    let mut out = String::new();
    let mut suffix = String::new();
    let file = if p.filename.is_none() { None } else { Some(safe_str(&p.filename, "filename")) };
    if !p.lineno.is_none() {
        let file = file.filter(|f| !f.is_empty()).unwrap_or_else(|| "<string>".to_owned());
        out.push_str(&format!("  File \"{file}\", line {}\n", safe_str(&p.lineno, "line")));
    } else if let Some(f) = file {
        suffix = format!(" ({f})");
    }
    if let Some(text) = p.text.downcast::<Str>() {
        push_marked_line(&mut out, &text_of(text), &p);
    }
    let msg = if p.msg.is_none() { String::new() } else { safe_str(&p.msg, "message") };
    let msg = if msg.is_empty() { "<no detail available>".to_owned() } else { msg };
    out.push_str(&format!("{shown}: {msg}{suffix}\n"));
    out
}

/// The line of a syntax error with carets under the place.
fn push_marked_line(out: &mut String, text: &str, p: &crate::types::exceptions_syntax::SyntaxParts) {
    let whole = text.trim_end_matches('\n');
    let shown = whole.trim_start_matches([' ', '\n', '\x0c']);
    let whole_len = whole.chars().count() as i64;
    let spaces = whole_len - shown.chars().count() as i64;
    out.push_str(&format!("    {shown}\n"));
    let Some(mut offset) = number(&p.offset) else { return };
    let text_len = text.chars().count() as i64;
    let same_line = match (number(&p.lineno), number(&p.end_lineno)) {
        (Some(a), Some(b)) => a == b,
        _ => p.lineno.is_none() && p.end_lineno.is_none(),
    };
    let mut end =
        if same_line { number(&p.end_offset).filter(|n| *n != 0).unwrap_or(offset) } else { whole_len + 1 };
    if text_len > 0 && offset > text_len {
        offset = whole_len + 1;
    }
    if text_len > 0 && end > text_len {
        end = whole_len + 1;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (column, end_column) = (offset - 1 - spaces, end - 1 - spaces);
    if column < 0 {
        return;
    }
    out.push_str("    ");
    let mut space: String =
        shown.chars().take(column as usize).map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
    if (space.chars().count() as i64) < column && shown.is_empty() {
        space.clear();
    }
    out.push_str(&space);
    out.push_str(&"^".repeat((end_column - column).max(0) as usize));
    out.push('\n');
}

// ---- frames ----

/// One line of a stack.
struct Shown {
    file: String,
    line: Option<i32>,
    name: String,
}

/// `sys.tracebacklimit`, if set.
fn limit() -> Option<usize> {
    let sys = Interpreter::current().sysdict.get()?;
    let limit = sys.get_str(sym!(tracebacklimit))?;
    if limit.downcast::<Int>().is_some_and(Int::is_negative) {
        return Some(0);
    }
    Some(number(limit)?.max(0) as usize)
}

fn stack_text(tb: Option<Ref<Traceback>>, lines: &mut Lines) -> String {
    let mut entries = Vec::new();
    let mut next = tb;
    while let Some(t) = next {
        next = t.next();
        entries.push(t);
    }
    if let Some(n) = limit() {
        entries.drain(..entries.len().saturating_sub(n));
    }
    let mut out = String::new();
    let mut last: Option<Shown> = None;
    let mut count = 0;
    let repeated = |out: &mut String, count: usize| {
        if count > REPEATED {
            let n = count - REPEATED;
            out.push_str(&format!(
                "  [Previous line repeated {n} more time{}]\n",
                if n > 1 { "s" } else { "" }
            ));
        }
    };
    for t in entries {
        let code = t.frame().code();
        let now = Shown { file: text_of(code.filename()), line: t.line(), name: text_of(code.name()) };
        let same = last.as_ref().is_some_and(|l| {
            l.file == now.file && l.line.is_some() && l.line == now.line && l.name == now.name
        });
        if !same {
            repeated(&mut out, count);
            count = 0;
        }
        count += 1;
        if count <= REPEATED {
            push_frame(&mut out, &t, &now, lines);
        }
        last = Some(now);
    }
    repeated(&mut out, count);
    out
}

fn push_frame(out: &mut String, t: &Traceback, shown: &Shown, lines: &mut Lines) {
    let code = t.frame().code();
    let position = if t.lasti() < 0 { Default::default() } else { code.positions_of(t.lasti()) };
    let line = position.line.or(shown.line);
    let file =
        if shown.file.starts_with("<stdin-") && shown.file.ends_with('>') { "<stdin>" } else { &shown.file };
    let number = line.map_or("None".to_owned(), |n| n.to_string());
    out.push_str(&format!("  File \"{file}\", line {number}, in {}\n", shown.name));
    let Some(first) = line else { return };
    let last = position.end_line.unwrap_or(first).max(first);
    let globals: Option<Object> = quiet(t.frame().as_obj().get_attr(sym!(f_globals)));
    let all: Vec<String> =
        (first..=last).map(|n| lines.get(&shown.file, n, globals.as_deref(), Some(code.as_obj()))).collect();
    if all.iter().all(|l| l.trim().is_empty()) {
        return;
    }
    match (position.column, position.end_column) {
        (Some(start), Some(end)) if !lines.plain => out.push_str(&marked(&all, start as usize, end as usize)),
        _ => out.push_str(&format!("    {}\n", all[0].trim())),
    }
}

/// Lines without the white space that all of them begin with; blank ones become empty.
fn dedent(lines: &[String]) -> Vec<String> {
    let full: Vec<&String> = lines.iter().filter(|l| !l.trim().is_empty()).collect();
    let Some(first) = full.first() else { return lines.iter().map(|_| String::new()).collect() };
    let mut margin = first.chars().take_while(|c| matches!(c, ' ' | '\t')).count();
    for l in &full {
        let common = first.chars().zip(l.chars()).take(margin).take_while(|(a, b)| a == b).count();
        margin = margin.min(common);
    }
    lines
        .iter()
        .map(|l| if l.trim().is_empty() { String::new() } else { l.chars().skip(margin).collect() })
        .collect()
}

/// Characters in the first `bytes` bytes of a line.
fn characters(line: &str, bytes: usize) -> usize {
    let mut end = bytes.min(line.len());
    let mut extra = 0;
    while !line.is_char_boundary(end) {
        end -= 1;
        extra = 1;
    }
    line[..end].chars().count() + extra
}

/// Columns that the first `n` characters take on a terminal.
fn width(line: &[char], n: usize) -> usize {
    if line.iter().all(char::is_ascii) {
        return n;
    }
    let wide = |c: &char| matches!(dovetail_text::props::east_asian_width(*c as u32), "W" | "F");
    line.iter().take(n).map(|c| if wide(c) { 2 } else { 1 }).sum()
}

/// The source lines of an instruction, with carets under its part where that says more than the line does.
fn marked(original: &[String], start: usize, end: usize) -> String {
    let lines: Vec<Vec<char>> = dedent(original).iter().map(|l| l.chars().collect()).collect();
    let n = lines.len();
    let cut = original[0].chars().count() - lines[0].len();
    let start = characters(&original[0], start).saturating_sub(cut);
    let end = characters(&original[n - 1], end).saturating_sub(cut);
    let joined: Vec<char> = {
        let mut all = Vec::new();
        for (i, l) in lines.iter().enumerate() {
            if i > 0 {
                all.push('\n');
            }
            all.extend_from_slice(l);
        }
        all
    };
    let stop = (joined.len() + end).saturating_sub(lines[n - 1].len()).min(joined.len());
    let segment: String = joined.get(start.min(stop)..stop).unwrap_or(&[]).iter().collect();
    let stressed = anchors(&segment);
    let prefix: String = lines[0].iter().take(start).collect();
    let suffix: String = lines[n - 1].iter().skip(end).collect();
    let carets = !is_plain_call(&prefix, &segment, &suffix)
        && (stressed.is_some() || !prefix.trim_start().is_empty() || !suffix.trim_end().is_empty());
    // The anchors as (line, column on the terminal).
    let place = |offset: usize| -> (usize, usize) {
        let (mut line, mut column) = (0, 0);
        for c in segment.chars().take(offset) {
            if c == '\n' {
                line += 1;
                column = 0;
            } else {
                column += 1;
            }
        }
        if line == 0 {
            column += start;
        }
        (line, width(&lines[line.min(n - 1)], column))
    };
    let stressed = stressed.map(|a| (place(a.left), place(a.right)));
    let mut wanted: Vec<usize> = vec![0, n - 1];
    if let Some((left, right)) = stressed {
        for l in [left.0, right.0] {
            wanted.extend((l.saturating_sub(1)..=l + 1).filter(|l| *l < n));
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    let (first_column, last_column) = (width(&lines[0], start), width(&lines[n - 1], end));
    let mut result: Vec<String> = Vec::new();
    let show = |result: &mut Vec<String>, l: usize| {
        let line = &lines[l];
        result.push(line.iter().collect());
        if !carets {
            return;
        }
        let blank = line.iter().take_while(|c| c.is_whitespace()).count();
        let count = if l == n - 1 { last_column } else { width(line, line.len()) };
        let mut marks = String::new();
        for column in 0..count {
            marks.push(if column < blank || (l == 0 && column < first_column) {
                ' '
            } else {
                match stressed {
                    None => '^',
                    Some((left, right)) => {
                        let here = (l, column);
                        if here >= left && here < right { '^' } else { '~' }
                    }
                }
            });
        }
        result.push(marks);
    };
    for (i, l) in wanted.iter().enumerate() {
        if i > 0 {
            match l - wanted[i - 1] {
                2 => show(&mut result, l - 1),
                gap if gap > 2 => result.push(format!("...<{} lines>...", gap - 1)),
                _ => {}
            }
        }
        show(&mut result, *l);
    }
    let mut out = String::new();
    for l in dedent(&result) {
        out.push_str("    ");
        out.push_str(&l);
        out.push('\n');
    }
    out
}

/// `return f(...)` and `x = f(...)` where the call is what failed: carets would mark all there is.
fn is_plain_call(prefix: &str, segment: &str, suffix: &str) -> bool {
    let Some(named) = call_of_name(segment) else { return false };
    let mut before = prefix.trim();
    let mut after = suffix.trim();
    while let Some(b) = before.strip_suffix('(') {
        let Some(a) = after.strip_prefix(')') else { return false };
        (before, after) = (b.trim_end(), a.trim_start());
    }
    if !after.is_empty() && !after.starts_with(['#', ';']) {
        return false;
    }
    if before == "return" {
        return named;
    }
    match before.strip_suffix('=') {
        Some(target) => is_name(target.trim_end()),
        None => false,
    }
}

/// Is the exception one that ends the program silently?
pub fn is_system_exit(e: &BaseException) -> bool {
    e.ob_type().is_subtype(exc::SystemExit())
}
