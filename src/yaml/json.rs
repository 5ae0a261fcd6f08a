//! JSON as people write it: with comments (`//`, `/* */`, `#`) and with commas after the last item.

use serde::de::IgnoredAny;

/// The same JSON with blanks for comments and for commas after the last item, so that every byte keeps its place. `None` where
/// there is nothing to blank, or where that makes no JSON of it.
pub fn plain(text: &str) -> Option<String> {
    if !text.trim_start().starts_with(['{', '[', '/', '#']) {
        return None;
    }
    let blanked = blanked(text);
    let is_json = || serde_json::Deserializer::from_str(&blanked).into_iter::<IgnoredAny>().all(|document| document.is_ok());
    (blanked != text && is_json()).then_some(blanked)
}

fn blanked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut comma = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'"' => {
                comma = None;
                at = end_of_string(&bytes, at);
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => at = blank_until(&mut bytes, at, "*/"),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = blank_until(&mut bytes, at, "\n"),
            b'#' => at = blank_until(&mut bytes, at, "\n"),
            b',' => {
                comma = Some(at);
                at += 1;
            }
            b'}' | b']' => {
                if let Some(last) = comma.take().and_then(|comma| bytes.get_mut(comma)) {
                    *last = b' ';
                }
                at += 1;
            }
            _ => {
                if !byte.is_ascii_whitespace() {
                    comma = None;
                }
                at += 1;
            }
        }
    }
    // Only whole characters were replaced, each by as many blanks as it has bytes.
    String::from_utf8(bytes).unwrap_or_default()
}

/// The byte after a string that begins at `start`.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// Blanks all but line breaks to the end of a comment, and gives back where it is.
fn blank_until(bytes: &mut [u8], start: usize, end: &str) -> usize {
    let length = bytes.get(start..).and_then(|rest| rest.windows(end.len()).position(|window| window == end.as_bytes()));
    let end = length.map_or(bytes.len(), |length| start + length + end.len());
    for byte in bytes.get_mut(start..end).into_iter().flatten().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        *byte = b' ';
    }
    end
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn comments_and_last_commas_become_blanks() {
        let text = "// é\n{ # x\n  \"a\": \"// no # comment, }\\\"\", /* b,\n */ \"b\": [1, 2 , ], // c\n}";
        let expected = "     \n{    \n  \"a\": \"// no # comment, }\\\"\",      \n    \"b\": [1, 2   ]      \n}";
        assert_eq!(plain(text).as_deref(), Some(expected));
    }

    #[test]
    fn what_is_no_json_is_left_alone() {
        for text in ["{\"a\": 1}", "a: 1 # b\n", "{a: http://b, c: [//d]}", "{\"a\": http://b,}", "[\"", "{\"a\": \"\\", ""] {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
