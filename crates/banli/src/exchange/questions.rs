//! Questions between offices: signed, answered at once, kept by nobody. A question older than a few minutes is not
//! answered, so that who overheard one cannot go on asking.

use super::envelope::{hex, holds, mac};
use super::{Pair, actor, home, incoming, wire};
use crate::app::App;
use crate::clock::Clock;
use agency::region::{Known, Question, answer};
use agency::{Context, Ids};
use anyhow::{Context as _, ensure};
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hmac::Mac as _;
use ledger::Word;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use terms::Refusals;

/// Where offices ask.
pub const PATH: &str = "/region/questions";
/// How far the clocks of two offices may be apart.
const CLOCKS_MS: u64 = 5 * 60_000;

/// A signed question.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sent {
    from: Word,
    to: Word,
    /// When it was asked, in milliseconds.
    at: i64,
    /// The question as JSON, signed to the letter.
    body: String,
    signature: String,
}

/// A signed answer to one question.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Answered {
    /// What is known or why not, as JSON.
    body: String,
    signature: String,
}

/// What an answer says: what is known, or every reason why not.
type Told = Result<Known, Refusals>;

impl Sent {
    fn sign(from: Word, to: Word, at: i64, question: &Question, secret: &str) -> Sent {
        // Every question has JSON; an empty one would be refused as unreadable.
        let body = serde_json::to_string(question).unwrap_or_default();
        let mut sent = Sent { from, to, at, body, signature: String::new() };
        sent.signature = hex(&sent.mac(secret).finalize().into_bytes());
        sent
    }

    fn mac(&self, secret: &str) -> hmac::Hmac<sha2::Sha256> {
        let at = self.at.to_string();
        mac(secret, &["question", self.from.as_str(), self.to.as_str(), &at, &self.body])
    }

    fn is_signed(&self, secret: &str) -> bool {
        holds(self.mac(secret), &self.signature)
    }

    fn is_of_now(&self, now: i64) -> bool {
        now.abs_diff(self.at) <= CLOCKS_MS
    }
}

impl Answered {
    fn sign(to: &Sent, told: &Told, secret: &str) -> Answered {
        let body = serde_json::to_string(told).unwrap_or_default();
        let signature = hex(&Answered::mac(to, &body, secret).finalize().into_bytes());
        Answered { body, signature }
    }

    fn mac(to: &Sent, body: &str, secret: &str) -> hmac::Hmac<sha2::Sha256> {
        mac(secret, &["answer", &to.signature, body])
    }

    fn is_signed(&self, to: &Sent, secret: &str) -> bool {
        holds(Answered::mac(to, &self.body, secret), &self.signature)
    }
}

/// Answers a question that came over HTTP.
pub(super) async fn receive(State(app): State<Arc<App>>, body: Body) -> Response {
    let bytes = match incoming::read(body).await {
        Ok(bytes) => bytes,
        Err(why) => return *why,
    };
    let task = tokio::task::spawn_blocking(move || take(&app, &bytes));
    let (status, body) = task.await.unwrap_or((StatusCode::INTERNAL_SERVER_ERROR, String::new()));
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body).into_response()
}

fn take(app: &App, bytes: &[u8]) -> (StatusCode, String) {
    let told = |status: StatusCode, what: &str| {
        tracing::warn!(what, "a question of another region was not answered");
        (status, format!("{what}\n"))
    };
    let Ok(sent) = serde_json::from_slice::<Sent>(bytes) else {
        return told(StatusCode::BAD_REQUEST, "this is no question");
    };
    let Some(pair) = app.pairs.get(&sent.from) else {
        return told(StatusCode::UNAUTHORIZED, "not known here");
    };
    if !sent.is_signed(&pair.secret)
        || Some(sent.to) != home(app.law())
        || !sent.is_of_now(Clock::Real.now().0)
    {
        return told(StatusCode::UNAUTHORIZED, "not known here");
    }
    let Ok(question) = serde_json::from_str::<Question>(&sent.body) else {
        return told(StatusCode::BAD_REQUEST, "the question cannot be read here");
    };
    let actor = actor();
    let answered = app.office.store.with_records(|records| {
        let now = app.desk.now();
        let mut context = Context { rules: &app.office.rules, actor: &actor, now, ids: Ids::default() };
        answer(records, &mut context, sent.from, &question)
    });
    match answered {
        Ok(known) => {
            let reply = Answered::sign(&sent, &known, &pair.secret);
            (StatusCode::OK, serde_json::to_string(&reply).unwrap_or_default())
        }
        Err(_) => told(StatusCode::SERVICE_UNAVAILABLE, "busy, ask again"),
    }
}

/// Asks the office of another region.
///
/// # Errors
/// Where it cannot be reached or does not answer as one; its refusals are an answer.
pub fn ask(app: &App, pair: &Pair, question: &Question) -> anyhow::Result<Told> {
    let home = home(app.law()).context("this office has no region")?;
    let sent = Sent::sign(home, pair.code, Clock::Real.now().0, question, &pair.secret);
    let (status, body) = wire::post(pair.address, PATH, &serde_json::to_vec(&sent)?)?;
    ensure!(status == 200, "the office of {} answered {status}", pair.code);
    let reply: Answered = serde_json::from_slice(&body).context("the answer is no answer")?;
    ensure!(reply.is_signed(&sent, &pair.secret), "the answer is not signed by {}", pair.code);
    serde_json::from_str(&reply.body).context("the answer cannot be read here")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn question(at: i64) -> Sent {
        let citizen =
            terms::CitizenId::compose(990_106, terms::Day::from_ymd(1950, 3, 1).unwrap(), 22).unwrap();
        let day = terms::Day::from_ymd(2026, 10, 9).unwrap();
        let asked = Question::Person { citizen, name: "王芳".to_owned(), day };
        Sent::sign(Word::known("330100"), Word::known("990100"), at, &asked, SECRET)
    }

    /// Whatever is changed on the way, the signature no longer holds; an answer belongs to one question.
    #[test]
    fn questions_and_answers_are_signed_to_the_letter() {
        let good = question(1_000);
        assert!(good.is_signed(SECRET) && !good.is_signed(&SECRET.replace('0', "1")));
        let changes: [fn(&mut Sent); 4] = [
            |sent| sent.at += 1,
            |sent| sent.from = Word::known("980100"),
            |sent| sent.to = Word::known("980100"),
            |sent| sent.body = sent.body.replace('9', "8"),
        ];
        for (place, change) in changes.into_iter().enumerate() {
            let mut other = good.clone();
            change(&mut other);
            assert!(!other.is_signed(SECRET), "change {place}");
        }
        let told: Told = Ok(Known::Person { insurance: Vec::new(), balance: terms::Fen::ZERO });
        let reply = Answered::sign(&good, &told, SECRET);
        assert!(reply.is_signed(&good, SECRET));
        assert!(!reply.is_signed(&question(2_000), SECRET));
        let other = Answered { body: reply.body.replace("person", "bill"), ..reply };
        assert!(!other.is_signed(&good, SECRET));
    }

    #[test]
    fn an_old_question_is_not_answered() {
        assert!(question(1_000).is_of_now(301_000));
        assert!(!question(1_000).is_of_now(301_001));
        assert!(!question(302_000).is_of_now(1_000));
    }
}
