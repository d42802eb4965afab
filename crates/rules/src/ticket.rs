//! The forms in which texts name tickets of the usual trackers.

/// True if a text names a ticket.
pub(crate) fn is_in(text: &str) -> bool {
    text.split_whitespace().any(is_ticket)
}

/// True if a word of a text is or contains a ticket.
fn is_ticket(word: &str) -> bool {
    match word.find("://") {
        Some(at) => is_numbered_page(&word[at + 3..]),
        None => has_number_sign(word) || parts(word).any(is_key),
    }
}

/// True for an address with a part after the host that is a number or a key: `tracker.example/issues/12`.
fn is_numbered_page(address: &str) -> bool {
    let mut parts = address.split(['/', '?', '&', '=', '#', '-', ')', ']', '>', ',', ';', '.', '"', '\'']);
    let host_end = address.find('/').unwrap_or(address.len());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.any(|part| part.as_ptr() as usize - address.as_ptr() as usize > host_end && is_number(part))
}

/// True if the word contains `#` with a number: `#12`, `team/tool#7`, but no colour such as `#12ab34`.
fn has_number_sign(word: &str) -> bool {
    word.match_indices('#').any(|(at, _)| {
        let rest = &word[at + 1..];
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.starts_with(|c: char| matches!(c, '1'..='9')) && !after.starts_with(char::is_alphanumeric)
    })
}

/// The parts of a word that may be keys.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    word.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
}

/// True for the key of a ticket: `PROJ-12`. A key has at least two letters, and none is the name of a standard, of an
/// encoding or of a version.
fn is_key(part: &str) -> bool {
    let Some((name, number)) = part.split_once('-') else { return false };
    let letters = name.bytes().filter(u8::is_ascii_uppercase).count();
    let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let is_number = number.starts_with(|c: char| matches!(c, '1'..='9')) && number.bytes().all(|b| b.is_ascii_digit());
    letters >= 2 && is_name && is_number && !STANDARDS.contains(&name)
}

/// The words before a number in the names of standards, encodings, formats and versions.
const STANDARDS: [&str; 76] = [
    "AES", "AGPL", "ANSI", "ARM", "ASCII", "AVX", "BASE", "BCP", "BIG", "BLAKE", "BOM", "CBC", "CCITT", "CHACHA",
    "COVID", "CP", "CRC", "CRYSTALS", "CSS", "CWE", "DES", "DIN", "EBCDIC", "ECMA", "ED", "EIP", "EN", "ERC", "ES",
    "EUC", "FAT", "FIPS", "FP", "FTP", "GB", "GMT", "GPL", "GPT", "HEVC", "HTML", "HTTP", "IBM", "IEC", "IEEE", "INT",
    "IP", "IPV", "ISBN", "ISO", "ITU", "JIS", "KOI", "LATIN", "LGPL", "MD", "MPEG", "MPL", "NFC", "NIST", "OAUTH",
    "PEP", "PKCS", "RFC", "RS", "RSA", "SHA", "SSE", "SSL", "TIS", "TLS", "UCS", "USB", "UTC", "UTF", "WCAG", "WGS",
];
