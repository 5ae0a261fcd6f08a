//! `curl`, as far as health checks need it: its flags, its messages, its exit codes.
//!
//! `-f`/`--fail`, `-s`/`--silent`, `-S`/`--show-error`, `-o`/`--output FILE`, `-m`/`--max-time SECONDS` (a fraction is rounded up),
//! `-L`/`--location`; short flags may be written as one word. Codes: 2 wrong usage, 3 malformed URL, 6 unknown host, 7 no
//! connection, 22 status 400 or above with `-f`, 23 the output cannot be written, 28 no answer in time, 47 too many redirections,
//! 56 the answer broke off.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use lexopt::prelude::*;

/// The lines of a command.
#[derive(Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "flags are what they are")]
struct Options {
    url: String,
    fail: bool,
    silent: bool,
    show_error: bool,
    location: bool,
    output: Option<OsString>,
    max_time: Option<u64>,
}

/// An exit code and what is said about it.
type Failed = (u8, String);

pub fn main() -> ExitCode {
    let options = match read(lexopt::Parser::from_env()) {
        Ok(options) => options,
        Err(error) => return complain(&(2, error.to_string())),
    };
    match fetch(&options).and_then(|body| put(&options, &body)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) if options.silent && !options.show_error => ExitCode::from(failed.0),
        Err(failed) => complain(&failed),
    }
}

fn complain((code, message): &Failed) -> ExitCode {
    eprintln!("curl: ({code}) {message}");
    ExitCode::from(*code)
}

fn read(mut arguments: lexopt::Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('f') | Long("fail") => options.fail = true,
            Short('s') | Long("silent") => options.silent = true,
            Short('S') | Long("show-error") => options.show_error = true,
            Short('L') | Long("location") => options.location = true,
            Short('o') | Long("output") => options.output = Some(arguments.value()?),
            Short('m') | Long("max-time") => options.max_time = Some(whole_seconds(arguments.value()?.parse()?)),
            Value(url) if options.url.is_empty() => options.url = url.string()?,
            _ => return Err(argument.unexpected()),
        }
    }
    if options.url.is_empty() {
        return Err("no URL specified".into());
    }
    Ok(options)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float ends at the nearest whole number that there is")]
fn whole_seconds(seconds: f64) -> u64 {
    seconds.ceil() as u64
}

fn fetch(options: &Options) -> Result<Vec<u8>, Failed> {
    let url = if options.url.contains("://") { options.url.clone() } else { format!("http://{}", options.url) };
    let mut request = minreq::get(url).with_header("User-Agent", "curl/8").with_header("Accept", "*/*").with_follow_redirects(options.location);
    // as for curl, 0 is no limit
    if let Some(seconds) = options.max_time.filter(|seconds| *seconds > 0) {
        request = request.with_timeout(seconds);
    }
    let response = request.send().map_err(|error| failed(&error))?;
    if options.fail && response.status_code >= 400 {
        return Err((22, format!("The requested URL returned error: {}", response.status_code)));
    }
    Ok(response.into_bytes())
}

fn failed(error: &minreq::Error) -> Failed {
    use minreq::Error;
    let code = match error {
        Error::IoError(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => 28,
            ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable => 7,
            // the only error of name resolution that the standard library has
            _ if error.to_string().contains("lookup") => 6,
            _ => 56,
        },
        Error::AddressNotFound => 6,
        Error::InvalidProtocol | Error::HttpsFeatureNotEnabled | Error::PunycodeFeatureNotEnabled => 3,
        Error::TooManyRedirections | Error::InfiniteRedirectionLoop => 47,
        _ => 56,
    };
    (code, error.to_string())
}

fn put(options: &Options, body: &[u8]) -> Result<(), Failed> {
    let written = match &options.output {
        Some(file) if file != "-" => std::fs::write(file, body),
        _ => io::stdout().write_all(body),
    };
    written.map_err(|error| (23, error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;

    use super::*;

    fn options(line: &str) -> Result<Options, lexopt::Error> {
        read(lexopt::Parser::from_args(line.split_whitespace()))
    }

    /// What curl makes of a server that answers a connection with these bytes, and of this address if it is given.
    fn code(flags: &str, answers: &'static [&str]) -> u8 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("127.0.0.1:{}/start", listener.local_addr().unwrap().port());
        let server = std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let _request = stream.read(&mut [0; 1024]).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                if answer.is_empty() {
                    // until the other side gives up
                    let _end = stream.read(&mut [0; 1]);
                }
            }
        });
        let code = fetch(&options(&format!("{flags} {url}")).unwrap()).map_or_else(|(code, _)| code, |_| 0);
        server.join().unwrap();
        code
    }

    const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    const BROKEN: &str = "HTTP/1.1 503 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const MOVED: &str = "HTTP/1.1 302 Moved\r\nLocation: /end\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    #[test]
    fn flags_are_read_as_curl_reads_them() {
        let expected =
            Options { url: "http://localhost/".to_owned(), fail: true, silent: true, show_error: true, output: Some("/dev/null".into()), ..Options::default() };
        for line in ["-fsSo /dev/null http://localhost/", "http://localhost/ --fail --silent -S --output /dev/null", "-f -s -S -o/dev/null http://localhost/"] {
            assert_eq!(options(line).unwrap(), expected, "{line}");
        }
        assert_eq!(options("-m 2 --location x").unwrap().max_time, Some(2));
        assert_eq!(options("--max-time 0.5 x").unwrap().max_time, Some(1));
        for line in ["-f", "--unknown x", "-m soon x", "x y"] {
            assert!(options(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_status_is_a_failure_only_with_the_flag_for_it() {
        assert_eq!(code("-f", &[FINE]), 0);
        assert_eq!(code("", &[BROKEN]), 0);
        assert_eq!(code("-f", &[BROKEN]), 22);
    }

    #[test]
    fn redirections_are_followed_only_with_the_flag_for_it() {
        assert_eq!(code("-f", &[MOVED]), 0);
        assert_eq!(code("-fL", &[MOVED, FINE]), 0);
        assert_eq!(code("-fL", &[MOVED, BROKEN]), 22);
    }

    #[test]
    fn who_does_not_answer_is_given_up() {
        assert_eq!(code("-m 1", &[""]), 28);
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(fetch(&options(&format!("http://{nobody}/")).unwrap()).unwrap_err().0, 7);
        assert_eq!(fetch(&options("ftp://localhost/").unwrap()).unwrap_err().0, 3);
    }
}
