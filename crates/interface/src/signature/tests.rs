use super::*;

const KEY: &str = "ak-H33010600001";
const SECRET: &[u8] = b"key";
const NOW: Moment = Moment(1_700_000_000_000);

fn signed<'a>(timestamp: &'a str, signature: &'a str) -> Headers<'a> {
    Headers {
        name: Some("2207"),
        version: Some("1.0.0"),
        timestamp: Some(timestamp),
        access_key: Some(KEY),
        signature: Some(signature),
    }
}

fn secrets(key: &str) -> Vec<Vec<u8>> {
    if key == KEY { vec![b"old".to_vec(), SECRET.to_vec()] } else { Vec::new() }
}

#[test]
fn the_mac_is_that_of_rfc_2202() {
    // Test cases 1 and 6 of RFC 2202: a short key, and one longer than a block.
    let hex = |mac: Hmac<Sha1>| {
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let keyed = |key: &[u8], text: &[u8]| {
        let mut block = [0u8; 64];
        if key.len() > 64 {
            block[..20].copy_from_slice(&Sha1::digest(key));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let mut mac = Hmac::<Sha1>::new((&block).into());
        mac.update(text);
        mac
    };
    assert_eq!(hex(keyed(&[0x0b; 20], b"Hi There")), "b617318655057264e28bc0b6fb378c8ef146be00");
    assert_eq!(
        hex(keyed(&[0xaa; 80], b"Test Using Larger Than Block-Size Key - Hash Key First")),
        "aa4ae5e15272d00e95705637ce8a3b55ed402112"
    );
}

#[test]
fn a_right_signature_passes_with_either_secret() {
    // By `openssl dgst -sha1 -hmac key -binary | base64` over the sorted headers.
    assert_eq!(
        signed_text(KEY, "2207", "1700000000000", "1.0.0"),
        "_api_access_key=ak-H33010600001&_api_name=2207&_api_timestamp=1700000000000&_api_version=1.0.0"
    );
    let signature = "KX63jxHBpq9vac53DNPpFkc1xsY=";
    assert_eq!(sign(SECRET, KEY, "2207", "1700000000000", "1.0.0"), signature);
    assert_eq!(check(&signed("1700000000000", signature), NOW, secrets), Ok(()));
    let old = sign(b"old", KEY, "2207", "1700000000000", "1.0.0");
    assert_eq!(check(&signed("1700000000000", &old), NOW, secrets), Ok(()));
}

#[test]
fn every_header_must_be_there() {
    let signature = sign(SECRET, KEY, "2207", "1700000000000", "1.0.0");
    let whole = signed("1700000000000", &signature);
    for (without, missing) in [
        (Headers { name: None, ..whole }, "_api_name"),
        (Headers { version: Some(" "), ..whole }, "_api_version"),
        (Headers { timestamp: None, ..whole }, "_api_timestamp"),
        (Headers { access_key: None, ..whole }, "_api_access_key"),
        (Headers { signature: Some(""), ..whole }, "_api_signature"),
    ] {
        assert_eq!(check(&without, NOW, secrets), Err(Unsigned::Missing(missing)));
    }
}

#[test]
fn half_an_hour_is_fresh_and_a_millisecond_more_is_not() {
    for (timestamp, answer) in [
        ("1699998200000", Ok(())),
        ("1699998199999", Err(Unsigned::Stale)),
        ("1700001800000", Ok(())),
        ("1700001800001", Err(Unsigned::Stale)),
        ("170000000000", Err(Unsigned::Timestamp)),
        ("17000000000x0", Err(Unsigned::Timestamp)),
    ] {
        let signature = sign(SECRET, KEY, "2207", timestamp, "1.0.0");
        assert_eq!(check(&signed(timestamp, &signature), NOW, secrets), answer, "{timestamp}");
    }
}

#[test]
fn another_key_name_or_secret_is_refused() {
    let other = sign(b"other", KEY, "2207", "1700000000000", "1.0.0");
    assert_eq!(check(&signed("1700000000000", &other), NOW, secrets), Err(Unsigned::Signature));
    let for_another = sign(SECRET, KEY, "2206", "1700000000000", "1.0.0");
    assert_eq!(check(&signed("1700000000000", &for_another), NOW, secrets), Err(Unsigned::Signature));
    assert_eq!(check(&signed("1700000000000", "not base64!"), NOW, secrets), Err(Unsigned::Signature));
    let unknown = Headers { access_key: Some("ak-nobody"), ..signed("1700000000000", &other) };
    assert_eq!(check(&unknown, NOW, secrets), Err(Unsigned::UnknownKey));
    assert_eq!(
        Unsigned::UnknownKey.body(),
        r#"{"code":401,"message":"_api_access_key is unknown or revoked"}"#
    );
}
