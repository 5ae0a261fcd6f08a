//! Files with environment variables, read as the ECS agent reads them: a line is `NAME=VALUE` and is split at its first
//! `=`. Lines that begin with `#` or have no `=` or no name are passed over, nothing is trimmed, quotes are a part of the
//! value, and only one carriage return before the end of a line is not. In one file the last line of a name holds, of
//! several files the first that has the name.

use std::collections::BTreeMap;

use super::{SecretError, SecretFault, SecretValue};
use crate::translate::{EnvironmentFiles, FileReference, names};

/// The longest line that the agent reads, without its end.
const LONGEST_LINE: usize = 64 * 1024 - 1;
/// The most that the values of a Secret may have together.
const MOST: usize = 1024 * 1024;

/// The variables of these files, of which `texts` are the texts in the same order.
pub fn variables(files: &EnvironmentFiles, texts: Vec<SecretValue>) -> Result<Vec<(String, SecretValue)>, SecretError> {
    let mut merged = BTreeMap::new();
    for (file, SecretValue(text)) in files.files.iter().zip(texts) {
        let of_file = variables_of(&text).map_err(|fault| fails(file, fault))?;
        for (name, value) in of_file {
            merged.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
        if merged.values().map(String::len).sum::<usize>() > MOST {
            return Err(fails(file, SecretFault::TooLarge));
        }
    }
    if let Some(region) = files.region.as_ref().filter(|_| !names::REGION_VARIABLES.iter().any(|name| merged.contains_key(*name))) {
        merged.extend(names::REGION_VARIABLES.map(|name| (name.to_owned(), region.clone())));
    }
    Ok(merged.into_iter().map(|(name, value)| (name, SecretValue(value))).collect())
}

fn fails(file: &FileReference, fault: SecretFault) -> SecretError {
    SecretError { path: file.path.clone(), variable: None, name: file.arn.clone(), fault }
}

/// The variables of one file. A fault names the line and nothing of what it says: where a value of several lines was
/// meant, what looks like a name is a part of the value.
fn variables_of(text: &str) -> Result<BTreeMap<&str, &str>, SecretFault> {
    let mut variables = BTreeMap::new();
    for (index, line) in text.split('\n').enumerate() {
        let fails = |reason| SecretFault::Line { line: index + 1, reason };
        if line.len() > LONGEST_LINE {
            return Err(fails("is longer than 64 KiB: no task of ECS would start either; make it shorter"));
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        let Some((name, value)) = line.split_once('=').filter(|(name, _)| !name.is_empty() && !line.starts_with('#')) else { continue };
        if names::secret_key(name) != name {
            return Err(fails(
                "has a name that Kubernetes cannot take from a file (it has letters, digits, `_`, `.` and `-`, at most 253): \
                 rename the variable or move it to `environment`, or leave the line out",
            ));
        }
        if value.contains('\0') {
            return Err(fails("has a zero byte in its value, which no variable can have: leave it out"));
        }
        variables.insert(name, value);
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::super::SecretValue;
    use super::{LONGEST_LINE, MOST, variables};
    use crate::translate::{EnvironmentFiles, FileReference};

    fn read(region: Option<&str>, texts: &[&str]) -> Result<Vec<(String, String)>, String> {
        let file = |index: usize| FileReference { arn: format!("arn:aws:s3:::b/{index}.env"), path: format!("environmentFiles[{index}].value") };
        let files = EnvironmentFiles { files: (0..texts.len()).map(file).collect(), region: region.map(str::to_owned) };
        let read = variables(&files, texts.iter().map(|text| SecretValue((*text).to_owned())).collect()).map_err(|error| error.to_string())?;
        Ok(read.into_iter().map(|(name, SecretValue(value))| (name, value)).collect())
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn lines_are_read_as_the_agent_reads_them() {
        for (text, expected) in [
            ("", &[][..]),
            ("A=1", &[("A", "1")]),
            ("A=1\n", &[("A", "1")]),
            ("A=1\r\nB=2\r\n", &[("A", "1"), ("B", "2")]),
            ("A=1\r", &[("A", "1")]),
            ("A=1\r\r\n", &[("A", "1\r")]),
            ("A=1\rB=2\n", &[("A", "1\rB=2")]),
            ("# A=1\n#B=2\n", &[]),
            ("just words\n\n\r\nA=1\n", &[("A", "1")]),
            ("A=\n", &[("A", "")]),
            ("=1\n=\n", &[]),
            ("A==1=2\n", &[("A", "=1=2")]),
            ("A= 1 \n", &[("A", " 1 ")]),
            ("A=\"quoted\"\nB='x' # y\n", &[("A", "\"quoted\""), ("B", "'x' # y")]),
            ("A=$B ${C} $(D) $$\n", &[("A", "$B ${C} $(D) $$")]),
            ("A=\u{f6}\n", &[("A", "\u{f6}")]),
            ("A=1\nA=2\n", &[("A", "2")]),
            ("1A=x\na.b-c=y\n", &[("1A", "x"), ("a.b-c", "y")]),
        ] {
            assert_eq!(read(None, &[text]), Ok(pairs(expected)), "{text:?}");
        }
    }

    #[test]
    fn the_first_file_that_has_a_variable_wins_and_the_last_line_of_a_file() {
        assert_eq!(read(None, &["A=1\nA=2\n", "A=3\nB=4\n", "B=5\nC=\n"]), Ok(pairs(&[("A", "2"), ("B", "4"), ("C", "")])));
    }

    #[test]
    fn the_region_is_named_where_no_file_does() {
        assert_eq!(read(Some("r"), &["A=1"]), Ok(pairs(&[("A", "1"), ("AWS_DEFAULT_REGION", "r"), ("AWS_REGION", "r")])));
        assert_eq!(read(Some("r"), &["A=1", "AWS_DEFAULT_REGION=x"]), Ok(pairs(&[("A", "1"), ("AWS_DEFAULT_REGION", "x")])));
        assert_eq!(read(None, &[""]), Ok(pairs(&[])));
    }

    #[test]
    fn what_cannot_be_a_variable_is_told_of_by_its_line_alone() {
        for line in [" HUNTER2=1", "export HUNTER2=1", "HUNTER2 =1", "HUNTER2/x=1", "..HUNTER2=1", "\u{feff}HUNTER2=1", "HUNTER2=hun\0ter2"] {
            let text = format!("A=1\n{line}\n");
            let fault = read(None, &["B=1", &text]).expect_err(line);
            assert!(fault.starts_with("environmentFiles[1].value: `arn:aws:s3:::b/1.env` cannot be used: line 2 has "), "{fault}");
            assert!(!fault.to_lowercase().contains("hunter2"), "{fault}");
        }
    }

    #[test]
    fn a_line_has_less_than_64_kib_and_all_files_a_secret_full() {
        let value = |length: usize| "x".repeat(length);
        let longest = format!("A={}", value(LONGEST_LINE - 2));
        assert!(read(None, &[&format!("{longest}\nB=1\n")]).is_ok() && read(None, &[&longest]).is_ok());
        for text in [format!("B=1\n{longest}x\n"), format!("B=1\n{longest}x"), format!("B=1\n#{}", value(LONGEST_LINE)), format!("B=1\n{longest}\r\n")] {
            assert!(read(None, &[&text]).is_err_and(|fault| fault.contains("line 2 is longer than 64 KiB")), "{}", text.len());
        }
        let full = (0..MOST / 32768).fold(String::new(), |text, index| text + &format!("V{index}={}\n", value(32768)));
        assert!(read(None, &[&full]).is_ok());
        assert!(read(None, &[&full, "B=1"]).is_err_and(|fault| fault.contains("environmentFiles[1].value") && fault.contains("1 MiB")));
    }
}
