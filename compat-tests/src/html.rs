//! The summary page: per suite passed, failed and crashed beside CPython's figures, then each test.

use std::fmt::Write;
use std::path::Path;

use crate::outcome::{Outcome, Status, Suite};
use crate::report::Report;

const STYLE: &str = "\
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222}\
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}\
th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\
td.d{font:13px ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}\
.ok{color:#176b2c}.bad{color:#a61b1b;font-weight:600}.known{color:#7a5c00}";

/// Writes the page.
pub fn write(report: &Report, path: &Path) -> Result<(), String> {
    std::fs::write(path, page(report)).map_err(|error| format!("{}: {error}", path.display()))
}

fn page(report: &Report) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "<!doctype html><html lang=en><meta charset=utf-8><title>Compatibility of {0}</title>\
         <style>{STYLE}</style><h1>Compatibility of {0}</h1><table><tr><th>Suite<th class=n>passed\
         <th class=n>failed<th class=n>crashed<th class=n>timed out<th class=n>failed as expected\
         <th class=n>CPython passed<th class=n>CPython failed</tr>",
        escape(&report.runtime)
    );
    for suite in &report.suites {
        summary_row(&mut text, suite);
    }
    text += "</table>\n";
    for suite in &report.suites {
        let _ = writeln!(
            text,
            "<h2>{}</h2><table><tr><th>Test<th>Group<th>Result<th class=n>s<th>What</tr>",
            escape(&suite.name)
        );
        for outcome in &suite.outcomes {
            test_row(&mut text, outcome);
        }
        text += "</table>\n";
    }
    text + "</html>\n"
}

fn summary_row(text: &mut String, suite: &Suite) {
    let failed = suite.count(Status::Failed) + suite.count(Status::UnexpectedPass);
    let _ = writeln!(
        text,
        "<tr><td>{}<td class=n>{}<td class=n>{failed}<td class=n>{}<td class=n>{}<td class=n>{}<td class=n>{}<td class=n>{}</tr>",
        escape(&suite.name),
        suite.count(Status::Passed),
        suite.count(Status::Crashed),
        suite.count(Status::TimedOut),
        suite.count(Status::ExpectedFailure),
        suite.cpython_passed,
        suite.cpython_failed,
    );
    for (group, passed, total) in suite.groups() {
        let _ = writeln!(
            text,
            "<tr><td>&emsp;{}<td class=n>{passed}<td colspan=6>of {total}</tr>",
            escape(&group)
        );
    }
}

fn test_row(text: &mut String, outcome: &Outcome) {
    let class = match outcome.status {
        Status::Passed => "ok",
        Status::ExpectedFailure | Status::Skipped => "known",
        _ => "bad",
    };
    let _ = writeln!(
        text,
        "<tr><td>{}<td>{}<td class={class}>{}<td class=n>{:.2}<td class=d>{}</tr>",
        escape(&outcome.name),
        escape(&outcome.group),
        outcome.status.word(),
        outcome.seconds,
        escape(&outcome.detail),
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_figures_and_escapes() {
        let outcome = Outcome {
            name: "a".into(),
            group: "core".into(),
            status: Status::Crashed,
            detail: "<x>".into(),
            seconds: 1.0,
        };
        let suite =
            Suite { name: "programs".into(), outcomes: vec![outcome], cpython_passed: 1, cpython_failed: 0 };
        let page = page(&Report::new("dovetail".into(), vec![suite]));
        assert!(page.contains("&lt;x&gt;") && page.contains("CRASHED"), "{page}");
        assert!(page.contains("<td>programs<td class=n>0<td class=n>0<td class=n>1"), "{page}");
    }
}
