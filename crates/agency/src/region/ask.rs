//! What begins on the side of treatment: a bill is asked for, given up when nobody answers in time, taken back.

use super::command::NewRemote;
use super::desk::{Desk, permit};
use super::{Asked, ForVisit, Hospital, Message, RemoteEvent, Side, Standing};
use crate::{Capability, Context, Decision, IdKind, Records, books};
use ledger::{Parameter, Word};
use terms::{Fact, Refusals};

/// Lines of one bill at most; a long stay has some thousand.
const LINES_MAX: usize = 5_000;

/// Asks for a visit: the lines go to the place of insurance in the decision that holds them on the visit.
pub(crate) fn ask_for_visit(
    records: &dyn Records,
    context: &mut Context<'_>,
    new: &NewRemote,
    visit: ForVisit,
) -> Result<(Word, Decision), Refusals> {
    let mut desk = Desk::open(records, context)?;
    let remote = ask(&mut desk, context, new, Some(visit))?;
    Ok((remote, desk.decision))
}

/// Takes back what a visit had settled elsewhere; the visit's own event is the one that this message brings. Whoever asks
/// has seen that it may be done.
pub(crate) fn cancel_for_visit(
    records: &dyn Records,
    context: &Context<'_>,
    remote: Word,
    (message, reversed): (&str, bool),
) -> Result<Decision, Refusals> {
    let mut desk = Desk::open(records, context)?;
    cancel(&mut desk, context, remote, Some((message, reversed)))?;
    Ok(desk.decision)
}

/// Asks the place of insurance for a bill, under a name that no other has.
pub(super) fn ask(
    desk: &mut Desk<'_>,
    context: &mut Context<'_>,
    new: &NewRemote,
    visit: Option<ForVisit>,
) -> Result<Word, Refusals> {
    permit(context, Capability::Settle)?;
    desk.known(context, new.region)?;
    let number = context.ids.clone().take(IdKind::Remote);
    let remote = Word::known(&format!("{}-{number}", desk.home));
    let asked = asked(desk, context, new, remote)?;
    context.ids.take(IdKind::Remote);
    let (partner, provider, at) = (new.region, new.provider, context.now);
    let what = RemoteEvent::Asked { partner, provider, asked: Box::new(asked.clone()), at, visit };
    desk.tell(remote, what);
    desk.send(new.region, Message::Ask(Box::new(asked)));
    Ok(remote)
}

/// The question for the place of insurance, where our side has nothing against it.
pub(super) fn asked(
    desk: &Desk<'_>,
    context: &Context<'_>,
    new: &NewRemote,
    remote: Word,
) -> Result<Asked, Refusals> {
    let Some(provider) = desk.records.provider(new.provider) else {
        return Err(vec![context.refuse("provider/unknown")]);
    };
    let mut refusals = Refusals::new();
    refusals.extend(provider.against_service(context, new.begndate, new.enddate));
    if new.enddate > context.today() || new.begndate > new.enddate {
        refusals.push(context.refuse("settlement/not-ended").with("enddate", Fact::Day(new.enddate)));
    }
    if new.lines.is_empty() || new.lines.len() > LINES_MAX {
        refusals.push(context.refuse("region/lines-count").with("most", Fact::Number(LINES_MAX as i64)));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let registered = provider.registered;
    Ok(Asked {
        remote,
        citizen: new.citizen.clone(),
        hospital: Hospital {
            code: registered.code,
            name: registered.name,
            kind: registered.provider_kind,
            hosp_lv: registered.hosp_lv,
            admdvs: registered.region,
        },
        med_type: new.med_type,
        begndate: new.begndate,
        enddate: new.enddate,
        day: context.today(),
        lines: new.lines.clone(),
        account: new.account,
    })
}

/// Gives up what nobody answered in time. It is cancelled for the day it was asked for: where the other side had
/// settled it meanwhile, that and its taking back count for one day.
pub(super) fn time_out(desk: &mut Desk<'_>, context: &Context<'_>, name: Word) -> Result<(), Refusals> {
    permit(context, Capability::Exchange)?;
    let remote = desk.standing(context, name)?;
    let (Standing::Asked, Some(at), Some(asked)) = (remote.standing, remote.at, &remote.asked) else {
        return Err(vec![context.refuse("region/not-waiting")]);
    };
    let seconds = context
        .rules
        .parameters
        .count(Parameter::RemoteAnswerSeconds, at.day())
        .map_err(|_| vec![context.refuse("region/no-parameter")])?;
    if context.now.0 < at.0.saturating_add(i64::from(seconds) * 1_000) {
        return Err(vec![context.refuse("region/still-time").with("seconds", Fact::Number(seconds.into()))]);
    }
    let day = asked.day;
    let what = RemoteEvent::CancelAsked { day, at: context.now, timed_out: true };
    desk.tell(name, what);
    desk.release(&remote, name, context, None);
    desk.send(remote.partner, Message::Cancel { remote: name, day });
    Ok(())
}

/// Takes a settled bill back on both sides.
pub(super) fn cancel(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    name: Word,
    by: Option<(&str, bool)>,
) -> Result<(), Refusals> {
    let remote = desk.standing(context, name)?;
    if remote.side != Side::Treating || remote.standing != Standing::Settled {
        let standing = Fact::Text(remote.standing.word().to_owned());
        return Err(vec![context.refuse("region/not-to-cancel").with("standing", standing)]);
    }
    let day = context.today();
    let what = RemoteEvent::CancelAsked { day, at: context.now, timed_out: false };
    desk.tell(name, what);
    if let Some(entry) = &remote.entry {
        desk.remote(name, books::remote_undone(entry, name, day));
    }
    desk.release(&remote, name, context, by);
    desk.send(remote.partner, Message::Cancel { remote: name, day });
    Ok(())
}
