//! The table and the plot: medians of the rounds, ratios, and a geometric mean for each group.
//!
//! A ratio is the median of the rounds' own ratios, not that of the medians: the machine's slow stretches, which are longer than a
//! round's two runs, then meet both sides of a quotient.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::measure::{PEAK, Sample};
use super::workloads::{GROUPS, Group, Workload, is_foreign};
use crate::runtime::Runtime;
use crate::{Done, Stop};

/// One line of the table.
struct Row {
    group: &'static str,
    name: String,
    /// For each runtime a sample of each round; none if it failed.
    samples: Vec<Vec<Sample>>,
}

impl Row {
    /// The median for each runtime, if it got that far.
    fn medians(&self) -> impl Iterator<Item = Option<Sample>> {
        self.samples.iter().map(|list| median(list.iter().copied(), Sample::number))
    }

    fn ratio(&self) -> Option<f64> {
        match &self.samples[..] {
            [ours, theirs] if ours.len() == theirs.len() => {
                let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours.number() / theirs.number());
                median(ratios, |ratio| ratio).filter(|ratio| ratio.is_finite())
            }
            _ => None,
        }
    }
}

/// All results.
pub struct Results {
    rounds: usize,
    runtimes: Vec<(String, String)>,
    rows: Vec<Row>,
    failures: Vec<(String, String, String)>,
}

impl Results {
    /// None yet.
    pub fn new(rounds: usize, runtimes: &[Runtime]) -> Self {
        let runtimes = runtimes
            .iter()
            .map(|runtime| {
                let mut version = runtime.version();
                if runtime.overhead > 0.0 {
                    let _ = write!(version, " (less {:.1} ms to reach it)", runtime.overhead * 1e3);
                }
                (runtime.name.clone(), version)
            })
            .collect();
        Results { rounds, runtimes, rows: Vec::new(), failures: Vec::new() }
    }

    /// Adds a workload's samples, by runtime and figure.
    pub fn add(
        &mut self,
        workload: &Workload,
        samples: Vec<BTreeMap<String, Vec<Sample>>>,
        failures: &[Option<String>],
    ) {
        let mut names: Vec<&String> = samples.iter().flat_map(|figures| figures.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let group = match workload.group {
                // Its programs are small beside the interpreter, whose memory others measure.
                group if is_foreign(group) && name.ends_with(PEAK) => continue,
                _ if name.ends_with(PEAK) => "memory",
                group => group,
            };
            let samples = samples.iter().map(|figures| figures.get(name).cloned().unwrap_or_default());
            self.rows.push(Row { group, name: name.clone(), samples: samples.collect() });
        }
        for ((runtime, _), reason) in self.runtimes.iter().zip(failures) {
            if let Some(reason) = reason {
                self.failures.push((workload.name.clone(), runtime.clone(), reason.clone()));
            }
        }
    }

    /// Adds a workload that could not be prepared.
    pub fn add_missing(&mut self, workload: String, reason: String) {
        self.failures.push((workload, "any runtime".to_string(), reason));
    }

    /// The report as Markdown.
    pub fn markdown(&self) -> String {
        let mut out = String::from("# Benchmarks\n\n");
        let _ = writeln!(
            out,
            "Made by `cargo xtask bench --write`: the median of {} rounds, the runtimes in turn on one machine\n\
             ({} cores). A ratio is the first runtime's figure by the second's, taken in each round, and the median\n\
             of these; below 1 the first needs less. Times are processor times.\n",
            self.rounds,
            std::thread::available_parallelism().map_or(1, |n| n.get())
        );
        for (name, version) in &self.runtimes {
            let _ = writeln!(out, "- {name}: {version}");
        }
        out.push_str("\n| group | figures | geometric mean | worst | bar |\n|---|---:|---:|---:|---:|\n");
        for group in GROUPS {
            let ratios = self.ratios(group.name);
            let (Some(mean), Some(worst)) =
                (geometric_mean(&ratios), ratios.iter().copied().reduce(f64::max))
            else {
                continue;
            };
            let bars = [
                group.bar.map(|bar| format!("{bar}")),
                group.worst.map(|bar| format!("worst {bar:.3}")),
                group.limit.map(|limit| format!("{limit} by itself")),
            ];
            let bar = bars.into_iter().flatten().collect::<Vec<_>>().join(", ");
            let _ = writeln!(out, "| {} | {} | {mean:.2} | {worst:.2} | {bar} |", group.name, ratios.len());
        }
        for group in GROUPS {
            let rows: Vec<&Row> = self.rows.iter().filter(|row| row.group == group.name).collect();
            if rows.is_empty() {
                continue;
            }
            let heads: Vec<&str> = self.runtimes.iter().map(|(name, _)| name.as_str()).collect();
            let _ = writeln!(out, "\n## {}\n\n| | {} | ratio |", group.name, heads.join(" | "));
            let _ = writeln!(out, "|---|{}---:|", "---:|".repeat(heads.len()));
            for row in rows {
                let cells: Vec<String> = row.medians().map(|m| m.map_or("fails".into(), shown)).collect();
                let ratio = row.ratio().map_or(String::new(), |ratio| format!("{ratio:.2}"));
                let _ = writeln!(out, "| {} | {} | {ratio} |", row.name, cells.join(" | "));
            }
        }
        if !self.failures.is_empty() {
            out.push_str("\n## Not measured\n\n");
            for (workload, runtime, reason) in &self.failures {
                let _ = writeln!(out, "- {workload} on {runtime}: {reason}");
            }
        }
        out
    }

    /// A bar for each ratio, on a logarithmic scale around 1.
    pub fn svg(&self) -> String {
        const LEFT: f64 = 260.0;
        const WIDTH: f64 = 520.0;
        const LINE: f64 = 16.0;
        let rows: Vec<(&Row, f64)> = self.rows.iter().filter_map(|row| Some((row, row.ratio()?))).collect();
        let height = LINE * (rows.len() as f64 + 3.0);
        let at = |ratio: f64| LEFT + WIDTH * ((ratio.log2() + 3.0) / 6.0).clamp(0.0, 1.0);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{height}\" \
             font-family=\"sans-serif\" font-size=\"11\">\n",
            LEFT + WIDTH + 60.0
        );
        for ratio in [0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0] {
            let (x, colour) = (at(ratio), if ratio == 1.0 { "#000" } else { "#ccc" });
            let _ = writeln!(
                out,
                "<line x1=\"{x}\" y1=\"{LINE}\" x2=\"{x}\" y2=\"{height}\" stroke=\"{colour}\"/>"
            );
            let _ = writeln!(out, "<text x=\"{x}\" y=\"12\" text-anchor=\"middle\">{ratio}</text>");
        }
        for (number, (row, ratio)) in rows.iter().enumerate() {
            let y = LINE * (number as f64 + 1.5);
            let (from, to) = (at(1.0).min(at(*ratio)), at(1.0).max(at(*ratio)));
            let colour = if *ratio <= 1.0 { "#2a7f62" } else { "#b5483a" };
            let _ = writeln!(
                out,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                LEFT - 6.0,
                y + 11.0,
                escaped(&row.name)
            );
            let _ = writeln!(
                out,
                "<rect x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{}\" fill=\"{colour}\"/>",
                y + 2.0,
                to - from,
                LINE - 4.0
            );
            let _ = writeln!(out, "<text x=\"{:.1}\" y=\"{}\">{ratio:.2}</text>", to + 4.0, y + 11.0);
        }
        out.push_str("</svg>\n");
        out
    }

    /// Prints which bars hold. Fails only when nothing could be measured on Dovetail.
    pub fn verdict(&self, dovetail: bool) -> Done {
        for group in GROUPS {
            let own = self.rows.iter().filter(|row| row.group == group.name);
            let own: Vec<f64> = own.filter_map(|row| Some(row.medians().next()??.number())).collect();
            for line in judged(group, &self.ratios(group.name)).into_iter().chain(within(group, &own)) {
                println!("{line}");
            }
        }
        let measured = self.rows.iter().filter(|row| !row.samples[0].is_empty()).count();
        println!("{measured} figures, {} workloads not measured", self.failures.len());
        if dovetail && measured == 0 {
            return Err(Stop::Failed("no workload runs on Dovetail".into()));
        }
        Ok(())
    }

    fn ratios(&self, group: &str) -> Vec<f64> {
        self.rows.iter().filter(|row| row.group == group).filter_map(Row::ratio).collect()
    }
}

fn judged(group: &Group, ratios: &[f64]) -> Vec<String> {
    let Some(mean) = geometric_mean(ratios) else { return Vec::new() };
    let word = |holds: bool| if holds { "holds" } else { "MISSED" };
    let mut lines = Vec::new();
    if let Some(bar) = group.bar {
        lines.push(format!("{}: mean {mean:.2}, bar {bar}: {}", group.name, word(mean <= bar)));
    }
    if let (Some(bar), Some(worst)) = (group.worst, ratios.iter().copied().reduce(f64::max)) {
        lines.push(format!("{}: worst {worst:.2}, bar {bar}: {}", group.name, word(worst <= bar)));
    }
    lines
}

/// Whether Dovetail's own figures keep to the group's limit.
fn within(group: &Group, own: &[f64]) -> Option<String> {
    let (limit, most) = (group.limit?, own.iter().copied().reduce(f64::max)?);
    let word = if most <= limit { "holds" } else { "MISSED" };
    Some(format!("{}: most {most:.4}, limit {limit}: {word}", group.name))
}

fn median<T>(list: impl Iterator<Item = T>, number: impl Fn(T) -> f64) -> Option<T>
where
    T: Copy,
{
    let mut sorted: Vec<T> = list.collect();
    sorted.sort_by(|a, b| number(*a).total_cmp(&number(*b)));
    sorted.get(sorted.len() / 2).copied()
}

fn geometric_mean(ratios: &[f64]) -> Option<f64> {
    let sum: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    (!ratios.is_empty()).then(|| (sum / ratios.len() as f64).exp())
}

fn shown(sample: Sample) -> String {
    match sample {
        Sample::Seconds(s) if s >= 1.0 => format!("{s:.2} s"),
        Sample::Seconds(s) if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        Sample::Seconds(s) if s >= 1e-6 => format!("{:.2} µs", s * 1e6),
        Sample::Seconds(s) => format!("{:.1} ns", s * 1e9),
        Sample::Bytes(b) if b >= 1e6 => format!("{:.1} MB", b / 1e6),
        Sample::Bytes(b) => format!("{b:.1} B"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_means() {
        let of = |list: &[f64]| median(list.iter().copied(), |number| number);
        assert_eq!(of(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(of(&[]), None);
        let mean = geometric_mean(&[0.5, 2.0]).expect("has a mean");
        assert!((mean - 1.0).abs() < 1e-12);
        assert_eq!(geometric_mean(&[]), None);
    }

    #[test]
    fn a_missed_bar_says_so() {
        let group = Group { name: "g", bar: Some(1.2), worst: Some(2.5), limit: Some(0.5) };
        assert_eq!(within(&group, &[0.1, 0.6]), Some("g: most 0.6000, limit 0.5: MISSED".into()));
        assert_eq!(within(&group, &[]), None);
        assert_eq!(
            judged(&group, &[1.0, 1.0]),
            ["g: mean 1.00, bar 1.2: holds", "g: worst 1.00, bar 2.5: holds"]
        );
        assert_eq!(
            judged(&group, &[0.5, 3.0]),
            ["g: mean 1.22, bar 1.2: MISSED", "g: worst 3.00, bar 2.5: MISSED"]
        );
        assert!(judged(&group, &[]).is_empty());
    }

    fn row(samples: &[&[f64]]) -> Row {
        let seconds = |list: &&[f64]| list.iter().map(|s| Sample::Seconds(*s)).collect();
        Row { group: "g", name: "n".into(), samples: samples.iter().map(seconds).collect() }
    }

    #[test]
    fn what_fails_has_no_ratio() {
        assert_eq!(row(&[&[], &[1.0]]).ratio(), None);
        assert_eq!(row(&[&[1.0]]).ratio(), None);
        assert_eq!(row(&[&[], &[]]).ratio(), None);
        assert_eq!(row(&[&[1.0], &[0.0]]).ratio(), None);
        assert_eq!(row(&[&[1.0], &[2.0]]).ratio(), Some(0.5));
    }

    #[test]
    fn a_slow_stretch_meets_both_sides() {
        // Two rounds of three are slow, one of them on one side alone.
        let row = row(&[&[1.0, 2.0, 2.0], &[2.0, 2.0, 4.0]]);
        assert_eq!(row.medians().collect::<Vec<_>>(), [Some(Sample::Seconds(2.0)); 2]);
        assert_eq!(row.ratio(), Some(0.5));
    }
}
