//! Signing in and out.

use super::front::inside;
use super::parts::{Faults, Field, FieldKind, Page, Shape, field, frame, hidden, refusals};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::session;
use agency::AccountId;
use maud::{Markup, html};

/// The form.
pub fn ask(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(form(&ask.page(), "", ask.query.get("back"), &Faults::new())))
}

fn form(page: &Page<'_>, login: &str, back: &str, faults: &Faults) -> Markup {
    let text = page.text;
    let line = |name: &str, label: &str, kind: FieldKind| Field {
        name: name.to_owned(),
        label: text.say(label),
        hint: None,
        kind,
        required: true,
    };
    let content = html! {
        (refusals(page, faults, &[]))
        form method="post" action=(page.link("/sign-in")) {
            (hidden("back", back))
            (field(page, &line("login", "sign-login", FieldKind::Text(60)), &[login], &Faults::new()))
            (field(page, &line("password", "sign-password", FieldKind::Password), &[], &Faults::new()))
            div.actions { button type="submit" { (text.say("sign-in")) } }
        }
        p.note { (text.say("sign-none")) }
    };
    frame(page, Shape::Public, &text.say("sign-in"), &[], &html! {}, &content)
}

/// Checks name and password. A wrong name and a wrong password are told alike, and take as long.
pub fn sign_in(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let (login, password) = (ask.form.get("login"), ask.form.get("password"));
    let store = &ask.app.office.store;
    if let Some(seconds) = session::must_wait(store, login, &ask.address, ask.now)? {
        return Err(Problem::Slow(seconds));
    }
    match account_of(ask, login, password)? {
        Some(account) => {
            session::note_right(store, login, &ask.address)?;
            let secret = session::open(store, account, ask.now)?;
            let back = inside(ask.form.get("back"));
            let to = format!("/{}{}", ask.lang.code(), if back == "/" { "/home" } else { back });
            let age = session::LIFETIME_MS / 1_000;
            let cookie =
                format!("{}={secret}; Path=/; Max-Age={age}; SameSite=Lax; HttpOnly", session::COOKIE);
            Ok(Reply::See { to, cookie: Some(cookie) })
        }
        None => {
            session::note_wrong(store, login, &ask.address, ask.now)?;
            let faults = Faults::from([("login".to_owned(), ask.text().say("sign-wrong"))]);
            Ok(Reply::Refused(form(&ask.page(), login, ask.form.get("back"), &faults)))
        }
    }
}

/// Ends the session.
pub fn sign_out(ask: &Ask<'_>) -> Result<Reply, Problem> {
    ask.app.office.store.close_session(&ask.secret).map_err(anyhow::Error::from)?;
    let cookie = format!("{}=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly", session::COOKIE);
    Ok(Reply::See { to: format!("/{}/", ask.lang.code()), cookie: Some(cookie) })
}

/// The open account with this name and password. Where there is no such name, a password is checked all the
/// same, so that the time it takes does not tell which names exist.
fn account_of(ask: &Ask<'_>, login: &str, password: &str) -> anyhow::Result<Option<AccountId>> {
    /// Fits no password; hashed at the cost of the real ones.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let store = &ask.app.office.store;
    let row = store.read(|reader| reader.account_by_login(login))?.filter(|row| !row.closed);
    let account = match &row {
        Some(row) => store.with_records(|records| records.account(row.id))?,
        None => None,
    };
    let hash = account.as_ref().map_or(NOBODY, |account| account.opened.password_hash.as_str());
    let fits = crate::password::fits(password, hash);
    Ok(account.filter(|_| fits).map(|account| account.id()))
}
