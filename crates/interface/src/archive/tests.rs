use super::*;
use proptest::prelude::*;

/// The check value that every description of CRC-32 gives for these nine bytes.
#[test]
fn the_check_sum_is_the_published_one() {
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
}

#[test]
fn what_was_packed_is_read_back() {
    for text in ["", "1\t2\tnull\n", "一\t二\n"] {
        assert_eq!(unpack(&pack("a.txt", text)).as_deref(), Ok(text));
    }
}

#[test]
fn deflated_files_with_sizes_in_the_directory_only_are_read() {
    // As java.util.zip writes them: sizes and sum in the local head are nought, a descriptor follows the data.
    let text = "9\t9\t9\n".repeat(200);
    let packed = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6);
    let mut out = Vec::new();
    out.extend(LOCAL.to_le_bytes());
    for half in [20_u16, 8, 8, 0, 0x21] {
        out.extend(half.to_le_bytes());
    }
    out.extend([0; 12]);
    out.extend(5_u16.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out.extend(b"a.txt");
    out.extend(&packed);
    let directory = out.len();
    out.extend(DIRECTORY.to_le_bytes());
    for half in [20_u16, 20, 8, 8, 0, 0x21] {
        out.extend(half.to_le_bytes());
    }
    for word in [crc32(text.as_bytes()), packed.len() as u32, text.len() as u32] {
        out.extend(word.to_le_bytes());
    }
    out.extend(5_u16.to_le_bytes());
    out.extend([0; 16]);
    out.extend(b"a.txt");
    let length = out.len() - directory;
    out.extend(END.to_le_bytes());
    for half in [0_u16, 0, 1, 1] {
        out.extend(half.to_le_bytes());
    }
    out.extend((length as u32).to_le_bytes());
    out.extend((directory as u32).to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    assert_eq!(unpack(&out), Ok(text));
    // The same archive said to be small: what it grows to is bounded by what it says.
    let size_at = directory + 24;
    out[size_at..size_at + 4].copy_from_slice(&10_u32.to_le_bytes());
    assert_eq!(unpack(&out), Err(NotAnArchive::Broken));
}

#[test]
fn a_changed_byte_is_noticed() {
    let mut bytes = pack("a.txt", "1\t2\n");
    bytes[36] ^= 1;
    assert_eq!(unpack(&bytes), Err(NotAnArchive::CheckSum));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = unpack(&bytes);
    }

    #[test]
    fn no_change_of_an_archive_makes_it_panic(at in 0_usize..140, byte in any::<u8>()) {
        let mut bytes = pack("a.txt", "1\t2\t3\t4\n5\t6\t7\t8\n");
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = unpack(&bytes);
    }
}
