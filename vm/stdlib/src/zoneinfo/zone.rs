//! The times of one zone: transitions as the file has them, the rule after the last, and what holds at a time.
//!
//! Local times are seconds since 1970 on the zone's clock. Differences and names are objects made once, on loading.

use super::rule::{self, Rule};
use super::tzif;
use crate::datetime::delta::Delta;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{Type, bail, raise};

/// What holds for some time: offset, share of daylight saving, name.
pub struct Period {
    offset: i64,
    pub utcoff: Ref<Delta>,
    pub dstoff: Ref<Delta>,
    pub name: Object,
}

/// A loaded zone. `usize`s are places in `periods`.
pub struct Zone {
    periods: Vec<Period>,
    /// Moments of transitions.
    utc: Vec<i64>,
    /// Their local times, as seen by fold 0 and by fold 1.
    local: [Vec<i64>; 2],
    /// What begins with each transition.
    begins: Vec<usize>,
    before: usize,
    after: Rule,
    standard_after: usize,
    daylight_after: usize,
    /// The period that holds at all times, if there is but one.
    always: Option<usize>,
}

/// The objects of a sequence.
fn items(o: &Obj) -> PyResult<Vec<Object>> {
    dovetail_core::object::sequence::fast_items(o, "zone data must be sequences")
}

fn number(o: &Obj) -> PyResult<i64> {
    let Some(i) = o.downcast::<Int>() else {
        bail!(TypeError, "zone data must be integers, not {}", o.type_name());
    };
    i.to_i64().ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C long"))
}

fn numbers(o: &Obj) -> PyResult<Vec<i64>> {
    items(o)?.iter().map(|i| number(i)).collect()
}

/// The share of daylight saving in each type's offset: files only say whether there is one, so it is read off the
/// standard time before, else after it. An hour where neither tells.
fn daylight_shares(begins: &[usize], offsets: &[i64], is_daylight: &[bool]) -> Vec<i64> {
    let mut shares = vec![0; offsets.len()];
    for (i, &this) in begins.iter().enumerate().skip(1) {
        if !is_daylight[this] || shares[this] != 0 {
            continue;
        }
        let standard = |at: usize| begins.get(at).filter(|t| !is_daylight[**t]);
        let mut share = standard(i - 1).map_or(0, |t| offsets[this] - offsets[*t]);
        if share == 0 && this + 1 < offsets.len() {
            share = standard(i + 1).map_or(0, |t| offsets[this] - offsets[*t]);
        }
        shares[this] = share;
    }
    for (share, _) in shares.iter_mut().zip(is_daylight).filter(|(s, d)| **d && **s == 0) {
        *share = 3600;
    }
    shares
}

/// The transitions' local times: fold 0 takes the clock that is ahead, fold 1 the other.
fn local_times(utc: &[i64], begins: &[usize], offsets: &[i64]) -> [Vec<i64>; 2] {
    let mut ends = offsets.first().copied().unwrap_or(0);
    let (mut first, mut second) = (Vec::with_capacity(utc.len()), Vec::with_capacity(utc.len()));
    for (t, period) in utc.iter().zip(begins) {
        let starts = offsets[*period];
        first.push(t + starts.max(ends));
        second.push(t + starts.min(ends));
        ends = starts;
    }
    [first, second]
}

/// Makes differences, each once.
#[derive(Default)]
struct Deltas(Vec<(i64, Ref<Delta>)>);

impl Deltas {
    fn get(&mut self, seconds: i64) -> PyResult<Ref<Delta>> {
        if let Some((_, d)) = self.0.iter().find(|(s, _)| *s == seconds) {
            return Ok(d.clone());
        }
        let d = Delta::new(0, seconds, 0)?;
        self.0.push((seconds, d.clone()));
        Ok(d)
    }

    fn period(&mut self, offset: i64, share: i64, name: Object) -> PyResult<Period> {
        Ok(Period { offset, utcoff: self.get(offset)?, dstoff: self.get(share)?, name })
    }
}

impl Zone {
    /// A zone of what `zoneinfo._common.load_data` gives: types and moments of transitions; offsets, marks of daylight
    /// saving and names of types; the rule, or None.
    pub fn load(data: &Obj) -> PyResult<Zone> {
        let Some(data) = data.downcast_exact::<Tuple>().filter(|t| t.len() == 6) else {
            bail!(TypeError, "Invalid data result type: {}", data.repr()?.to_string_lossy());
        };
        let utc = numbers(data.get(1))?;
        let offsets = numbers(data.get(2))?;
        let is_daylight: Vec<bool> = numbers(data.get(3))?.iter().map(|d| *d != 0).collect();
        let names = items(data.get(4))?;
        let begins = numbers(data.get(0))?;
        if is_daylight.len() != offsets.len() || names.len() != offsets.len() || begins.len() != utc.len() {
            bail!(ValueError, "zone data of unequal lengths");
        }
        if let Some(bad) = begins.iter().find(|b| !(0..offsets.len() as i64).contains(*b)) {
            bail!(ValueError, "Invalid transition index found while reading TZif: {bad}");
        }
        let begins: Vec<usize> = begins.into_iter().map(|b| b as usize).collect();
        let text = data.get(5);
        let rule = if text.is_true()? { Some(parse_rule(text)?) } else { None };
        Zone::of(utc, begins, &offsets, &is_daylight, names, rule)
    }

    /// A zone of a file's bytes; none if they are not in order.
    pub fn read(bytes: &[u8]) -> PyResult<Option<Zone>> {
        let Some(file) = tzif::parse(bytes) else { return Ok(None) };
        let rule = match file.rule {
            [] => None,
            text => match rule::parse(text) {
                Ok(r) => Some(r),
                Err(_) => return Ok(None),
            },
        };
        let offsets: Vec<i64> = file.types.iter().map(|t| t.0).collect();
        let is_daylight: Vec<bool> = file.types.iter().map(|t| t.1).collect();
        let names = file.types.iter().map(|t| Ok(Str::intern(t.2)?.into_object()));
        let names = names.collect::<PyResult<Vec<Object>>>()?;
        Zone::of(file.utc, file.begins, &offsets, &is_daylight, names, rule).map(Some)
    }

    fn of(
        utc: Vec<i64>,
        begins: Vec<usize>,
        offsets: &[i64],
        is_daylight: &[bool],
        names: Vec<Object>,
        rule: Option<Rule>,
    ) -> PyResult<Zone> {
        let mut deltas = Deltas::default();
        let shares = daylight_shares(&begins, offsets, is_daylight);
        let types = offsets.iter().zip(&shares).zip(names);
        let mut periods =
            types.map(|((o, s), n)| deltas.period(*o, *s, n)).collect::<PyResult<Vec<Period>>>()?;
        let kinds = periods.len();
        let before = is_daylight.iter().position(|d| !d).unwrap_or(0);

        let (after, standard_after, daylight_after);
        if let Some(rule) = rule {
            after = rule;
            standard_after = kinds;
            periods.push(deltas.period(after.offset, 0, Str::new(&after.name)?.into_object())?);
            daylight_after = match &after.daylight {
                None => standard_after,
                Some(d) => {
                    let name = Str::new(&d.name)?.into_object();
                    periods.push(deltas.period(d.offset, d.offset - after.offset, name)?);
                    kinds + 1
                }
            };
        } else {
            if kinds == 0 {
                bail!(ValueError, "No time zone information found.");
            }
            standard_after = begins.last().copied().unwrap_or(kinds - 1);
            daylight_after = standard_after;
            after = Rule { name: String::new(), offset: periods[standard_after].offset, daylight: None };
        }
        let constant = after.daylight.is_none()
            && match kinds {
                0 => true,
                1 => same(&periods[0], &periods[standard_after])?,
                _ => false,
            };
        Ok(Zone {
            local: local_times(&utc, &begins, offsets),
            periods,
            utc,
            begins,
            before,
            after,
            standard_after,
            daylight_after,
            always: constant.then_some(standard_after),
        })
    }

    /// The one period of a zone that never changes.
    pub fn always(&self) -> Option<&Period> {
        self.always.map(|p| &self.periods[p])
    }

    fn after(&self, daylight: bool) -> &Period {
        &self.periods[if daylight { self.daylight_after } else { self.standard_after }]
    }

    /// What holds at a local time of this year.
    pub fn at_local(&self, local: i64, fold: bool, year: i32) -> &Period {
        let times = &self.local[usize::from(fold)];
        match (times.first(), times.last()) {
            (Some(first), _) if local < *first => &self.periods[self.before],
            (_, Some(last)) if local <= *last => {
                &self.periods[self.begins[times.partition_point(|t| *t <= local) - 1]]
            }
            _ => self.after(self.after.is_daylight(local, fold, year)),
        }
    }

    /// What holds at a moment of UTC, and whether its local time has been before.
    pub fn at_utc(&self, utc: i64, year: i32) -> (&Period, bool) {
        let n = self.utc.len();
        // The period before the transition `at`.
        let ended = |at: usize| &self.periods[if at == 0 { self.before } else { self.begins[at - 1] }];
        match (self.utc.first(), self.utc.last()) {
            (Some(first), _) if utc < *first => (&self.periods[self.before], false),
            (_, Some(last)) if utc <= *last => {
                let at = self.utc.partition_point(|t| *t <= utc) - 1;
                let now = &self.periods[self.begins[at]];
                (now, ended(at).offset - now.offset > utc - self.utc[at])
            }
            (_, last) => {
                let (daylight, fold) = self.after.daylight_and_fold(utc, year);
                let now = self.after(daylight);
                // Just after the last transition the clock may have gone back from what was before it.
                let repeated = last.is_some_and(|t| utc - *t < ended(n - 1).offset - now.offset);
                (now, fold || repeated)
            }
        }
    }
}

fn same(a: &Period, b: &Period) -> PyResult<bool> {
    Ok(a.offset == b.offset && a.dstoff.parts() == b.dstoff.parts() && a.name.equals(&b.name)?)
}

/// Reads the rule, a bytes object.
fn parse_rule(text: &Obj) -> PyResult<Rule> {
    let Some(bytes) = text.downcast::<dovetail_core::types::bytes::Bytes>() else {
        bail!(TypeError, "expected bytes, {} found", text.type_name());
    };
    match rule::parse(bytes.as_slice()) {
        Ok(r) => Ok(r),
        Err(problem) => bail!(ValueError, "{problem} {}", text.repr()?.to_string_lossy()),
    }
}

/// Is this the type itself, no subclass?
pub fn is_itself<T: dovetail_core::native::Native>(cls: &Type) -> bool {
    std::ptr::eq(cls.as_type_ptr(), T::TYPE_POINTER)
}

/// A difference as an object.
pub fn shared(d: &Ref<Delta>) -> Object {
    d.as_obj().to_owned()
}
