//! `complete_struct_or_union`: fields with their places, from declarations and from what a compiler said.
//!
//! The rules are those of GCC on x86 unless flags ask for another compiler's: cffi's own tests compute layouts of
//! ARM and of Microsoft's compiler, in both byte orders, on any machine.

use super::arena;
use super::cfield::{CField, EMPTY_ARRAY, IGNORE_IN_CTOR, Place, REGULAR};
use super::ctype::{CType, FieldRow};
use super::errors::ffi_error;
use super::flags::*;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_ctype::{Field, FieldPlace, RecordLayout, Type};

pub const MSVC_BITFIELDS: i32 = 0x01;
pub const ARM_BITFIELDS: i32 = 0x02;
pub const BIG_ENDIAN: i32 = 0x04;
pub const PACKED: i32 = 0x08;
pub const X86_BITFIELDS: i32 = 0x10;
pub const LITTLE_ENDIAN: i32 = 0x40;
/// Differences from what a compiler said are errors.
pub const STD_FIELD_POS: i32 = 0x80;

fn complete_flags(mut flags: i32) -> i32 {
    if flags & (MSVC_BITFIELDS | ARM_BITFIELDS | X86_BITFIELDS) == 0 {
        flags |= if cfg!(target_arch = "aarch64") { ARM_BITFIELDS } else { X86_BITFIELDS };
    }
    if flags & (BIG_ENDIAN | LITTLE_ENDIAN) == 0 {
        flags |= if cfg!(target_endian = "big") { BIG_ENDIAN } else { LITTLE_ENDIAN };
    }
    flags
}

/// A declared field: `(name, type, bitsize=-1, offset=-1)`.
pub struct Declared {
    pub name: Ref<Str>,
    pub ctype: Ref<CType>,
    pub bits: i32,
    pub offset: isize,
}

impl Declared {
    fn parse(item: &Obj) -> PyResult<Declared> {
        let Some(t) = item.downcast::<Tuple>() else {
            bail!(SystemError, "new style getargs format but argument is not a tuple");
        };
        let n = t.len();
        if !(2..=4).contains(&n) {
            bail!(
                TypeError,
                "list item expected at {} 2 arguments, got {n}",
                if n < 2 { "least" } else { "most" }
            );
        }
        let Some(name) = t.get(0).downcast::<Str>() else {
            bail!(TypeError, "list item argument 1 must be str, not {}", t.get(0).type_name());
        };
        let Some(ct) = t.get(1).downcast_exact::<CType>() else {
            bail!(
                TypeError,
                "list item argument 2 must be _cffi_backend.CType, not {}",
                t.get(1).type_name()
            );
        };
        let bits = if n > 2 { t.get(2).as_i64()? as i32 } else { -1 };
        let offset = if n > 3 { t.get(3).as_isize()? } else { -1 };
        // SAFETY: just seen.
        let ctype = unsafe { ct.as_obj().to_owned().cast_into_unchecked() };
        Ok(Declared { name: dovetail_core::object::ToRef::to_ref(name), ctype, bits, offset })
    }
}

/// What is asked of the layout.
pub struct Wanted {
    pub size: isize,
    pub align: i32,
    pub flags: i32,
    pub pack: i32,
}

/// Fields placed so far, and where the next one goes.
struct Builder<'a> {
    ct: &'a CType,
    flags: i32,
    pack: isize,
    fields: Ref<Dict>,
    rows: Vec<FieldRow>,
    state: u16,
    align: isize,
    /// The position is `byte * 8 + bit`.
    byte: isize,
    bit: i32,
    /// The end of the longest field.
    end: isize,
    /// Microsoft's: the unit that the last bit-field lies in, and its free bits.
    unit_size: isize,
    unit_free: i32,
    /// For the arena.
    members: Vec<Field>,
    places: Vec<FieldPlace>,
}

/// Bytes that a position of whole bytes and some bits reaches into.
fn whole(byte: isize, bit: i32) -> isize {
    byte + isize::from(bit > 0)
}

fn round_up(at: isize, align: isize) -> isize {
    at.wrapping_add(align - 1) & !(align - 1)
}

/// Gives `ct` these fields.
pub fn complete(ct: &CType, fields: &List, wanted: &Wanted) -> PyResult<()> {
    let declared = fields.to_vec().iter().map(|f| Declared::parse(f)).collect::<PyResult<Vec<_>>>()?;
    complete_declared(ct, &declared, wanted)
}

/// As `complete`, of parsed declarations.
pub fn complete_declared(ct: &CType, declared: &[Declared], wanted: &Wanted) -> PyResult<()> {
    let mut flags = complete_flags(wanted.flags);
    let pack = if flags & PACKED != 0 {
        1
    } else if wanted.pack <= 0 {
        1 << 30
    } else {
        flags |= PACKED;
        wanted.pack as isize
    };
    if !ct.is(RECORD) || !(ct.has_state(UNREALIZED) || ct.has_state(UNDER_CONSTRUCTION)) {
        bail!(TypeError, "first arg must be a non-initialized struct or union ctype");
    }
    let mut b = Builder {
        ct,
        flags,
        pack,
        fields: Dict::new()?,
        rows: Vec::with_capacity(declared.len()),
        state: 0,
        align: 1,
        byte: 0,
        bit: 0,
        end: 0,
        unit_size: 0,
        unit_free: 0,
        members: Vec::with_capacity(declared.len()),
        places: Vec::with_capacity(declared.len()),
    };
    for (i, f) in declared.iter().enumerate() {
        b.add(f, i, i + 1 == declared.len())?;
    }
    b.finish(wanted)
}

impl Builder<'_> {
    fn is_union(&self) -> bool {
        self.ct.is(UNION)
    }

    fn label(&self, name: &Str) -> String {
        format!("{}.{}", self.ct.name(), name.to_string_lossy())
    }

    /// Compares what we computed with what a compiler said.
    fn detect(&mut self, cdef: isize, compiler: isize, what: &str) -> PyResult<()> {
        if cdef == compiler {
            return Ok(());
        }
        if self.flags & STD_FIELD_POS != 0 {
            let name = self.ct.name();
            return Err(ffi_error(&format!(
                "{name}: {what} (cdef says {cdef}, but C compiler says {compiler}). fix it or use \"...;\" as the \
                 last field in the cdef for {name} to make it flexible"
            )));
        }
        self.state |= CUSTOM_POS;
        Ok(())
    }

    fn push(&mut self, name: &Str, ctype: &CType, place: Place) -> PyResult<()> {
        let name = name.to_interned()?;
        let field = CField::new(&name, ctype, place, self.rows.len())?;
        if self.fields.get_str(&name).is_some() {
            bail!(KeyError, "duplicate field name '{}'", name.to_string_lossy());
        }
        self.fields.set(name.as_obj(), field.as_obj())?;
        self.rows.push(FieldRow {
            name: name.as_ptr(),
            ctype,
            offset: place.offset,
            field: &*field,
            plain: place.bitshift == REGULAR,
        });
        Ok(())
    }

    fn add(&mut self, f: &Declared, index: usize, last: bool) -> PyResult<()> {
        let ft = &*f.ctype;
        if ft.is(RECORD) {
            ft.force()?;
        }
        if ft.size() < 0 {
            if ft.is(ARRAY) && f.bits < 0 && (last || f.offset != -1) {
                self.state |= VAR_ARRAY;
            } else {
                let label = self.label(&f.name);
                bail!(TypeError, "field '{label}' has ctype '{}' of unknown size", ft.name());
            }
        } else if ft.is(RECORD) && ft.has_state(VAR_ARRAY) {
            self.state |= VAR_ARRAY;
        }
        if self.is_union() {
            (self.byte, self.bit) = (0, 0);
        }
        let own = ft.alignment()?;
        let align = own.min(self.pack);
        let counts = if f.bits < 0 || self.flags & ARM_BITFIELDS != 0 {
            true
        } else if self.flags & MSVC_BITFIELDS != 0 {
            f.bits > 0
        } else {
            !f.name.is_empty()
        };
        if counts {
            self.align = self.align.max(align);
        }
        let ignored = if self.is_union() && index > 0 { IGNORE_IN_CTOR } else { 0 };
        if f.bits < 0 {
            self.plain(f, own, align, ignored)?;
        } else {
            self.bits(f, align, ignored)?;
        }
        self.end = self.end.max(whole(self.byte, self.bit));
        Ok(())
    }

    fn plain(&mut self, f: &Declared, own: isize, align: isize, ignored: u8) -> PyResult<()> {
        let ft = &*f.ctype;
        let start = whole(self.byte, self.bit);
        self.bit = 0;
        self.byte = round_up(start, align);
        if round_up(start, own) != self.byte {
            self.state |= PACKED_CHANGE;
        }
        if f.offset >= 0 {
            let what = format!("wrong offset for field '{}'", f.name.to_string_lossy());
            self.detect(self.byte, f.offset, &what)?;
            self.byte = f.offset;
        }
        self.member(f, self.byte, None);
        if f.name.is_empty() && ft.is(RECORD) {
            // An anonymous struct: its fields become ours.
            for row in ft.rows() {
                // SAFETY: rows of a living type.
                let (field, ctype) = unsafe { (&*row.field, &*row.ctype) };
                let mut place = field.place();
                place.offset += self.byte;
                place.flags |= ignored;
                self.push(field.name(), ctype, place)?;
            }
            // Such a struct is not passed by value.
            self.state |= CUSTOM_POS;
        } else {
            let bitshift = if ft.is(ARRAY) && ft.length() <= 0 { EMPTY_ARRAY } else { REGULAR };
            self.push(&f.name, ft, Place { offset: self.byte, bitshift, bitsize: -1, flags: ignored })?;
        }
        self.byte += ft.size().max(0);
        self.unit_size = 0;
        Ok(())
    }

    fn bits(&mut self, f: &Declared, align: isize, ignored: u8) -> PyResult<()> {
        let ft = &*f.ctype;
        let label = self.label(&f.name);
        if f.offset >= 0 {
            bail!(TypeError, "field '{label}' is a bitfield, but a fixed offset is specified");
        }
        if !ft.is(INTEGRAL) {
            bail!(TypeError, "field '{label}' declared as '{}' cannot be a bit field", ft.name());
        }
        let width = 8 * ft.size() as i32;
        if f.bits > width {
            bail!(
                TypeError,
                "bit field '{label}' is declared '{}:{}', which exceeds the width of the type",
                ft.name(),
                f.bits
            );
        }
        let msvc = self.flags & MSVC_BITFIELDS != 0;
        let mut unit = self.byte & !(align - 1);
        if f.bits == 0 {
            if !f.name.is_empty() {
                bail!(TypeError, "field '{label}' is declared with :0");
            }
            if !msvc {
                if whole(self.byte, self.bit) > unit {
                    unit += align;
                }
                (self.byte, self.bit) = (unit, 0);
            }
            self.unit_size = 0;
            return Ok(());
        }
        let mut shift;
        if msvc {
            if self.unit_size == ft.size() && self.unit_free >= f.bits {
                shift = 8 * self.unit_size as i32 - self.unit_free;
            } else {
                self.byte = round_up(whole(self.byte, self.bit), align) + ft.size();
                self.bit = 0;
                shift = 0;
                self.unit_size = ft.size();
                self.unit_free = width;
            }
            self.unit_free -= f.bits;
            unit = self.byte - ft.size();
        } else {
            let used = (self.byte - unit) as i32 * 8 + self.bit;
            if used + f.bits > width {
                if self.flags & PACKED != 0 && used & 7 != 0 {
                    bail!(
                        NotImplementedError,
                        "with 'packed', gcc would compile field '{label}' to reuse some bits in the previous field"
                    );
                }
                unit += align;
                (self.byte, self.bit) = (unit, 0);
                shift = 0;
            } else {
                shift = used;
            }
            self.bit += f.bits;
            self.byte += (self.bit >> 3) as isize;
            self.bit &= 7;
        }
        if self.flags & BIG_ENDIAN != 0 {
            shift = width - f.bits - shift;
        }
        self.member(f, unit, Some(shift as u32));
        if !f.name.is_empty() {
            let place =
                Place { offset: unit, bitshift: shift as i16, bitsize: f.bits as i16, flags: ignored };
            self.push(&f.name, ft, place)?;
        }
        Ok(())
    }

    /// Notes a member for the arena.
    fn member(&mut self, f: &Declared, offset: isize, shift: Option<u32>) {
        let name = f.name.to_string_lossy().into_owned();
        let id = f.ctype.id();
        let bits = shift.map(|_| f.bits as u32);
        self.members.push(match bits {
            Some(bits) => Field::bit_field(name, id, bits),
            None => Field::new(name, id),
        });
        self.places.push(FieldPlace { offset: offset as u64, bit_shift: shift.unwrap_or(0), bits });
    }

    fn finish(mut self, wanted: &Wanted) -> PyResult<()> {
        let computed = round_up(self.end, self.align).max(1);
        let size = if wanted.size < 0 {
            computed
        } else {
            self.detect(computed, wanted.size, "wrong total size")?;
            if wanted.size < self.end {
                bail!(
                    TypeError,
                    "{} cannot be of size {}: there are fields at least up to {}",
                    self.ct.name(),
                    wanted.size,
                    self.end
                );
            }
            wanted.size
        };
        let align = if wanted.align < 0 {
            self.align
        } else {
            self.detect(self.align, wanted.align as isize, "wrong total alignment")?;
            wanted.align as isize
        };
        let (members, places) = (std::mem::take(&mut self.members), std::mem::take(&mut self.places));
        let id = self.ct.id();
        arena::with(|types| {
            let Type::Record(record) = *types.get(id) else { return };
            let layout = RecordLayout { size: size as u64, align: align as u64, places: places.into() };
            types.fix_layout(record, layout);
            // Its places are fixed: there is nothing to compute, and nothing to fail.
            let _ = types.complete_record(record, members);
        });
        self.ct.set_state(CUSTOM_POS | PACKED_CHANGE, false);
        self.ct.set_state(self.state, true);
        self.ct.complete(self.fields, self.rows, size, align);
        Ok(())
    }
}
