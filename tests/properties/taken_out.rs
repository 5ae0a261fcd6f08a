//! Members taken out of a document by their paths.

use serde_json::{Value, json};

/// Takes out the member or item at `path` (`a.b[0].c`), or the nearest thing around it that is there. `false` where that is the whole.
pub fn take_out(value: &mut Value, path: &str) -> bool {
    let path = path.strip_prefix('.').unwrap_or(path);
    match value {
        Value::Object(members) => {
            // A name may hold dots: the longest that the path starts with is meant.
            let rest = |name: &String| path.strip_prefix(name.as_str()).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
            let Some((name, rest)) = members.keys().filter_map(|name| Some((name.clone(), rest(name)?))).max_by_key(|(name, _)| name.len()) else {
                return false;
            };
            if rest.is_empty() || !take_out(&mut members[&name], rest) {
                members.remove(&name);
            }
            true
        }
        Value::Array(items) => {
            let index = path.strip_prefix('[').and_then(|path| path.split_once(']')).and_then(|(index, rest)| Some((index.parse::<usize>().ok()?, rest)));
            let Some((index, rest)) = index.filter(|(index, _)| *index < items.len()) else { return false };
            if rest.is_empty() || !take_out(&mut items[index], rest) {
                items.remove(index);
            }
            true
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The path of what is around what is at `path`; nothing is around the whole.
pub fn around(path: &str) -> Option<&str> {
    path.rfind(['.', '[']).map(|end| &path[..end])
}

#[test]
fn the_nearest_thing_is_taken_out() {
    let taken = |path: &str| {
        let mut value = json!({ "a": [{ "b.c": 1, "d": 2 }, 3] });
        (take_out(&mut value, path), value)
    };
    assert_eq!(taken("a[0].b.c"), (true, json!({ "a": [{ "d": 2 }, 3] })));
    assert_eq!(taken("a[0].x"), (true, json!({ "a": [3] })));
    assert_eq!(taken("a[7]"), (true, json!({})));
    assert_eq!(taken("x"), (false, json!({ "a": [{ "b.c": 1, "d": 2 }, 3] })));
}
