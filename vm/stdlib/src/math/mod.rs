//! `math`: functions of real numbers and integers. The numbers are worked out in `dovetail_num::math`.

mod integer;
mod real;
mod several;
mod sums;

use crate::util::{add_part, set};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::types::float::Float;
use dovetail_macros::pymodule;

/// This module provides access to the mathematical functions
/// defined by the C standard.
#[pymodule(name = "math")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_part(module, &real::part::MODULE)?;
        add_part(module, &several::part::MODULE)?;
        add_part(module, &integer::part::MODULE)?;
        add_part(module, &sums::part::MODULE)?;
        let constants = [
            ("pi", std::f64::consts::PI),
            ("e", std::f64::consts::E),
            ("tau", std::f64::consts::TAU),
            ("inf", f64::INFINITY),
            ("nan", f64::NAN),
        ];
        constants.iter().try_for_each(|(n, v)| set(module, n, Float::new(*v)?.as_obj()))
    }
}

pub use module::MODULE;
