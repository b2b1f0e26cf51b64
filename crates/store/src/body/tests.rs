//! What is packed comes back, what is damaged is named, and the dictionary stays what it was.

use super::{BodyError, FIRST, pack, unpack};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

#[test]
fn the_first_dictionary_is_what_files_were_written_with() {
    let hash = Sha256::digest(FIRST);
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        hex, "33921d075661a3089d4dcf9eb0367f247de83760fe51ab2fb4537f4f26e510ae",
        "a dictionary is never changed: write the next"
    );
}

#[test]
fn events_take_less_than_half() {
    for event in include_str!("../../../agency/src/event/golden.jsonl").lines() {
        let packed = pack(event);
        assert_eq!(unpack(&packed).as_deref(), Ok(event));
        assert!(packed.len() <= event.len() + 1);
        if event.contains("settlement.made") {
            assert!(packed.len() * 2 < event.len(), "{} of {}", packed.len(), event.len());
        }
    }
}

#[test]
fn damage_is_named() {
    assert_eq!(unpack(&[]), Err(BodyError::Damaged("it is empty".into())));
    assert_eq!(unpack(&[7, 1]), Err(BodyError::Unknown(7)));
    assert_eq!(unpack(&[1, 0, 0]), Err(BodyError::Damaged("its length is cut short".into())));
    assert_eq!(
        unpack(&[1, 255, 255, 255, 255, 0]),
        Err(BodyError::Damaged("its length is beyond every event".into()))
    );
    assert!(matches!(unpack(&[0, 0xff]), Err(BodyError::Damaged(_))));
}

proptest! {
    #[test]
    fn every_text_comes_back(text in ".{0,400}") {
        prop_assert_eq!(unpack(&pack(&text)), Ok(text));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = unpack(&bytes);
    }
}
