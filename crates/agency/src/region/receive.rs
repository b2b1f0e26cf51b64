//! What comes from another office. Whatever comes, comes perhaps twice, late, or before what was sent earlier.

use super::desk::Desk;
use super::settle::settle;
use super::{
    Answer, Asked, Message, RegionEvent, Remote, RemoteEvent, Side, Standing, clear, compare, prepay,
};
use crate::settlement::{self, BenefitYear};
use crate::{Context, Event, PersonId, StreamId, Way, book_year, books};
use ledger::Word;
use terms::{Day, Refusals};

/// Takes a message: notes its number and does what it asks. A number that was taken before changes nothing.
pub(super) fn receive(
    desk: &mut Desk<'_>,
    context: &mut Context<'_>,
    from: Word,
    number: u64,
    message: &Message,
) -> Result<(), Refusals> {
    let link = desk.known(context, from)?;
    let stream = StreamId::Received(from, number);
    if number == 0 {
        return Err(vec![context.refuse("region/no-such-message")]);
    }
    if desk.records.version(&stream) > 0 {
        return Ok(());
    }
    let highest = desk.records.last_message(&from, Way::Received);
    let missing_from = (number > highest + 1).then_some(highest + 1);
    let what = RegionEvent::Received { number, message: message.word().to_owned(), missing_from };
    let event = desk.event(from, what);
    desk.decision.push(stream, 0, event);
    match message {
        Message::Ask(asked) => asked_of_us(desk, context, from, asked),
        Message::Settled(answer) => answered(desk, context, from, answer),
        Message::Refused { remote, reasons } => {
            declined(desk, context, from, *remote, reasons);
            Ok(())
        }
        Message::Cancel { remote, day } => cancelled(desk, context, from, *remote, *day),
        Message::Cancelled { remote } => {
            let known = desk.records.remote(*remote);
            let waits = |known: &Remote| known.partner == from && known.standing == Standing::Cancelling;
            if known.as_ref().is_some_and(waits) {
                desk.tell(*remote, RemoteEvent::CancelHeard);
            }
            Ok(())
        }
        Message::Listed { day, remotes } => compare::compare(desk, context, from, *day, remotes),
        Message::Clear { month, day, lines } => clear::proposed(desk, context, &link, *month, *day, lines),
        Message::ClearAgreed { month } => clear::agreed(desk, context, &link, *month),
        Message::ClearDeclined { month, lines } => {
            clear::declined(desk, &link, *month, lines);
            Ok(())
        }
        Message::Paid { month, fund, amount, day } => {
            clear::paid(desk, context, &link, *month, *fund, (*amount, *day))
        }
        Message::Prepaid { reference, fund, amount, day, back } => {
            prepay::prepaid(desk, context, from, *reference, *fund, (*amount, *day, *back))
        }
    }
}

/// A question for our policy. It is answered either way; a question that was cancelled before it came is not.
fn asked_of_us(
    desk: &mut Desk<'_>,
    context: &mut Context<'_>,
    from: Word,
    asked: &Asked,
) -> Result<(), Refusals> {
    let remote = asked.remote;
    if desk.records.remote(remote).is_some() {
        return Ok(());
    }
    // What the attempt appends is kept only where it succeeds.
    let (before, ids) = (desk.decision.clone(), context.ids.clone());
    match settle(desk, context, from, asked) {
        Ok(answer) => desk.send(from, Message::Settled(Box::new(answer))),
        Err(reasons) => {
            desk.decision = before;
            context.ids = ids;
            let what = RemoteEvent::Refused {
                partner: from,
                asked: Box::new(asked.clone()),
                reasons: reasons.clone(),
            };
            desk.tell(remote, what);
            desk.send(from, Message::Refused { remote, reasons });
        }
    }
    Ok(())
}

/// Our question is settled there. What was given up meanwhile stays given up: the cancellation is on its way.
fn answered(desk: &mut Desk<'_>, context: &Context<'_>, from: Word, answer: &Answer) -> Result<(), Refusals> {
    let Some(remote) = desk.records.remote(answer.remote) else { return Ok(()) };
    let (Standing::Asked, Side::Treating, Some(asked), Some(provider)) =
        (remote.standing, remote.side, &remote.asked, remote.provider)
    else {
        return Ok(());
    };
    if remote.partner != from {
        return Ok(());
    }
    desk.tell(answer.remote, RemoteEvent::Answered(Box::new(answer.clone())));
    let day = book_year::posting_day(desk.records, context, answer.posted.unwrap_or(asked.day));
    if let Some(entry) = books::remote_treated(context, from, provider, day, answer)? {
        desk.remote(answer.remote, entry);
    }
    Ok(())
}

fn declined(desk: &mut Desk<'_>, context: &Context<'_>, from: Word, name: Word, reasons: &Refusals) {
    let Some(remote) = desk.records.remote(name) else { return };
    if remote.partner == from && remote.side == Side::Treating && remote.standing == Standing::Asked {
        desk.tell(name, RemoteEvent::Declined { reasons: reasons.clone() });
        desk.release(&remote, name, context, None);
    }
}

/// The place of treatment takes a bill back, or gave it up before we had it.
fn cancelled(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    from: Word,
    name: Word,
    day: Day,
) -> Result<(), Refusals> {
    let known = desk.records.remote(name);
    if known.as_ref().is_some_and(|known| known.partner != from || known.side != Side::Insured) {
        return Ok(());
    }
    if known.as_ref().is_none_or(|known| known.standing != Standing::Cancelled) {
        desk.tell(name, RemoteEvent::Cancelled { partner: from, day });
        if let Some(remote) = &known {
            undo(desk, context, remote, name, day);
        }
    }
    desk.send(from, Message::Cancelled { remote: name });
    Ok(())
}

/// Takes the settlement back on the person's year, and its entry: for that day, or today where its month is closed here.
fn undo(desk: &mut Desk<'_>, context: &Context<'_>, remote: &Remote, name: Word, day: Day) {
    if let Some((person, year, settlement)) = remote.settled {
        let event = Event::SettlementVoided {
            settlement,
            person,
            year,
            on: day,
            reason: format!("region {}", remote.partner),
        };
        let events = desk.records.events(&StreamId::Year(person, year));
        let made =
            BenefitYear::of(&events).settlements.into_iter().find(|made| made.settlement == settlement);
        if let Some(made) = made {
            settlement::give_back(desk.records, &made, day, &mut desk.decision);
        }
        void(desk, person, year, event);
    }
    if let Some(entry) = &remote.entry {
        let on = book_year::posting_day(desk.records, context, day);
        desk.remote(name, books::remote_undone(entry, name, on));
    }
}

fn void(desk: &mut Desk<'_>, person: PersonId, year: i32, event: Event) {
    let stream = StreamId::Year(person, year);
    let version = desk.records.version(&stream);
    desk.decision.push(stream, version, event);
}
