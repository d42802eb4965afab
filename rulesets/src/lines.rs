//! Splitting the lines of `rulesets/index.txt`. The build script does it, so that the program need not.

/// A page: its id, its earlier ids with commas, and its bytes.
pub(crate) type PageLine<B> = (&'static str, &'static str, B);

/// A rule of a preset: the preset's name and the bytes.
pub(crate) type RuleLine<B> = (&'static str, B);

/// The pages and the rules of presets, both in the order of the index.
pub(crate) type Lines = (Vec<PageLine<Vec<u8>>>, Vec<RuleLine<Vec<u8>>>);

/// Splits an index into its pages and rules; none when a line is neither.
pub(crate) fn read(index: &'static str) -> Option<Lines> {
    let (mut pages, mut rules) = (Vec::new(), Vec::new());
    for line in index.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.splitn(4, '\t').collect();
        match fields[..] {
            ["page", id, formerly, page] => pages.push((id, formerly, from_hex(page)?)),
            ["rule", preset, _, rule] => rules.push((preset, from_hex(rule)?)),
            _ => return None,
        }
    }
    Some((pages, rules))
}

/// The bytes of hexadecimal digits; none of anything else.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::try_from(digit(pair[0])? << 4 | digit(*pair.get(1)?)?).ok()).collect()
}
