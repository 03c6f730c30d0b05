//! One kept-alive HTTP/1.1 connection, one request at a time. The measuring program shares the processors with what it
//! measures, so it does as little as it can: one write, usually one read, no copy of the body.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

const HEADERS_MAX: usize = 48;
const BUFFER_BYTES: usize = 128 * 1024;
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection to the server.
pub(crate) struct Connection {
    stream: TcpStream,
    host: String,
    request: Vec<u8>,
    received: Vec<u8>,
}

/// What came back.
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    pub(crate) cookie: Option<String>,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, host: address.to_string(), request: Vec::new(), received: vec![0; BUFFER_BYTES] })
    }

    /// Sends one request and waits for its answer.
    pub(crate) fn send(
        &mut self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Response<'_>> {
        self.request.clear();
        write!(self.request, "{method} {url} HTTP/1.1\r\nHost: {}\r\n", self.host)?;
        for (name, value) in headers {
            write!(self.request, "{name}: {value}\r\n")?;
        }
        match body {
            Some(body) => {
                write!(self.request, "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len())?;
                self.request.extend_from_slice(body);
            }
            None => self.request.extend_from_slice(b"\r\n"),
        }
        self.stream.write_all(&self.request)?;
        self.receive()
    }

    fn receive(&mut self) -> Result<Response<'_>> {
        let mut filled = 0;
        let head = loop {
            filled += self.read_more(filled)?;
            if let Some(head) = head(self.received.get(..filled).unwrap_or_default())? {
                break head;
            }
        };
        let end = head.body_begins + head.body_bytes;
        if self.received.len() < end {
            self.received.resize(end, 0);
        }
        while filled < end {
            filled += self.read_more(filled)?;
        }
        let body = self.received.get(head.body_begins..end).unwrap_or_default();
        Ok(Response { status: head.status, cookie: head.cookie, body })
    }

    fn read_more(&mut self, filled: usize) -> Result<usize> {
        let room = self.received.get_mut(filled..).unwrap_or_default();
        let read = self.stream.read(room).context("no answer")?;
        if read == 0 {
            bail!("the server closed the connection");
        }
        Ok(read)
    }
}

struct Head {
    status: u16,
    cookie: Option<String>,
    body_begins: usize,
    body_bytes: usize,
}

/// The head of an answer, once all of it has arrived.
fn head(received: &[u8]) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(body_begins) = response.parse(received)? else {
        return Ok(None);
    };
    let status = response.code.context("an answer without a status")?;
    let value = |name: &str| {
        let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok()
    };
    let body_bytes = match value("content-length") {
        Some(length) => length.trim().parse()?,
        None if status == 204 || status == 304 => 0,
        None => bail!("an answer without Content-Length"),
    };
    Ok(Some(Head { status, cookie: value("set-cookie").map(str::to_owned), body_begins, body_bytes }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_understood_once_its_head_is_there() {
        let text = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\nSet-Cookie: a=b; Path=/\r\n\r\n{}";
        assert!(head(&text[..40]).unwrap().is_none());
        let head = head(text).unwrap().unwrap();
        assert_eq!((head.status, head.body_bytes, head.body_begins), (201, 2, text.len() - 2));
        assert_eq!(head.cookie.as_deref(), Some("a=b; Path=/"));
    }
}
