//! The body of a `PATCH`: only the given fields change (JSON merge patch, RFC 7396).

use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::endpoint::Wire;

/// Some fields of a `T`. `null` empties an optional field; an absent field stays as it is.
#[derive(Debug)]
pub struct Patch<T> {
    fields: Map<String, Value>,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned> Patch<T> {
    /// Every field of `whole`, as a form sends it.
    #[must_use]
    pub fn whole(whole: &T) -> Self {
        let fields = match serde_json::to_value(whole) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        Self { fields, of: PhantomData }
    }

    /// `current` with the given fields replaced.
    ///
    /// # Errors
    /// When a field is unknown or has a value of the wrong shape; the message names it.
    pub fn apply(&self, current: &T) -> Result<T, serde_json::Error> {
        let mut value = serde_json::to_value(current)?;
        if let Value::Object(fields) = &mut value {
            fields.extend(self.fields.clone());
        }
        serde_json::from_value(value)
    }
}

impl<T> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { fields: Map::deserialize(deserializer)?, of: PhantomData })
    }
}

#[cfg(feature = "openapi")]
impl<T: utoipa::ToSchema> utoipa::PartialSchema for Patch<T> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        match T::schema() {
            utoipa::openapi::RefOr::T(utoipa::openapi::schema::Schema::Object(mut object)) => {
                object.required.clear();
                utoipa::openapi::schema::Schema::Object(object).into()
            }
            other => other,
        }
    }
}

#[cfg(feature = "openapi")]
impl<T: utoipa::ToSchema> utoipa::ToSchema for Patch<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{}Patch", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        T::schemas(schemas);
    }
}

#[cfg(not(feature = "openapi"))]
impl<T: 'static> Wire for Patch<T> {}
#[cfg(feature = "openapi")]
impl<T: utoipa::ToSchema + 'static> Wire for Patch<T> {}
