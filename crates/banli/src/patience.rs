//! How long a connection is waited for. Whoever stops in the middle of a request, sends it byte by byte, or never reads the
//! answer, is let go: else a few clients that hang would hold every connection the machine has.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::future::Future as _;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, Sleep, sleep_until};

/// Nothing comes or goes for so long: the connection ends. Longer than any handler takes, since a client that waits for
/// its answer is quiet too, and longer than clients keep an unused connection.
pub const QUIET: Duration = Duration::from_secs(120);

/// Each so many bytes that come buy another second: a large file over a slow line comes through, a trickle does not.
const BYTES_A_SECOND: u64 = 16 << 10;

/// A listener whose connections end when nothing happens on them.
pub struct Patient {
    listener: TcpListener,
    quiet: Duration,
}

impl Patient {
    /// Waits for `quiet` at most, [`QUIET`] but in tests.
    pub fn new(listener: TcpListener, quiet: Duration) -> Patient {
        Patient { listener, quiet }
    }
}

impl Listener for Patient {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let due = Instant::now() + self.quiet;
        (Connection { stream, quiet: self.quiet, due, alarm: Box::pin(sleep_until(due)) }, address)
    }

    fn local_addr(&self) -> Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, Patient>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Patient>) -> Peer {
        Peer(*stream.remote_addr())
    }
}

/// A connection that ends when nothing happens on it.
pub struct Connection {
    stream: TcpStream,
    quiet: Duration,
    /// When it ends, unless something happens.
    due: Instant,
    /// Rings at `due` or earlier; set anew only where somebody waits.
    alarm: Pin<Box<Sleep>>,
}

impl Connection {
    /// Waits on, or ends the connection where its time is over.
    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<Result<T>> {
        if self.alarm.deadline() != self.due {
            let due = self.due;
            self.alarm.as_mut().reset(due);
        }
        ready!(self.alarm.as_mut().poll(context));
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "nothing came or went for too long")))
    }

    /// Bytes came: each buys its time, and none more than the whole patience.
    fn came(&mut self, bytes: usize) {
        let micros = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(1_000_000) / BYTES_A_SECOND;
        self.due = (self.due + Duration::from_micros(micros)).min(Instant::now() + self.quiet);
    }

    /// Part of an answer went: a request was served, and the next one has all the time again.
    fn went(&mut self) {
        self.due = Instant::now() + self.quiet;
    }

    fn written(&mut self, context: &mut Context<'_>, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        match written {
            Poll::Pending => self.wait(context),
            Poll::Ready(written) => {
                self.went();
                Poll::Ready(written)
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let before = into.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, into) {
            Poll::Pending => self.wait(context),
            Poll::Ready(read) => {
                self.came(into.filled().len() - before);
                Poll::Ready(read)
            }
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
