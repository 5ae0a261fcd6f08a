//! HTTP/1.1 on one connection: requests in, answers out, one after the other.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};

use serde_json::Value;

const MOST_HEADERS: usize = 100;
const LONGEST_HEAD: u64 = 64 * 1024;

/// A request as it arrived.
#[derive(Debug, Default)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// By name in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    /// Address and port that it came from.
    pub peer: String,
}

/// What is answered.
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

/// Listens on every address of this port, of IPv6 and IPv4 where there are both.
pub fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)))
}

/// Reads the next request; none when the connection was closed instead.
pub fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut head = Vec::new();
    let mut limited = reader.take(LONGEST_HEAD);
    while !head.ends_with(b"\r\n\r\n") {
        if limited.read_until(b'\n', &mut head)? == 0 {
            return if head.is_empty() { Ok(None) } else { Err(invalid("the request has no end")) };
        }
    }
    let mut request = parse(&head)?;
    request.peer = reader.get_ref().peer_addr()?.to_string();
    let length = request.headers.get("content-length").map_or(Ok(0), |length| length.parse()).map_err(invalid)?;
    request.body = vec![0; length];
    reader.read_exact(&mut request.body)?;
    Ok(Some(request))
}

/// Answers it; `close` says that no other request is read.
pub fn write(mut stream: &TcpStream, request: &Request, answer: &Answer, close: bool) -> io::Result<()> {
    let body = format!("{:#}\n", answer.body);
    let connection = if close { "close" } else { "keep-alive" };
    let status = answer.status;
    let mut message = format!("HTTP/1.1 {status} \r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: {connection}\r\n\r\n", body.len());
    if request.method != "HEAD" {
        message.push_str(&body);
    }
    stream.write_all(message.as_bytes())
}

impl Request {
    /// Whether the other side wants no second answer on this connection.
    pub fn closes(&self) -> bool {
        self.headers.get("connection").is_some_and(|connection| connection.eq_ignore_ascii_case("close"))
    }
}

fn parse(head: &[u8]) -> io::Result<Request> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    parsed.parse(head).map_err(invalid)?;
    let target = parsed.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let mut request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        path: path.to_owned(),
        query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers: parsed.headers.iter().map(|header| (header.name.to_ascii_lowercase(), text(header.value))).collect(),
        ..Request::default()
    };
    if parsed.version == Some(0) {
        request.headers.entry("connection".to_owned()).or_insert_with(|| "close".to_owned());
    }
    if request.headers.contains_key("transfer-encoding") {
        return Err(invalid("a body without a length"));
    }
    Ok(request)
}

#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
fn invalid(reason: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_with_its_query() {
        let request = parse(b"PUT /-/file?path=/a%20b&x=1 HTTP/1.1\r\nHost: here\r\nConnection: Close\r\n\r\n").unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("PUT", "/-/file"));
        assert_eq!(request.query["path"], "/a b");
        assert_eq!(request.headers["host"], "here");
        assert!(request.closes());
    }

    #[test]
    fn http_1_0_closes_by_itself_and_chunks_are_refused() {
        assert!(parse(b"GET / HTTP/1.0\r\n\r\n").unwrap().closes());
        assert!(!parse(b"GET / HTTP/1.1\r\n\r\n").unwrap().closes());
        assert!(parse(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }
}
