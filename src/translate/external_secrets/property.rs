//! A key of a JSON object as the External Secrets operator finds it: `property` is a path of the library gjson, in which
//! much more than a dot has a meaning. Escaped, each character means itself.

/// The path of this one key of the top level.
pub(super) fn path(key: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | ':') || !character.is_ascii() || character <= ' ';
    key.chars().fold(String::new(), |path, character| {
        if is_plain(character) { path + character.encode_utf8(&mut [0; 4]) } else { path + "\\" + character.encode_utf8(&mut [0; 4]) }
    })
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn what_has_a_meaning_is_escaped() {
        for (key, expected) in [
            ("password", "password"),
            ("db_user-1", "db_user-1"),
            ("a.b", r"a\.b"),
            ("a*?|#@!", r"a\*\?\|\#\@\!"),
            (r"a\b", r"a\\b"),
            ("a b", "a b"),
            ("ü", "ü"),
        ] {
            assert_eq!(path(key), expected);
        }
    }
}
