//! Reads values of the contract from JSON that is parsed already.
//!
//! `serde_json` lets a struct stand as an array, too, and so compiles a second reader for each of them. The API never
//! writes them so; this reader knows objects only, which keeps the browser's copy smaller.

use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Value};

/// The value that this JSON is.
///
/// # Errors
/// When it does not fit.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(Json(value))
}

struct Json(Value);

impl<'de> Deserializer<'de> for Json {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            other => Err(mismatch(&other, "a list")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Fields { fields: fields.into_iter(), value: Value::Null }),
            other => Err(mismatch(&other, "an object")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct identifier ignored_any
    }
}

fn mismatch(found: &Value, expected: &str) -> Error {
    Error::invalid_type(Unexpected::Other(&found.to_string()), &expected)
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.0.next().map(|item| seed.deserialize(Json(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Fields {
    fields: serde_json::map::IntoIter,
    value: Value,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((name, value)) = self.fields.next() else { return Ok(None) };
        self.value = value;
        let name: StringDeserializer<Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(Json(self.value.take()))
    }
}

#[cfg(test)]
mod tests {
    use mrp_api::error::{FieldProblem, Problem};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_read_with_its_lists_options_and_free_fields() {
        let problem = json!({
            "type": "about:blank", "title": "t", "status": 422, "detail": "d", "code": "c", "request_id": "r",
            "params": {"rows": [1, null]}, "errors": [{"pointer": "/a", "code": "c", "detail": "d"}],
        });
        assert_eq!(read::<Problem>(problem.clone()).unwrap(), serde_json::from_value::<Problem>(problem).unwrap());
        assert_eq!(read::<Vec<Option<u8>>>(json!([1, null])).unwrap(), [Some(1), None]);
        assert_eq!(read::<(u8, String)>(json!([1, "a"])).unwrap(), (1, "a".to_owned()));
    }

    #[test]
    fn a_struct_is_an_object_and_nothing_else() {
        assert!(read::<FieldProblem>(json!(["/a", "c", "d"])).is_err());
        assert!(read::<FieldProblem>(json!({"pointer": "/a"})).is_err());
        assert!(read::<Vec<u8>>(json!({})).is_err());
    }
}
