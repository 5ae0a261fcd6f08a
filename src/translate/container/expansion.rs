//! `$` in values, arguments and probe commands: Kubernetes replaces `$(NAME)` and halves `$$`, ECS does neither.

/// The text, written so that Kubernetes makes of it what was meant: each run of `$` that is longer than one, or
/// stands before `(`, is doubled.
pub(super) fn literal(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        let run = rest[start..].bytes().take_while(|byte| *byte == b'$').count();
        let end = start + run;
        written.push_str(&rest[..end]);
        if run > 1 || rest[end..].starts_with('(') {
            written.extend(std::iter::repeat_n('$', run));
        }
        rest = &rest[end..];
    }
    written.push_str(rest);
    written
}

/// [`literal`] of each of the texts.
pub(super) fn literals(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| literal(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::literal;

    /// What the kubelet makes of a text when no variable is known: `$(NAME)` stays, `$$` becomes `$`.
    fn expanded(text: &str) -> String {
        let mut expanded = String::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            if character == '$' && characters.peek() == Some(&'$') {
                characters.next();
            } else if character == '$' && characters.peek() == Some(&'(') {
                expanded.push_str("EXPANDED");
            }
            expanded.push(character);
        }
        expanded
    }

    #[test]
    fn what_kubernetes_expands_is_what_was_meant() {
        for text in ["", "a", "$", "$a", "$$", "a$$b", "$(A)", "$$(A)", "$$$(A)", "a$", "$a$$b$(c)$$$", "${A}", "$ (a)", "é$$é"] {
            assert_eq!(expanded(&literal(text)), text, "{text}");
        }
    }

    #[test]
    fn a_single_dollar_stays_as_it_is() {
        assert_eq!([literal("$HOME/bin"), literal("$(date)"), literal("pa$$word")], ["$HOME/bin", "$$(date)", "pa$$$$word"]);
    }
}
