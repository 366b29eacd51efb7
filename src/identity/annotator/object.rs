//! JSON objects whose members each stand once.
//!
//! Two programs could read an object with a name twice differently, the first or the last; ours refuses it.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// The members of an object.
pub(super) struct Object(HashMap<String, Value>);

impl Object {
    /// Reads one; `None` if the bytes are no JSON object in UTF-8, hold a name twice, or are nested deeper
    /// than anybody needs.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_str(std::str::from_utf8(bytes).ok()?).ok()
    }

    /// What a member says.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// What a member says, if that is not `null`: to say nothing and to say `null` is the same.
    pub(super) fn said(&self, name: &str) -> Option<&Value> {
        self.get(name).filter(|value| !value.is_null())
    }

    /// Whether a member says `true`; nothing else does.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Bool(true))
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Object, A::Error> {
        let mut found = HashMap::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = value(members.next_value()?).map_err(A::Error::custom)?;
            if found.insert(name, value).is_some() {
                return Err(A::Error::custom("a name twice"));
            }
        }
        Ok(Object(found))
    }
}

/// The value of a member. A number that no machine holds, such as 1e400, is one that is right for no claim,
/// so that the refusal names the claim; `false` is that, too.
fn value(raw: &RawValue) -> serde_json::Result<Value> {
    let is_number = raw
        .get()
        .starts_with(|c: char| c == '-' || c.is_ascii_digit());
    serde_json::from_str(raw.get()).or_else(|error| {
        if is_number {
            Ok(Value::Bool(false))
        } else {
            Err(error)
        }
    })
}
