//! Objects that stand in requests and in answers alike: answers may grow, requests are read whole
//! or refused.

use std::fmt;

use serde::de::{DeserializeOwned, Error, MapAccess, Visitor};
use serde::{Deserializer, Serialize};
use serde_json::{Map, Value};

/// Reads an object of a request: no key twice, and none that would be ignored.
pub(super) fn whole<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Serialize,
{
    let given = deserializer.deserialize_map(Keys)?;
    let read: T = serde_json::from_value(Value::Object(given.clone())).map_err(D::Error::custom)?;
    // What a value is written as has every key that it was read from.
    let again = serde_json::to_value(&read).map_err(D::Error::custom)?;
    match given.keys().find(|key| again.get(key.as_str()).is_none()) {
        Some(unknown) => Err(D::Error::custom(format_args!("unknown field `{unknown}`"))),
        None => Ok(read),
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut map = Map::new();
        while let Some((key, value)) = access.next_entry::<String, Value>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
            }
            map.insert(key, value);
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::types::Place;

    #[derive(Deserialize)]
    struct Asked {
        #[serde(deserialize_with = "whole")]
        about: Place,
    }

    #[test]
    fn a_place_in_a_request_has_its_keys_once_and_no_others() {
        let read = |keys: &str| serde_json::from_str::<Asked>(&format!("{{\"about\": {keys}}}"));
        let place = Place { origin: "a/b".to_owned(), number: 7 };
        let good = read("{\"origin\": \"a/b\", \"number\": 7}").expect("reads");
        assert_eq!(good.about, place);
        for (keys, expected) in [
            ("{\"origin\": \"a/b\", \"number\": 7, \"log\": 1}", "unknown field `log`"),
            ("{\"origin\": \"a\", \"number\": 7, \"number\": 8}", "duplicate field `number`"),
            ("{\"origin\": \"a/b\"}", "missing field `number`"),
            ("7", "invalid type"),
        ] {
            let error = read(keys).err().expect("refused").to_string();
            assert!(error.starts_with(expected), "{keys}: {error}");
        }
    }
}
