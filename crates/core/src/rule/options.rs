//! Deserializes the options of a native rule into its own struct.

use serde::de::value::{Error, MapDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::rule::page::{OptionValue, Options};

/// Deserializes a rule's struct from the values of its options.
///
/// # Errors
/// A message when the options do not fit the struct: a missing or unknown field, or a value of another type.
pub fn deserialize<R: DeserializeOwned>(options: &Options) -> Result<R, String> {
    let entries = options.iter().map(|(name, value)| (name.as_str(), Borrowed(value)));
    R::deserialize(MapDeserializer::<_, Error>::new(entries)).map_err(|error| error.to_string())
}

struct Borrowed<'a>(&'a OptionValue);

impl IntoDeserializer<'_, Error> for Borrowed<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Borrowed<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            OptionValue::Bool(value) => visitor.visit_bool(*value),
            OptionValue::Int(value) => visitor.visit_i64(*value),
            OptionValue::String(value) => visitor.visit_str(value),
            OptionValue::List(items) => {
                visitor.visit_seq(serde::de::value::SeqDeserializer::new(items.iter().map(String::as_str)))
            }
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        max: u32,
        names: Vec<String>,
    }

    fn options(max: OptionValue) -> Options {
        let names = OptionValue::List(vec!["a".to_owned()]);
        Options::from([("max".to_owned(), max), ("names".to_owned(), names)])
    }

    #[test]
    fn a_struct_is_read_from_its_options() {
        let sample = deserialize::<Sample>(&options(OptionValue::Int(3)));
        assert_eq!(sample, Ok(Sample { max: 3, names: vec!["a".to_owned()] }));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let error = deserialize::<Sample>(&options(OptionValue::Bool(true))).unwrap_err();
        assert_eq!(error, "invalid type: boolean `true`, expected u32");
    }
}
