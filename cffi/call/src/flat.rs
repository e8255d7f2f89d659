//! Calls described to libffi by registers and words of the stack: so many general words, then floating-point lanes, then more
//! general words, which find no register and go to the stack in order. With this, libffi passes values of every shape,
//! since it never hears of them.

use crate::CallError;
use crate::plan::{Plan, Return};
use crate::registers::{FLOAT, Lane};
use libffi_sys as ffi;
use std::ffi::c_void;
use std::ptr::null_mut;

/// What libffi writes a result to, or reads it from: as large as four of the widest registers.
pub(crate) type Area = [u128; 4];

/// A call's description.
pub(crate) struct Flat {
    cif: Box<ffi::ffi_cif>,
    // What `cif` points to.
    _arguments: Box<[*mut ffi::ffi_type]>,
    _result: Option<Box<Made>>,
}

// SAFETY: libffi reads a prepared description only.
unsafe impl Send for Flat {}
// SAFETY: likewise.
unsafe impl Sync for Flat {}

/// A struct type of result registers, or of memory.
struct Made {
    ty: ffi::ffi_type,
    members: [*mut ffi::ffi_type; 5],
}

fn word() -> *mut ffi::ffi_type {
    &raw mut ffi::ffi_type_uint64
}

fn lane() -> *mut ffi::ffi_type {
    if size_of::<Lane>() == 16 { &raw mut ffi::ffi_type_longdouble } else { &raw mut ffi::ffi_type_double }
}

fn float(size: u8) -> *mut ffi::ffi_type {
    match size {
        4 if cfg!(target_arch = "aarch64") => &raw mut ffi::ffi_type_float,
        16 => &raw mut ffi::ffi_type_longdouble,
        // System V: an eightbyte, whatever floats are in it.
        _ => &raw mut ffi::ffi_type_double,
    }
}

impl Made {
    fn structure(members: &[*mut ffi::ffi_type], size: usize, alignment: u16) -> Box<Made> {
        let mut made = Box::new(Made {
            ty: ffi::ffi_type { size, alignment, type_: ffi::FFI_TYPE_STRUCT, elements: null_mut() },
            members: [null_mut(); 5],
        });
        made.members[..members.len()].copy_from_slice(members);
        made.ty.elements = made.members.as_mut_ptr();
        made
    }
}

impl Flat {
    pub fn new(plan: &Plan) -> Result<Flat, CallError> {
        let mut result = None;
        let rtype = match &plan.result {
            Return::Nothing => &raw mut ffi::ffi_type_void,
            Return::Number(s) if s.is_float() => &raw mut ffi::ffi_type_double,
            Return::Number(_) | Return::Address { in_general: true, .. } => word(),
            Return::X87 => &raw mut ffi::ffi_type_longdouble,
            Return::Registers(parts) => {
                let kind = |p: &crate::plan::Back| if p.float { float(p.size) } else { word() };
                match parts.as_slice() {
                    [one] => kind(one),
                    more => {
                        let members: Vec<_> = more.iter().map(kind).collect();
                        // SAFETY: libffi's own types are read.
                        let (size, align) =
                            unsafe { ((*members[0]).size * members.len(), (*members[0]).alignment) };
                        &raw mut result.insert(Made::structure(&members, size, align)).ty
                    }
                }
            }
            // AAPCS64: more than two words and no floats come by address.
            Return::Address { in_general: false, size } => {
                let size = (*size).max(24);
                &raw mut result.insert(Made::structure(&[word(), word(), word()], size, 8)).ty
            }
        };
        let mut arguments: Vec<_> = Vec::with_capacity(plan.general + plan.float + plan.stack);
        arguments.extend(std::iter::repeat_n(word(), plan.general));
        arguments.extend(std::iter::repeat_n(lane(), plan.float.min(FLOAT)));
        arguments.extend(std::iter::repeat_n(word(), plan.stack));
        let mut arguments = arguments.into_boxed_slice();
        let mut cif = Box::new(ffi::ffi_cif::default());
        // SAFETY: what the description points to lives as long as it does, in boxes.
        let status = unsafe {
            ffi::ffi_prep_cif(
                &mut *cif,
                ffi::ffi_abi_FFI_DEFAULT_ABI,
                arguments.len() as _,
                rtype,
                arguments.as_mut_ptr(),
            )
        };
        if status != ffi::ffi_status_FFI_OK {
            return Err(CallError::Refused(format!("{} words", arguments.len())));
        }
        Ok(Flat { cif, _arguments: arguments, _result: result })
    }

    pub fn cif(&self) -> *mut ffi::ffi_cif {
        std::ptr::from_ref(&*self.cif).cast_mut()
    }

    /// Calls a function with the arguments at those addresses, one for each word and lane in the order of the description.
    ///
    /// # Safety
    /// The function takes what is there; `result` has room for what it gives, at least an [`Area`] where that is in registers.
    pub unsafe fn call(&self, address: *const c_void, result: *mut c_void, arguments: &mut [*mut c_void]) {
        // SAFETY: the caller's promise; libffi does not change the description.
        unsafe {
            let function: unsafe extern "C" fn() = std::mem::transmute(address);
            ffi::ffi_call(self.cif(), Some(function), result, arguments.as_mut_ptr());
        }
    }
}
