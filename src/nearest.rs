//! "Did you mean": the word that is nearest to a mistyped one.

/// The nearest of `words`, where one is near enough to be meant.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let allowed = (word.chars().count() / 3).clamp(1, 4);
    let distances = words.into_iter().map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate));
    distances.filter(|(distance, _)| *distance <= allowed).min().map(|(_, candidate)| candidate)
}

/// How many letters are to be inserted, left out, replaced or swapped with the next to make `right` of `left`.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().take(128).collect(), right.chars().take(128).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, letter) in left.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, other) in right.iter().enumerate() {
            let replaced = row[j] + usize::from(letter != other);
            let mut best = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && *letter == right[j - 1] && left[i - 1] == *other {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_word_is_found_and_no_far_one() {
        let words = ["containerDefinitions", "cpu", "memory", "family"];
        assert_eq!(nearest("ContainerDefinitions", words), Some("containerDefinitions"));
        assert_eq!(nearest("conatinerDefinition", words), Some("containerDefinitions"));
        assert_eq!(nearest("cup", words), Some("cpu"));
        assert_eq!(nearest("volumes", words), None);
        assert_eq!(nearest("", words), None);
    }
}
