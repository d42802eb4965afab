//! The type and value of a scalar, by the core schema of YAML 1.2.

use granit_parser::{ScalarStyle, Tag};

use crate::data::Data;

/// The value of a scalar.
///
/// # Errors
/// The text does not fit its tag, or is a number that is too large.
pub(super) fn read(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Data, String> {
    match tag.and_then(type_name) {
        Some("null") => Ok(Data::Null),
        Some("bool") => boolean(text).map(Data::Bool).ok_or_else(|| "invalid boolean".to_owned()),
        Some("int") => integer(text)?.map(Data::Int).ok_or_else(|| "invalid whole number".to_owned()),
        Some("float") => float(text).ok_or_else(|| "invalid number".to_owned()),
        Some("seq" | "map") => Err(unsupported(tag)),
        _ if is_text(style, tag) => Ok(Data::String(text.to_owned())),
        _ if is_null(text) => Ok(Data::Null),
        _ => {
            if let Some(value) = boolean(text) {
                return Ok(Data::Bool(value));
            }
            match integer(text)? {
                Some(value) => Ok(Data::Int(value)),
                None => Ok(float(text).unwrap_or_else(|| Data::String(text.to_owned()))),
            }
        }
    }
}

/// The text of a scalar that is a key.
///
/// # Errors
/// The reason why the scalar cannot be a key.
pub(super) fn key(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<String, &'static str> {
    let is_typed = matches!(tag.and_then(type_name), Some(name) if name != "str");
    match text {
        _ if is_typed => Err("a key must be text"),
        _ if is_text(style, tag) => Ok(text.to_owned()),
        "<<" => Err("YAML merge keys are not allowed by configured policy"),
        _ if is_null(text) => Err("a key must be text"),
        _ => Ok(text.to_owned()),
    }
}

/// Checks that the tag of a collection is not one of another type.
///
/// # Errors
/// That it is.
pub(super) fn check_collection(tag: Option<&Tag>, own: &str) -> Result<(), String> {
    match tag.and_then(type_name) {
        Some(name) if name != own => Err(unsupported(tag)),
        _ => Ok(()),
    }
}

fn unsupported(tag: Option<&Tag>) -> String {
    format!("unsupported tag `{}`", tag.map(Tag::original).unwrap_or_default())
}

/// The type of the core schema that a tag names, `!!int` or `!int`.
fn type_name(tag: &Tag) -> Option<&str> {
    let (handle, suffix) = tag.parts();
    let is_type = matches!(suffix, "null" | "bool" | "int" | "float" | "str" | "seq" | "map");
    tag.core_suffix().or_else(|| (handle == "!" && is_type).then_some(suffix))
}

/// True for a scalar that is text whatever it looks like.
fn is_text(style: ScalarStyle, tag: Option<&Tag>) -> bool {
    let says_so = |tag: &Tag| type_name(tag) == Some("str") || tag.original() == "!";
    style != ScalarStyle::Plain || tag.is_some_and(says_so)
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// `no` and `yes` are words, as YAML 1.2 says.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// The whole number that is written in decimal digits without a leading zero, or in those of `0x`, `0o` or `0b`; `_` may
/// stand between digits.
///
/// # Errors
/// A whole number that 64 bits cannot hold, but would without a sign.
fn integer(text: &str) -> Result<Option<i64>, String> {
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefixed = |prefixes: [&str; 2]| prefixes.iter().find_map(|prefix| unsigned.strip_prefix(prefix));
    let (radix, digits) = if let Some(digits) = prefixed(["0x", "0X"]) {
        (16, digits)
    } else if let Some(digits) = prefixed(["0o", "0O"]) {
        (8, digits)
    } else if let Some(digits) = prefixed(["0b", "0B"]) {
        (2, digits)
    } else {
        (10, unsigned)
    };
    let is_well_formed = digits.split('_').all(|part| !part.is_empty() && part.chars().all(|c| c.is_digit(radix)));
    if !is_well_formed || (radix == 10 && digits.starts_with('0') && digits != "0") {
        return Ok(None);
    }
    let Ok(magnitude) = u64::from_str_radix(&digits.replace('_', ""), radix) else { return Ok(None) };
    if is_negative {
        return Ok(0_i64.checked_sub_unsigned(magnitude));
    }
    i64::try_from(magnitude).map(Some).map_err(|_| format!("{magnitude} is too large for a whole number"))
}

/// A number with a point or an exponent; what is not finite stays text, in one spelling.
fn float(text: &str) -> Option<Data> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let sign = if text.starts_with('-') { "-" } else { "" };
    match unsigned {
        ".nan" | ".NaN" | ".NAN" => return Some(Data::String(".nan".to_owned())),
        ".inf" | ".Inf" | ".INF" => return Some(Data::String(format!("{sign}.inf"))),
        _ => {}
    }
    let value: f64 = text.parse().ok()?;
    let is_number = unsigned.starts_with(|first: char| first.is_ascii_digit());
    match value {
        value if value.is_finite() => Some(Data::Float(value)),
        _ if is_number => Some(Data::String(format!("{sign}.inf"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &Data) {
        assert_eq!(read(text, ScalarStyle::Plain, None).as_ref(), Ok(expected), "{text}");
    }

    #[test]
    fn plain_scalars_have_the_types_of_the_core_schema() {
        for (text, value) in [("0", 0), ("-7", -7), ("+1_000", 1000), ("0o17", 15), ("-0b11", -3), ("0XfF", 255)] {
            check(text, &Data::Int(value));
        }
        for (text, value) in
            [("1.5", 1.5), ("-1e3", -1000.0), ("007", 7.0), ("1.", 1.0), ("99999999999999999999", 1e20)]
        {
            check(text, &Data::Float(value));
        }
        for text in ["yes", "1__0", "0x", "_1", "1_", "inf", "nan", "1.2.3", "0b2", "-"] {
            check(text, &Data::String(text.to_owned()));
        }
        for (text, value) in [(".NaN", ".nan"), ("-.INF", "-.inf"), ("+.inf", ".inf"), ("-1e999", "-.inf")] {
            check(text, &Data::String(value.to_owned()));
        }
        check("-9223372036854775808", &Data::Int(i64::MIN));
        let error = read("9223372036854775808", ScalarStyle::Plain, None);
        assert_eq!(error, Err("9223372036854775808 is too large for a whole number".to_owned()));
    }
}
