//! Days from one to another.

use terms::Day;

/// `from` to `to`, both included; open at the end where `to` is none.
pub(crate) fn within(day: Day, from: Day, to: Option<Day>) -> bool {
    from <= day && to.is_none_or(|to| day <= to)
}
