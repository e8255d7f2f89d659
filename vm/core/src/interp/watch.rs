//! The dispatch table in use while execution is watched: each handler fires what is due before its instruction, and
//! goes on in the plain handler.

use crate::interp::dispatch::{EXIT_RAISED, Handler, TABLE, Table, cold, enter};
use crate::interp::frame::Frame;
use crate::interp::generic::State;
use crate::interp::value::Value;
use crate::monitor::code::{flags_at, single};
use crate::monitor::fire::{After, before, is_inside};
use crate::thread::ThreadState;
use dovetail_ops::metadata::INTERPRETER_EXIT;

/// The table that the thread's interpreter uses now.
#[inline(always)]
pub fn current(ts: &ThreadState) -> &'static Table {
    if ts.interp().monitors.on.get() { &WATCHED } else { &TABLE }
}

/// One handler for all opcodes; those of the second half take the argument from the thread state.
macro_rules! watched {
    ($name:ident, $half:literal) => {
        unsafe extern "C" fn $name(
            pc: *const u16,
            sp: *mut Value,
            fp: *mut Frame,
            ts: *const ThreadState,
            _: *const Table,
            tos: Value,
        ) -> u64 {
            // SAFETY: called by dispatch with the frame's registers.
            unsafe {
                let t = &*ts;
                let this = pc.sub(1);
                let run = TABLE.0[single(*(this as *const u8)) as usize + $half];
                let monitors = &t.interp().monitors;
                if monitors.on.get() && !is_inside(t) {
                    let code = Frame::code(fp);
                    let i = this.offset_from(code.instructions()) as usize;
                    let flags = if code.is_init_shim() { 0 } else { flags_at(code, i, monitors) };
                    if flags != 0 {
                        *sp = tos;
                        if fire(pc, sp.add(1), fp, t, $half != 0, flags) {
                            let sp = t.saved_sp.get().sub(1);
                            return enter(t.saved_pc.get(), sp, t.saved_frame.get(), ts, current(t), *sp);
                        }
                        return run(pc, sp, fp, ts, current(t), *sp);
                    }
                }
                (*fp).instr_ptr = this;
                run(pc, sp, fp, ts, current(t), tos)
            }
        }
    };
}

watched!(watched, 0);
watched!(watched_wide, 256);

/// Fires what is due. True if the loop goes on at the registers that the thread state has saved.
#[cold]
#[inline(never)]
unsafe fn fire(
    pc: *const u16,
    sp: *mut Value,
    fp: *mut Frame,
    ts: &ThreadState,
    wide: bool,
    flags: u8,
) -> bool {
    // SAFETY: the registers are a consistent state of the frame between two instructions.
    unsafe {
        let low = *(pc as *const u8).sub(1) as usize;
        let high = ts.extended_arg.get();
        let oparg = if wide { high << 8 | low } else { low };
        let previous = (*fp).instr_ptr;
        (*fp).instr_ptr = pc.sub(1);
        (*fp).stackpointer = sp;
        ts.set_frame(fp);
        let mut st = State { pc, sp, fp, ts };
        match before(&mut st, previous, oparg, flags) {
            Ok(After::Run) => {
                ts.extended_arg.set(high);
                return false;
            }
            Ok(After::Moved) => {}
            Ok(After::Instead(f)) => {
                ts.extended_arg.set(high);
                cold(pc, sp, fp, ts, f, oparg);
                return true;
            }
            Err(_) => crate::interp::unwind::unwind(&mut st),
        }
        ts.saved_pc.set(st.pc);
        ts.saved_sp.set(st.sp);
        ts.saved_frame.set(st.fp);
        true
    }
}

/// The dispatch table of watched execution.
pub static WATCHED: Table = {
    let mut t = [watched as Handler; 512];
    let mut i = 256;
    while i < 512 {
        t[i] = watched_wide;
        i += 1;
    }
    // These run in entry frames, which have no code.
    t[INTERPRETER_EXIT as usize] = TABLE.0[INTERPRETER_EXIT as usize];
    t[EXIT_RAISED as usize] = TABLE.0[EXIT_RAISED as usize];
    Table(t)
};
