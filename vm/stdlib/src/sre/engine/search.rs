//! Finds the first place at which a program matches.

use super::first::First;
use super::machine::{Limits, Machine};
use super::program::Program;
use dovetail_core::error::PyResult;
use dovetail_text::{Text, Unit};

/// The first unit from `at` on, before `end`, that may come first.
fn next_start<U: Unit>(first: &First, few: &Few, text: &[U], at: usize, end: usize) -> Option<usize> {
    let part = &text[at..end];
    let found = match (*few, U::MAX) {
        (Few::None, 255) => return None,
        (Few::One(a), 255) => U::cut(a.into()).position_in(part),
        (Few::Two(a, b), 255) => {
            let (a, b) = (U::cut(a.into()), U::cut(b.into()));
            part.iter().position(|u| *u == a || *u == b)
        }
        _ => part.iter().position(|u| first.has(*u)),
    };
    found.map(|i| at + i)
}

/// Which narrow characters may come first, when they are few.
#[derive(Clone, Copy)]
enum Few {
    None,
    One(u8),
    Two(u8, u8),
    Many,
}

impl Few {
    fn of(first: &First) -> Few {
        let mut found = (0..=255u8).filter(|c| first.has(*c));
        match first.bits.iter().map(|b| b.count_ones()).sum() {
            0 => Few::None,
            1 => Few::One(found.next().unwrap_or(0)),
            2 => Few::Two(found.next().unwrap_or(0), found.next().unwrap_or(0)),
            3u32.. => Few::Many,
        }
    }
}

/// Start and end of the first match that begins at `start` or later. `text` ends where matching may go; an empty
/// match at `start` does not count when it must advance.
pub fn search<U: Unit>(
    machine: &mut Machine,
    p: &Program,
    text: &[U],
    start: usize,
    must_advance: bool,
) -> PyResult<Option<(usize, usize)>> {
    // The last place where it could begin.
    let Some(last) = text.len().checked_sub(p.min).filter(|last| *last >= start) else { return Ok(None) };
    if !p.prefix.is_empty() {
        let prefix = Text::Ucs4(&p.prefix);
        let mut at = start;
        while at <= last {
            let Some(i) = dovetail_text::search::find(U::text(&text[at..]), prefix) else { break };
            at += i;
            if p.literal {
                return Ok(Some((at, at + p.prefix.len())));
            }
            if let Some(end) = machine.run(p, text, at, Limits::NONE)? {
                return Ok(Some((at, end)));
            }
            at += 1;
        }
        return Ok(None);
    }
    if p.anchored {
        let limits = Limits { not_at: if must_advance { start } else { usize::MAX }, ..Limits::NONE };
        return Ok(machine.run(p, text, start, limits)?.map(|end| (start, end)));
    }
    if let Some(first) = &p.start {
        let few = Few::of(first);
        let mut at = start;
        while let Some(i) = next_start(first, &few, text, at, text.len().min(last + 1)) {
            if let Some(end) = machine.run(p, text, i, Limits::NONE)? {
                return Ok(Some((i, end)));
            }
            at = i + 1;
        }
        return Ok(None);
    }
    let mut limits = Limits { not_at: if must_advance { start } else { usize::MAX }, ..Limits::NONE };
    for at in start..=last {
        if let Some(end) = machine.run(p, text, at, limits)? {
            return Ok(Some((at, end)));
        }
        limits = Limits::NONE;
    }
    Ok(None)
}
