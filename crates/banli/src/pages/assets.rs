//! Style, keys and mark, embedded, each under a path that holds its hash.

use rust_embed::RustEmbed;
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

/// The first twelve digits of the SHA-256 of a file of `assets/`; zeros for a file that is not there.
pub fn hash(name: &str) -> String {
    let Some(file) = Assets::get(name) else { return "000000000000".to_owned() };
    file.metadata.sha256_hash().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Content type and bytes of a file of `assets/`.
pub fn get(name: &str) -> Option<(&'static str, Cow<'static, [u8]>)> {
    let kind = match name.rsplit('.').next()? {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    Some((kind, Assets::get(name)?.data))
}
