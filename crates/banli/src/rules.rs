//! The rulebook in force. A notice on holidays puts another in its place while the office is open; what is being answered
//! meanwhile is answered under the one it began with.

use agency::Rulebook;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// A rulebook, and the one that came after it. Each is kept for as long as the office is open: there is a notice a year.
#[derive(Debug)]
pub struct Rules {
    book: Arc<Rulebook>,
    next: OnceLock<Box<Rules>>,
}

impl Rules {
    /// The rulebook an office begins with.
    pub fn of(book: Rulebook) -> Arc<Rules> {
        Arc::new(Rules::link(book))
    }

    fn link(book: Rulebook) -> Rules {
        Rules { book: Arc::new(book), next: OnceLock::new() }
    }

    fn last(&self) -> &Rules {
        let mut last = self;
        while let Some(next) = last.next.get() {
            last = next;
        }
        last
    }

    /// The one in force now.
    pub fn now(&self) -> &Arc<Rulebook> {
        &self.last().book
    }

    /// Puts this one in force.
    pub fn supersede(&self, book: Rulebook) {
        let mut link = Box::new(Rules::link(book));
        while let Err(back) = self.last().next.set(link) {
            link = back;
        }
    }
}

impl Deref for Rules {
    type Target = Rulebook;

    fn deref(&self) -> &Rulebook {
        self.now()
    }
}
