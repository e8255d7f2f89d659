//! The counters that decide when an instruction is specialized or goes back to its generic form.
//!
//! The first cache unit of an adaptive instruction counts. In the generic form: 0 is "never run", `READY` is "try
//! now", other values count down to it. In a specialized form: misses.

use crate::interp::generic::State;

/// The next run tries to specialize.
const READY: u16 = u16::MAX;
/// Runs to wait after a failed attempt.
const BACKOFF: u16 = 400;
/// Misses after which a specialized form is given up.
const MISSES: u16 = 30;

impl State<'_> {
    /// Should the generic instruction `generic` try to specialize now? Counts misses of specialized forms.
    pub fn should_specialize(&mut self, generic: u8) -> bool {
        let c = self.cache16(0);
        if self.opcode() == generic {
            match c {
                READY => return true,
                0 | 1 => self.set_cache16(0, READY),
                n => self.set_cache16(0, n - 1),
            }
        } else if c >= MISSES {
            self.quicken(generic);
            self.set_cache16(0, BACKOFF);
        } else {
            self.set_cache16(0, c + 1);
        }
        false
    }

    /// Installs a specialized form.
    pub fn specialize(&mut self, op: u8) {
        self.set_cache16(0, 0);
        self.quicken(op);
    }

    /// Remembers that no specialized form fits.
    pub fn specialize_failed(&mut self) {
        self.set_cache16(0, BACKOFF);
    }
}
