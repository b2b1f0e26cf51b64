//! What callers ask of the writer, and what it may answer.

use crate::body;
use crate::witness::Hash;
use agency::{Decision, Event};
use sha2::{Digest, Sha256};
use std::fmt;
use terms::Moment;

/// One request: all of its events are kept, or none.
#[derive(Debug, Clone)]
pub struct Append {
    /// The sender's name for this request. The same key again has no second effect.
    pub key: Option<RequestKey>,
    /// What was asked, hashed, so that a key used for something else is noticed.
    pub hash: RequestHash,
    /// When it was decided, by the office's clock.
    pub at: Moment,
    /// Who asked: an account, a provider's key, or the clock.
    pub actor: String,
    /// The streams it was decided on, each once; their events are numbered in this order.
    pub streams: Vec<StreamWrite>,
}

/// One stream's part of a request.
#[derive(Debug, Clone)]
pub struct StreamWrite {
    /// Name of the stream, such as `person/330106…`.
    pub stream: String,
    /// How many events the stream had when the request was decided; `None` where that does not matter.
    pub expected_version: Option<u32>,
    /// New events, oldest first. May be empty: then the request only demands that the version still holds.
    pub events: Vec<NewEvent>,
}

/// An event before it has a number: its text is made, and made small, where it is decided, so that the one writer
/// need not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    event: Event,
    body: String,
    packed: Vec<u8>,
    hash: Hash,
}

impl NewEvent {
    /// The event with its JSON.
    ///
    /// # Errors
    /// [`AppendError::Malformed`] where the event has no JSON, which no event of the agency lacks.
    pub fn new(event: Event) -> Result<NewEvent, AppendError> {
        let body =
            serde_json::to_string(&event).map_err(|error| AppendError::Malformed(error.to_string()))?;
        let packed = body::pack(&body);
        let hash = Hash::of(body.as_bytes());
        Ok(NewEvent { event, body, packed, hash })
    }

    /// What happens.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The event as JSON, with its kind.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The JSON as the file keeps it.
    pub(crate) fn packed(&self) -> &[u8] {
        &self.packed
    }

    /// Hash of the JSON, for the witness log.
    pub(crate) fn hash(&self) -> Hash {
        self.hash
    }
}

/// The durable answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Number of the request's first event; the number the next event would have got where it brought none.
    pub first_seq: i64,
    /// How many events it brought.
    pub events: u32,
    /// The streams that grew, with their version afterwards, in the order of the request.
    pub versions: Vec<(String, u32)>,
    /// True where this very request was kept earlier and nothing was done now.
    pub repeated: bool,
}

/// Why a request was not kept, in the order in which the reasons are looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The request breaks a limit or names a stream twice. Asking again will not help.
    #[error("the request cannot be kept: {0}")]
    Malformed(String),
    /// Too many requests wait already. Nothing was done; ask again a little later.
    #[error("the store has as many requests waiting as it takes; nothing was done, ask again in a moment")]
    Busy,
    /// The key was used before for other contents. Nothing was done.
    #[error(
        "the request key `{key}` was used before for something else (event {first_seq}); use a new key for a new request"
    )]
    KeyReused {
        /// The key.
        key: String,
        /// First event of the earlier request.
        first_seq: i64,
    },
    /// Somebody else was quicker. Nothing was done; read again, decide again.
    #[error("`{stream}` has moved on to version {found}; the request was decided on version {expected}")]
    VersionConflict {
        /// The stream that moved.
        stream: String,
        /// What the request was decided on.
        expected: u32,
        /// What it is.
        found: u32,
    },
    /// Disk or machine. Ask again with the same key once it is mended: that is safe in every case.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// A fault of the program: the request is lawful but a table refused it. Nothing was done.
    #[error("a table refused the request, which is a fault of the program: {0}; nothing was kept")]
    Defect(String),
}

/// What the machine did to us. Whether the request was kept is then not certain, which is why requests carry keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// No room. The store goes on as soon as there is.
    #[error("the disk is full ({0}); nothing was kept; free some space and ask again")]
    DiskFull(String),
    /// A statement was cut short. The store goes on.
    #[error("the write was interrupted ({0}); nothing was kept; ask again")]
    Interrupted(String),
    /// Reading or writing failed. What the disk holds is no longer certain, so nothing more is written until the
    /// file has been opened anew; reading goes on.
    #[error(
        "the disk failed ({0}); nothing more is written until the office is restarted; check the disk first"
    )]
    Stopped(String),
    /// The store was closed while the request waited.
    #[error("the store is closed")]
    Closed,
}

/// Bounds on whatever a request can make grow.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Streams in one request.
    pub streams_max: usize,
    /// Events in one request.
    pub events_max: usize,
    /// Bytes of a stream's name, a key or an actor.
    pub name_bytes_max: usize,
    /// Bytes of one event's body.
    pub body_bytes_max: usize,
}

/// The bounds in force.
pub const LIMITS: Limits =
    Limits { streams_max: 1_000, events_max: 10_000, name_bytes_max: 200, body_bytes_max: 1 << 20 };

/// The sender's name for a request, at most 200 bytes without control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestKey(String);

/// Why a text is no request key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a request key has 1 to 200 bytes and no control characters")]
pub struct RequestKeyError;

impl RequestKey {
    /// Takes the sender's text as it is.
    pub fn new(text: impl Into<String>) -> Result<RequestKey, RequestKeyError> {
        let text = text.into();
        if text.is_empty() || text.len() > LIMITS.name_bytes_max || text.chars().any(char::is_control) {
            return Err(RequestKeyError);
        }
        Ok(RequestKey(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 of what was asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestHash(pub [u8; 32]);

impl RequestHash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> RequestHash {
        RequestHash(Sha256::digest(bytes).into())
    }
}

impl fmt::Debug for RequestHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in &self.0[..6] {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("…")
    }
}

impl Append {
    /// A decision of the agency as a request.
    ///
    /// # Errors
    /// [`AppendError::Malformed`] as for [`NewEvent::new`].
    pub fn decided(
        decision: Decision,
        key: Option<RequestKey>,
        hash: RequestHash,
        at: Moment,
        actor: impl Into<String>,
    ) -> Result<Append, AppendError> {
        let stream = |append: agency::StreamAppend| {
            let version = append.expected_version;
            Ok(StreamWrite {
                stream: append.stream.to_string(),
                expected_version: Some(u32::try_from(version).map_err(|_| {
                    AppendError::Malformed(format!("version {version} is past every stream"))
                })?),
                events: append.events.into_iter().map(NewEvent::new).collect::<Result<_, _>>()?,
            })
        };
        let streams = decision.appends.into_iter().map(stream).collect::<Result<_, AppendError>>()?;
        Ok(Append { key, hash, at, actor: actor.into(), streams })
    }

    /// Checks everything that needs no look at the file.
    pub(crate) fn check_limits(&self) -> Result<(), AppendError> {
        let wrong = |what: String| Err(AppendError::Malformed(what));
        let name = |what: &str, text: &str| {
            if text.is_empty() || text.len() > LIMITS.name_bytes_max || text.chars().any(char::is_control) {
                let max = LIMITS.name_bytes_max;
                return wrong(format!(
                    "{what} has {} bytes; 1 to {max} without control characters are taken",
                    text.len()
                ));
            }
            Ok(())
        };
        name("the actor", &self.actor)?;
        if self.streams.is_empty() || self.streams.len() > LIMITS.streams_max {
            let max = LIMITS.streams_max;
            return wrong(format!("it names {} streams; 1 to {max} are taken", self.streams.len()));
        }
        let mut names: Vec<&str> = self.streams.iter().map(|write| write.stream.as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return wrong(format!("it names the stream `{}` twice", twice[0]));
        }
        let mut events = 0;
        for write in &self.streams {
            name("a stream's name", &write.stream)?;
            events += write.events.len();
            for event in &write.events {
                if event.body.len() > LIMITS.body_bytes_max {
                    let max = LIMITS.body_bytes_max;
                    return wrong(format!(
                        "an event `{}` has {} bytes; {max} are taken",
                        event.event.kind(),
                        event.body.len()
                    ));
                }
            }
        }
        if events > LIMITS.events_max {
            return wrong(format!("it has {events} events; {} are taken", LIMITS.events_max));
        }
        Ok(())
    }
}
