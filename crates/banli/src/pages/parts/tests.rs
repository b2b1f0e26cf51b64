use crate::pages::assets;

/// The tokens of one theme: the first block after `marker`.
fn tokens(css: &str, marker: &str) -> Vec<(String, [u32; 3])> {
    let block = css.split_once(marker).unwrap().1.split_once('}').unwrap().0;
    block
        .split(';')
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            let hex = value.trim().strip_prefix('#')?;
            let part = |at: usize| u32::from_str_radix(&hex[at..at + 2], 16).unwrap();
            Some((name.trim().trim_start_matches('{').trim().to_owned(), [part(0), part(2), part(4)]))
        })
        .collect()
}

#[expect(clippy::float_arithmetic, reason = "the definition of contrast is in real numbers; no money here")]
fn contrast(one: [u32; 3], other: [u32; 3]) -> f64 {
    let luminance = |colour: [u32; 3]| {
        let channel = |value: u32| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(colour[0]) + 0.7152 * channel(colour[1]) + 0.0722 * channel(colour[2])
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_stands_at_seven_to_one_on_every_surface_in_both_themes() {
    let css = String::from_utf8(assets::get("banli.css").unwrap().1.into_owned()).unwrap();
    for marker in [":root {", ":root[data-theme=\"dark\"] {", ":root:not([data-theme=\"light\"]) {"] {
        let tokens = tokens(&css, marker);
        let get = |name: &str| {
            tokens.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{marker} {name}")).1
        };
        for surface in ["--paper", "--panel", "--well", "--wash"] {
            for ink in ["--ink", "--soft", "--accent", "--late", "--warn", "--done"] {
                let contrast = contrast(get(surface), get(ink));
                assert!(contrast >= 7.0, "{marker} {ink} on {surface}: {contrast:.2}");
            }
            assert!(contrast(get(surface), get("--focus")) >= 3.0, "{marker} focus on {surface}");
            assert!(contrast(get(surface), get("--edge")) >= 3.0, "{marker} edge on {surface}");
        }
        assert!(contrast(get("--accent"), get("--on-accent")) >= 7.0, "{marker} buttons");
    }
}

#[test]
fn the_style_asks_no_other_host_and_pages_no_inline_style() {
    let css = String::from_utf8(assets::get("banli.css").unwrap().1.into_owned()).unwrap();
    assert!(!css.contains("http") && !css.contains("@import") && !css.contains("url("));
}
