//! Deserializes the options of a native rule into its own struct.

use std::cell::Cell;
use std::fmt;

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::rule::page::{OptionValue, Options};

/// The options of a native rule: each one that its page declares, with the value from the settings or else the page's.
///
/// The page is the only place where an option has a default. The struct that takes the options has exactly the options
/// of the page as fields, whatever its serde attributes say (`default` changes nothing): a field that the page does not
/// declare, an option that is no field, and a page with options whose rule reads none are mistakes when the rule is
/// planned. State that is no option is a field with `#[serde(skip)]`.
#[derive(Debug)]
pub struct OptionReader {
    values: Options,
    is_read: Cell<bool>,
}

impl OptionReader {
    /// A reader of these values.
    pub fn new(values: Options) -> Self {
        Self { values, is_read: Cell::new(false) }
    }

    /// All options, as a struct with a field for each. Fields are `bool`, integers, `String`, `Vec<String>`, options of
    /// these, or enums of unit variants for strings.
    ///
    /// # Errors
    /// The first option that is no field, field that is no option, or value that does not fit its field.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, OptionError> {
        self.is_read.set(true);
        T::deserialize(AllOptions(&self.values))
    }

    /// The values as the page and the settings give them.
    pub fn values(&self) -> &Options {
        &self.values
    }

    /// Checks that a rule that was made without reading its options has none.
    pub(crate) fn check_read(&self) -> Result<(), OptionError> {
        match self.values.keys().next() {
            Some(option) if !self.is_read.get() => Err(OptionError::unread(option)),
            _ => Ok(()),
        }
    }
}

/// The reason why a native rule cannot be made from its options: the code and the page disagree, or a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionError {
    option: Option<String>,
    message: String,
}

impl OptionError {
    /// The value of an option does not fit, for a reason that follows a colon.
    pub fn new(option: impl Into<String>, reason: impl fmt::Display) -> Self {
        let option = option.into();
        Self { message: format!("option `{option}`: {reason}"), option: Some(option) }
    }

    /// The option that is wrong, if it is one that the page declares.
    pub fn option(&self) -> Option<&str> {
        self.option.as_deref()
    }

    fn unread(option: &str) -> Self {
        let message = format!("the page declares the option `{option}`, which its code does not read");
        Self { message, option: Some(option.to_owned()) }
    }

    fn undeclared(field: &str) -> Self {
        Self { message: format!("its code reads the option `{field}`, which the page does not declare"), option: None }
    }
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for OptionError {}

impl de::Error for OptionError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), option: None }
    }
}

impl From<String> for OptionError {
    fn from(message: String) -> Self {
        Self { message, option: None }
    }
}

/// All options as one value. A derived `Deserialize` names the fields of its struct, which are compared with the options.
struct AllOptions<'a>(&'a Options);

impl AllOptions<'_> {
    fn check_fields(&self, fields: &[&str]) -> Result<(), OptionError> {
        if let Some(field) = fields.iter().find(|field| !self.0.contains_key(**field)) {
            return Err(OptionError::undeclared(field));
        }
        match self.0.keys().find(|option| !fields.contains(&option.as_str())) {
            Some(option) => Err(OptionError::unread(option)),
            None => Ok(()),
        }
    }
}

impl<'de> Deserializer<'de> for AllOptions<'_> {
    type Error = OptionError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        visitor.visit_map(Entries { rest: self.0.iter(), current: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, OptionError> {
        self.check_fields(fields)?;
        self.deserialize_any(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionError> {
        self.check_fields(&[])?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, OptionError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, OptionError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The options that are left to read, each with its name.
struct Entries<'a> {
    rest: std::collections::btree_map::Iter<'a, String, OptionValue>,
    current: Option<(&'a str, &'a OptionValue)>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = OptionError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, OptionError> {
        self.current = self.rest.next().map(|(name, value)| (name.as_str(), value));
        let Some((name, _)) = self.current else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, OptionError> {
        let Some((name, value)) = self.current.take() else { return Err(de::Error::custom("a value without a name")) };
        seed.deserialize(Borrowed(value)).map_err(|error| OptionError::new(name, error))
    }
}

/// The value of one option.
struct Borrowed<'a>(&'a OptionValue);

impl<'de> Deserializer<'de> for Borrowed<'_> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.0 {
            OptionValue::Bool(value) => visitor.visit_bool(*value),
            OptionValue::Int(value) => visitor.visit_i64(*value),
            OptionValue::String(value) => visitor.visit_str(value),
            OptionValue::List(items) => visitor.visit_seq(SeqDeserializer::new(items.iter().map(String::as_str))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        match self.0 {
            OptionValue::String(value) => visitor.visit_enum(value.as_str().into_deserializer()),
            OptionValue::Bool(_) | OptionValue::Int(_) | OptionValue::List(_) => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The reason why a value does not fit, in the words of pages: who sets an option need not know Rust.
#[derive(Debug)]
struct ValueError(String);

impl ValueError {
    fn unfit(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let expected = match expected.as_str() {
            "i8" | "i16" | "i32" | "i64" | "isize" => match found {
                Unexpected::Signed(_) => "a whole number nearer to 0",
                _ => "a whole number",
            },
            "u8" | "u16" | "u32" | "u64" | "usize" => match found {
                Unexpected::Signed(0..) => "a smaller whole number",
                _ => "a whole number, 0 or greater",
            },
            "a sequence" => "a list",
            other => other,
        };
        let found = match found {
            Unexpected::Bool(value) => format!("`{value}`"),
            Unexpected::Signed(value) => value.to_string(),
            Unexpected::Unsigned(value) => value.to_string(),
            Unexpected::Str(value) => format!("the text `{value}`"),
            Unexpected::Seq => "a list".to_owned(),
            other => other.to_string(),
        };
        Self(format!("expected {expected}, found {found}"))
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ValueError {}

impl de::Error for ValueError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unfit(found, expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unfit(found, expected)
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        Self(format!("expected {}, found `{found}`", known.join(" or ")))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Sample {
        max: u32,
        #[serde(default)]
        names: Vec<String>,
        #[serde(skip)]
        seen: usize,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Mode {
        Strict,
        Loose,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Kinds {
        mode: Mode,
        limit: Option<u8>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Nothing;

    fn options(values: &[(&str, OptionValue)]) -> Options {
        values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    fn names() -> OptionValue {
        OptionValue::List(vec!["a".to_owned()])
    }

    fn check_refused<T: DeserializeOwned + fmt::Debug>(
        values: &[(&str, OptionValue)],
        option: Option<&str>,
        message: &str,
    ) {
        let error = OptionReader::new(options(values)).read::<T>().unwrap_err();
        assert_eq!((error.option(), error.to_string().as_str()), (option, message));
    }

    #[test]
    fn a_struct_is_read_from_its_options() {
        let values = options(&[("max", OptionValue::Int(3)), ("names", names())]);
        let sample = OptionReader::new(values).read::<Sample>();
        assert_eq!(sample, Ok(Sample { max: 3, names: vec!["a".to_owned()], seen: 0 }));
        assert_eq!(OptionReader::new(Options::new()).read::<Nothing>(), Ok(Nothing));
        let values = options(&[("limit", OptionValue::Int(3)), ("mode", OptionValue::String("loose".to_owned()))]);
        assert_eq!(OptionReader::new(values).read::<Kinds>(), Ok(Kinds { mode: Mode::Loose, limit: Some(3) }));
    }

    #[test]
    fn an_option_that_is_no_field_is_named() {
        let values = [("max", OptionValue::Int(3)), ("names", names()), ("tests", OptionValue::Bool(true))];
        let message = "the page declares the option `tests`, which its code does not read";
        check_refused::<Sample>(&values, Some("tests"), message);
        check_refused::<Nothing>(&values[2..], Some("tests"), message);
    }

    #[test]
    fn a_field_that_is_no_option_is_named_even_with_a_default_of_its_own() {
        let message = "its code reads the option `names`, which the page does not declare";
        check_refused::<Sample>(&[("max", OptionValue::Int(3))], None, message);
    }

    #[test]
    fn a_value_that_does_not_fit_is_named() {
        let values = [("max", OptionValue::Bool(true)), ("names", names())];
        check_refused::<Sample>(
            &values,
            Some("max"),
            "option `max`: expected a whole number, 0 or greater, found `true`",
        );
        let values = [("max", OptionValue::Int(-1)), ("names", names())];
        check_refused::<Sample>(&values, Some("max"), "option `max`: expected a whole number, 0 or greater, found -1");
        let values = [("limit", OptionValue::Int(3)), ("mode", OptionValue::String("lose".to_owned()))];
        let message = "option `mode`: expected `strict` or `loose`, found `lose`";
        check_refused::<Kinds>(&values, Some("mode"), message);
    }

    #[test]
    fn options_that_nothing_reads_are_named() {
        let values = options(&[("max", OptionValue::Int(3))]);
        let reader = OptionReader::new(values);
        assert_eq!(reader.check_read(), Err(OptionError::unread("max")));
        let _ = reader.read::<Sample>();
        assert_eq!(reader.check_read(), Ok(()));
        assert_eq!(OptionReader::new(Options::new()).check_read(), Ok(()));
    }
}
