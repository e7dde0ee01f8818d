//! A mail server that accepts everything and keeps the recipients.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet, spawn_local};

use crate::common::Outcome;

/// A received mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub id: String,
}

#[derive(Default)]
pub struct Kept {
    pub mails: RefCell<Vec<Mail>>,
    /// Whether mails are read but never acknowledged.
    pub is_silent: Cell<bool>,
}

/// A running mail server; closed with all its connections on drop.
pub struct Sink(JoinHandle<()>);

impl Sink {
    /// Listens.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn open(port: u16, kept: &Rc<Kept>) -> Outcome<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let kept = kept.clone();
        Ok(Self(spawn_local(async move {
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let kept = kept.clone();
                talks.spawn_local(async move {
                    // A client may hang up at any time.
                    let _ = talk(stream, &kept).await;
                });
            }
        })))
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn talk(stream: TcpStream, kept: &Kept) -> Outcome<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 localhost\r\n").await?;
    let (mut to, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_uppercase();
        let answer: &[u8] = match command.get(..4).unwrap_or_default() {
            "EHLO" => b"250-localhost\r\n250 8BITMIME\r\n",
            "RCPT" => {
                to = between(&line, '<', '>').to_owned();
                b"250 yes\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let id = content(&mut stream).await?;
                let mail = Mail { to: to.clone(), id };
                kept.mails.borrow_mut().push(mail);
                if kept.is_silent.get() {
                    std::future::pending::<()>().await;
                }
                b"250 kept\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 yes\r\n",
        };
        stream.write_all(answer).await?;
    }
}

/// Reads a mail to its end; returns its Message-ID.
async fn content(stream: &mut BufReader<TcpStream>) -> Outcome<String> {
    let (mut id, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err("a mail without an end".into());
        }
        if line == ".\r\n" {
            return Ok(id);
        }
        if id.is_empty() && line.to_lowercase().starts_with("message-id:") {
            id = between(&line, '<', '>').to_owned();
        }
    }
}

fn between(line: &str, open: char, close: char) -> &str {
    let rest = line.split_once(open).map_or("", |(_, rest)| rest);
    rest.split_once(close).map_or("", |(inner, _)| inner)
}
