//! What is printed and written of a run: a table by module, and the tests that were lost.

use std::fmt::Write;

use super::expected::Expected;
use super::process::Outcome;
use super::suite::{Module, Suite};
use crate::{Done, Stop};

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #ddd;\
vertical-align:top}td.n,th.n{text-align:right}td.d{font:13px ui-monospace,monospace;overflow-wrap:anywhere}";

impl Module {
    /// The tests that count: those the reference passes; without a reference, those that were not skipped.
    fn counted(&self) -> Vec<&str> {
        match &self.theirs {
            Some(theirs) => names(theirs.tests.iter().filter(|(_, t)| t.0 == Outcome::Passed)),
            None => names(self.ours.tests.iter().filter(|(_, t)| t.0 != Outcome::Skipped)),
        }
    }

    /// Of those, the ones that do not pass here: name, what became of it (`None`: it was not run), why.
    pub fn losses(&self) -> impl Iterator<Item = (&str, Option<Outcome>, &str)> {
        self.counted().into_iter().filter_map(|name| match self.ours.tests.get(name) {
            Some((Outcome::Passed, _)) => None,
            Some((outcome, why)) => Some((name, Some(*outcome), why.as_str())),
            None => {
                let trouble = self.ours.troubles.iter().find(|trouble| applies(trouble, name));
                let why = trouble.or(self.ours.troubles.first()).map_or("", String::as_str);
                Some((name, None, why))
            }
        })
    }

    fn passed(&self) -> (usize, usize) {
        let all = self.counted().len();
        (all - self.losses().count(), all)
    }
}

fn names<'a>(tests: impl Iterator<Item = (&'a String, &'a (Outcome, String))>) -> Vec<&'a str> {
    tests.map(|(name, _)| name.as_str()).collect()
}

/// Whether a class's trouble, `setUpClass (test.test_x.Class): why`, is that of this test.
fn applies(trouble: &str, name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(class, _)| trouble.contains(&format!("{class})")))
}

fn percent((passed, all): (usize, usize)) -> String {
    if all == 0 { "-".into() } else { format!("{:.1} %", 100.0 * passed as f64 / all as f64) }
}

/// One line for a module.
pub fn line(module: &Module) -> String {
    let (passed, all) = module.passed();
    let mut text = format!("{:<28} {passed:>5} of {all:>5}  {:>7}", module.name, percent((passed, all)));
    for outcome in [Outcome::Crashed, Outcome::TimedOut] {
        let count = module.ours.count(outcome);
        if count > 0 {
            let _ = write!(text, "  {count} {}", outcome.word());
        }
    }
    if let Some(trouble) = module.ours.troubles.first() {
        let trouble: String = trouble.lines().next_back().unwrap_or_default().chars().take(150).collect();
        let _ = write!(text, "  ({trouble})");
    }
    text
}

/// The results of all modules.
pub struct Report<'a> {
    suite: &'a dyn Suite,
    modules: &'a [Module],
    /// `module/test` that is not listed and does not pass.
    new: Vec<String>,
    /// `module/test` that is listed and passes.
    cured: Vec<String>,
}

impl<'a> Report<'a> {
    /// Holds the results against the list.
    pub fn new(suite: &'a dyn Suite, modules: &'a [Module], expected: &Expected) -> Self {
        let (mut new, mut cured) = (Vec::new(), Vec::new());
        for module in modules {
            let listed = |name: &str| expected.names(&module.name, name);
            new.extend(
                module
                    .losses()
                    .filter(|loss| !listed(loss.0))
                    .map(|loss| format!("{}/{}", module.name, loss.0)),
            );
            let passes = |name: &&str| module.ours.tests.get(*name).is_some_and(|t| t.0 == Outcome::Passed);
            cured.extend(
                expected.of(&module.name).filter(passes).map(|name| format!("{}/{name}", module.name)),
            );
        }
        Report { suite, modules, new, cured }
    }

    fn total(&self) -> (usize, usize) {
        self.modules.iter().map(Module::passed).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    /// To standard output; the lines of single modules are printed as they end.
    pub fn print(&self, failures: bool) {
        if failures {
            for module in self.modules {
                for (name, outcome, why) in module.losses() {
                    let why: String = why.replace('\n', " | ").chars().take(400).collect();
                    println!("{}/{name} {}: {why}", module.name, word(outcome));
                }
            }
        }
        for (what, list) in [("not listed", &self.new), ("listed but passes", &self.cured)] {
            for name in list.iter().take(if failures { 0 } else { 20 }) {
                println!("{what}: {name}");
            }
        }
        let (passed, all) = self.total();
        println!("total: {passed} of {all} ({})", percent((passed, all)));
        println!("{} passed, {} failed", passed, self.new.len() + self.cured.len());
    }

    /// The table as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!(
            "# {}\n\nMade by `cargo xtask compat {}`. Of the tests that pass on the reference, how many pass \
             here.\n\n| module | passed | of | | failed | error | skipped | crashed | timed \
             out |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
            self.suite.title(),
            self.suite.key()
        );
        for module in self.modules {
            let (passed, all) = module.passed();
            let _ = write!(text, "| {} | {passed} | {all} | {} |", module.name, percent((passed, all)));
            for outcome in OTHERS {
                let _ = write!(text, " {} |", module.ours.count(outcome));
            }
            text.push('\n');
        }
        let (passed, all) = self.total();
        let _ = writeln!(text, "| all | {passed} | {all} | {} | | | | | |", percent((passed, all)));
        text
    }

    /// The table and the losses as a page.
    pub fn html(&self) -> String {
        let mut text = format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>\
             <style>{STYLE}</style><h1>{title}</h1><table><tr><th>Module<th class=n>passed\
             <th class=n>of<th class=n>share",
            title = self.suite.title()
        );
        for outcome in OTHERS {
            let _ = write!(text, "<th class=n>{}", outcome.word());
        }
        text.push_str("<th class=n>s</tr>\n");
        for module in self.modules {
            let (passed, all) = module.passed();
            let _ = write!(
                text,
                "<tr><td><a href='#{0}'>{0}</a><td class=n>{passed}<td class=n>{all}<td class=n>{1}",
                module.name,
                percent((passed, all))
            );
            for outcome in OTHERS {
                let _ = write!(text, "<td class=n>{}", module.ours.count(outcome));
            }
            let _ = writeln!(text, "<td class=n>{:.0}</tr>", module.ours.seconds);
        }
        let (passed, all) = self.total();
        let _ = writeln!(
            text,
            "<tr><th>all<th class=n>{passed}<th class=n>{all}<th class=n>{}</tr></table>",
            percent((passed, all))
        );
        for module in self.modules {
            let _ = writeln!(text, "<h2 id='{0}'>{0}</h2><table>", module.name);
            for (name, outcome, why) in module.losses() {
                let _ = writeln!(
                    text,
                    "<tr><td>{}<td>{}<td class=d>{}</tr>",
                    escape(name),
                    word(outcome),
                    escape(why)
                );
            }
            text.push_str("</table>\n");
        }
        text + "</html>\n"
    }

    /// An error when the results are not those of the list, or below the suite's bar.
    pub fn judge(&self) -> Done {
        if let Some(bar) = self.suite.bar() {
            let count = |outcome| self.modules.iter().map(|module| module.ours.count(outcome)).sum::<usize>();
            let (passed, all) = self.total();
            if count(Outcome::Crashed) + count(Outcome::TimedOut) > 0 {
                return Err(Stop::Failed("tests crashed or did not end".into()));
            }
            if (passed as f64) < bar * all as f64 {
                return Err(Stop::Failed(format!("less than {:.0} percent pass", bar * 100.0)));
            }
        }
        match (self.new.len(), self.cured.len()) {
            (0, 0) => Ok(()),
            (new, cured) => Err(Stop::Failed(format!(
                "{new} losses are not in the list of expected failures, {cured} entries of it pass"
            ))),
        }
    }
}

const OTHERS: [Outcome; 5] =
    [Outcome::Failed, Outcome::Error, Outcome::Skipped, Outcome::Crashed, Outcome::TimedOut];

fn word(outcome: Option<Outcome>) -> &'static str {
    outcome.map_or("not run", Outcome::word)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
