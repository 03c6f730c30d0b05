//! Just enough of an HTTP/1.1 client to be sure what goes over the wire: one connection per request, every header
//! said by the caller, answers and event streams read as they come.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// A server that does not answer within this time has failed the test.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The status.
    pub status: u16,
    /// Header names in small letters, with their values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// The first header with this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The `code` of a refusal; empty for anything else.
    #[must_use]
    pub fn code(&self) -> String {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// What to ask.
#[derive(Debug, Clone)]
pub struct RawRequest {
    /// The verb.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Headers besides `Host`, `Connection` and `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RawRequest {
    /// A request without headers and body.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// One more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// A JSON body.
    #[must_use]
    pub fn json(self, body: &serde_json::Value) -> Self {
        self.bytes(body.to_string())
    }

    /// Any body, called JSON.
    #[must_use]
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", "application/json")
    }

    fn head(&self, address: SocketAddr) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head + "\r\n"
    }

    /// Asks and reads the whole answer.
    pub async fn send(self, address: SocketAddr) -> RawAnswer {
        let what = format!("{} {}", self.method, self.target);
        tokio::time::timeout(PATIENCE, self.exchange(address)).await.unwrap_or_else(|_| panic!("no answer to {what}"))
    }

    async fn exchange(self, address: SocketAddr) -> RawAnswer {
        let (reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
        let bytes = [self.head(address).into_bytes(), self.body].concat();
        // A server that has seen enough may close before it has read everything.
        let writing = async {
            let _ = writer.write_all(&bytes).await;
        };
        let mut reader = BufReader::new(reader);
        let reading = async {
            let (status, headers) = read_head(&mut reader).await;
            let mut answer = RawAnswer { status, headers, body: Vec::new() };
            answer.body = read_body(&mut reader, &answer).await;
            answer
        };
        tokio::join!(writing, reading).1
    }

    /// Asks for a stream of events.
    ///
    /// # Errors
    /// The answer, when it is not a stream.
    pub async fn open(self, address: SocketAddr) -> Result<EventStream, RawAnswer> {
        let (reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
        writer.write_all(self.head(address).as_bytes()).await.unwrap();
        let mut reader = BufReader::new(reader);
        let (status, headers) = tokio::time::timeout(PATIENCE, read_head(&mut reader)).await.expect("no answer");
        let mut answer = RawAnswer { status, headers, body: Vec::new() };
        if status == 200 {
            return Ok(EventStream { reader, _writer: writer, text: String::new(), answer });
        }
        answer.body = read_body(&mut reader, &answer).await;
        Err(answer)
    }
}

async fn read_head(reader: &mut BufReader<OwnedReadHalf>) -> (u16, Vec<(String, String)>) {
    let mut line = String::new();
    reader.read_line(&mut line).await.expect("an answer");
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("not an HTTP answer: {line:?}"));
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await.expect("a header");
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.trim().to_lowercase(), value.trim().to_owned()));
    }
    (status, headers)
}

async fn read_body(reader: &mut BufReader<OwnedReadHalf>, answer: &RawAnswer) -> Vec<u8> {
    let mut body = Vec::new();
    if answer.header("transfer-encoding").is_some() {
        while let Some(chunk) = read_chunk(reader).await {
            body.extend(chunk);
        }
    } else if let Some(length) = answer.header("content-length").and_then(|length| length.parse().ok()) {
        body.resize(length, 0);
        reader.read_exact(&mut body).await.expect("the whole body");
    } else {
        reader.read_to_end(&mut body).await.expect("the whole body");
    }
    body
}

async fn read_chunk(reader: &mut BufReader<OwnedReadHalf>) -> Option<Vec<u8>> {
    let mut size = String::new();
    reader.read_line(&mut size).await.ok()?;
    let size = usize::from_str_radix(size.trim(), 16).ok()?;
    let mut chunk = vec![0; size];
    reader.read_exact(&mut chunk).await.ok()?;
    let mut end = String::new();
    reader.read_line(&mut end).await.ok()?;
    (size > 0).then_some(chunk)
}

/// One event of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerEvent {
    /// The position to resume from.
    pub id: Option<String>,
    /// The name; `message` has none.
    pub event: Option<String>,
    /// The data.
    pub data: String,
}

/// An open stream of events. Dropped, it is closed.
#[derive(Debug)]
pub struct EventStream {
    reader: BufReader<OwnedReadHalf>,
    _writer: OwnedWriteHalf,
    text: String,
    /// Its status and headers.
    pub answer: RawAnswer,
}

impl EventStream {
    /// The next event, unless none comes in time.
    pub async fn next(&mut self, patience: Duration) -> Option<ServerEvent> {
        tokio::time::timeout(patience, self.read()).await.ok().flatten()
    }

    async fn read(&mut self) -> Option<ServerEvent> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let event = parse_event(event);
                self.text = rest.to_owned();
                if !event.data.is_empty() {
                    return Some(event);
                }
                continue;
            }
            let chunk = read_chunk(&mut self.reader).await?;
            self.text.push_str(&String::from_utf8(chunk).unwrap());
        }
    }
}

fn parse_event(text: &str) -> ServerEvent {
    let mut event = ServerEvent::default();
    for line in text.lines() {
        match line.split_once(": ") {
            Some(("id", value)) => event.id = Some(value.to_owned()),
            Some(("event", value)) => event.event = Some(value.to_owned()),
            Some(("data", value)) => event.data.push_str(value),
            _ => {}
        }
    }
    event
}
