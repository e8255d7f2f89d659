//! Memory that is traced: where each block was asked for (the facts behind `tracemalloc`).
//!
//! While tracing is on, every block of `alloc::malloc` and its kin, and whatever C code reports by `PyTraceMalloc_Track`,
//! is in one table with its size and the Python frames that asked for it. While it is off the allocator tests one flag.
//! Blocks that Rust takes for itself are not Python's memory and are not traced; nor is an object that a free list gives
//! out again. Of a thread without the GIL only the size is known.

use crate::interp::frame::Frame;
use crate::object::Object;
use crate::thread::ThreadState;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard};

/// The most frames of a traceback.
pub const MOST_FRAMES: usize = u16::MAX as usize;

/// A traced block's place: domain (0 is Python's memory) and address.
type Place = (u32, usize);

/// Bits: memory is traced; functions of a domain were exchanged.
static ON: AtomicU8 = AtomicU8::new(0);
const TRACED: u8 = 1;
const EXCHANGED: u8 = 2;
static TABLE: Mutex<Option<Table>> = Mutex::new(None);

/// File name (an object that the table owns, or null) and line.
type Line = (usize, u32);

#[derive(PartialEq, Eq, Hash, Clone)]
struct Lines {
    lines: Box<[Line]>,
    /// How many frames there were, with those beyond the limit.
    total: u32,
}

struct Block {
    size: usize,
    /// Index into `Table::tracebacks`.
    traceback: u32,
}

#[derive(Default)]
struct Table {
    limit: usize,
    blocks: HashMap<Place, Block>,
    known: HashMap<Lines, u32>,
    tracebacks: Vec<Lines>,
    current: usize,
    peak: usize,
}

/// A traced block, as `tracemalloc` shows it.
pub struct Trace {
    pub domain: u32,
    pub size: usize,
    pub traceback: Traceback,
}

/// The frames that asked for a block, innermost first.
#[derive(Clone)]
pub struct Traceback {
    /// Its number; equal tracebacks have equal numbers.
    pub id: u32,
    /// `None` is a file without a name.
    pub lines: Vec<(Option<Object>, u32)>,
    pub total: u32,
}

/// Is memory traced?
#[inline(always)]
pub fn is_on() -> bool {
    ON.load(Ordering::Relaxed) & TRACED != 0
}

/// Is memory traced, or does it come from exchanged functions? What the allocator tests.
#[inline(always)]
pub fn is_watched() -> bool {
    ON.load(Ordering::Relaxed) != 0
}

/// Notes whether functions of a domain were exchanged.
pub fn set_exchanged(exchanged: bool) {
    if exchanged {
        ON.fetch_or(EXCHANGED, Ordering::Relaxed);
    } else {
        ON.fetch_and(!EXCHANGED, Ordering::Relaxed);
    }
}

fn table() -> MutexGuard<'static, Option<Table>> {
    TABLE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Starts tracing with tracebacks of at most `limit` frames, or changes nothing if it runs.
pub fn start(limit: usize) {
    let mut table = table();
    if table.is_none() {
        // Blocks that wait in the pool would be given out unseen.
        ThreadState::current().pool.drain();
        *table = Some(Table { limit, ..Table::default() });
        ON.fetch_or(TRACED, Ordering::Relaxed);
    }
}

/// Ends tracing and forgets all blocks. Needs the GIL.
pub fn stop() {
    ON.fetch_and(!TRACED, Ordering::Relaxed);
    let old = table().take();
    forget(old);
}

/// Forgets all blocks, and goes on. Needs the GIL.
pub fn clear() {
    let mut table = table();
    let Some(now) = table.as_mut() else { return };
    let fresh = Table { limit: now.limit, ..Table::default() };
    let old = std::mem::replace(now, fresh);
    drop(table);
    forget(Some(old));
}

/// Gives back the file names, outside of the lock: they may be freed by that.
fn forget(old: Option<Table>) {
    for lines in old.into_iter().flat_map(|table| table.tracebacks) {
        for (name, _) in lines.lines {
            if name != 0 {
                // SAFETY: the table owned a reference for each line.
                unsafe { crate::object::obj::decref(name as *mut abi::PyObject) };
            }
        }
    }
}

/// The limit of tracebacks' frames; `None` while tracing is off.
pub fn limit() -> Option<usize> {
    table().as_ref().map(|table| table.limit)
}

/// Bytes in traced blocks now, and the most that there were.
pub fn sizes() -> (usize, usize) {
    table().as_ref().map_or((0, 0), |table| (table.current, table.peak))
}

/// The peak becomes what there is now.
pub fn reset_peak() {
    if let Some(table) = table().as_mut() {
        table.peak = table.current;
    }
}

/// About how many bytes the table takes.
pub fn own_size() -> usize {
    let table = table();
    let Some(table) = table.as_ref() else { return 0 };
    let lines: usize = table.tracebacks.iter().map(|lines| lines.lines.len() * size_of::<Line>()).sum();
    table.blocks.capacity() * (size_of::<(Place, Block)>() + 1)
        + table.known.capacity() * (size_of::<(Lines, u32)>() + 1)
        + table.tracebacks.capacity() * size_of::<Lines>()
        + 2 * lines
}

/// Notes a block; a block that was at this place is forgotten.
#[cold]
pub fn note(domain: u32, address: usize, size: usize) {
    let mut table = table();
    let Some(table) = table.as_mut() else { return };
    let lines = lines_now(table.limit);
    let traceback = match table.known.get(&lines) {
        Some(&index) => index,
        None => {
            let index = table.tracebacks.len() as u32;
            for (name, _) in &lines.lines {
                if *name != 0 {
                    // SAFETY: a live string of a running frame's code.
                    unsafe { crate::object::obj::incref(*name as *mut abi::PyObject) };
                }
            }
            table.known.insert(lines.clone(), index);
            table.tracebacks.push(lines);
            index
        }
    };
    if let Some(old) = table.blocks.insert((domain, address), Block { size, traceback }) {
        table.current -= old.size;
    }
    table.current += size;
    table.peak = table.peak.max(table.current);
}

/// Forgets a block, if it is known.
#[cold]
pub fn remove(domain: u32, address: usize) {
    if let Some(table) = table().as_mut()
        && let Some(old) = table.blocks.remove(&(domain, address))
    {
        table.current -= old.size;
    }
}

/// The frames of the calling thread, innermost first.
fn lines_now(limit: usize) -> Lines {
    let mut lines = Vec::new();
    let mut total = 0;
    let ts = ThreadState::current_or_null();
    if !ts.is_null() {
        // SAFETY: the thread's own frames; nothing here runs code or counts objects.
        unsafe {
            let mut f = Frame::first_complete((*ts).frame());
            while !f.is_null() {
                let code = Frame::code(f);
                if !code.is_init_shim() {
                    if lines.len() < limit {
                        let line = Frame::line(f).and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
                        lines.push((code.filename().as_ptr() as usize, line));
                    }
                    total += 1;
                }
                f = Frame::first_complete((*f).previous);
            }
        }
    }
    if lines.is_empty() {
        lines.push((0, 0));
        total = 1;
    }
    Lines { lines: lines.into(), total: total.min(MOST_FRAMES as u32) }
}

impl Table {
    /// For Python. The names come without references of their own: see [`shown`].
    fn traceback(&self, index: u32) -> (u32, Lines) {
        (index, self.tracebacks[index as usize].clone())
    }
}

/// Takes references to the names. Needs the GIL, which keeps the table's own ones.
fn shown((id, lines): (u32, Lines)) -> Traceback {
    let name = |name: usize| {
        // SAFETY: the table owns a reference.
        (name != 0).then(|| unsafe { crate::object::Obj::from_ptr(name as *mut abi::PyObject) }.to_owned())
    };
    Traceback {
        id,
        lines: lines.lines.iter().map(|(n, line)| (name(*n), *line)).collect(),
        total: lines.total,
    }
}

/// The traceback of a block. Needs the GIL.
pub fn traceback(domain: u32, address: usize) -> Option<Traceback> {
    let found = {
        let table = table();
        let table = table.as_ref()?;
        table.traceback(table.blocks.get(&(domain, address))?.traceback)
    };
    Some(shown(found))
}

/// All blocks. Needs the GIL.
pub fn traces() -> Vec<Trace> {
    let found: Vec<_> = {
        let table = table();
        let Some(table) = table.as_ref() else { return Vec::new() };
        let row = |(place, block): (&Place, &Block)| (place.0, block.size, table.traceback(block.traceback));
        table.blocks.iter().map(row).collect()
    };
    found.into_iter().map(|(domain, size, lines)| Trace { domain, size, traceback: shown(lines) }).collect()
}
