//! What can be asked between regions, and the half of it that begins here.

use super::receive::receive;
use super::{
    Asked, ForVisit, Hospital, Message, RegionEvent, Remote, RemoteEvent, Standing, clear, home, welcome,
};
use crate::settlement::BillLine;
use crate::visit::{Setting, VisitEvent};
use crate::{Capability, Context, Decision, Event, IdKind, ProviderId, Records, StreamId, books};
use benefit::Code;
use ledger::{Parameter, Word};
use serde::{Deserialize, Serialize};
use terms::{CitizenId, Day, Fact, Fen, Month, Refusals};

/// What can be asked between regions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// The office of another region becomes known.
    Join {
        /// Its region.
        region: Word,
        /// Its name.
        name: String,
    },
    /// Somebody insured there comes to one of our providers, and that office has said so.
    Welcome(Box<NewGuest>),
    /// A bill of somebody insured elsewhere is to be settled.
    Ask(Box<NewRemote>),
    /// A bill that was not answered in time is given up.
    TimeOut {
        /// Which.
        remote: Word,
    },
    /// A settled bill is taken back.
    Cancel {
        /// Which.
        remote: Word,
    },
    /// A message came, its signature was good.
    Receive {
        /// From which region.
        from: Word,
        /// The sender's number.
        number: u64,
        /// What.
        message: Box<Message>,
    },
    /// The other office has our message.
    Acknowledge {
        /// Which office.
        region: Word,
        /// Which message.
        number: u64,
    },
    /// Our list of a day goes to the other office, which compares.
    List {
        /// Which office.
        region: Word,
        /// Which day.
        day: Day,
    },
    /// A month's clearing is proposed to the other office.
    Clear {
        /// Which office.
        region: Word,
        /// Up to the end of which month.
        month: Month,
    },
    /// The rest of a clearing is paid.
    Pay {
        /// To which office.
        region: Word,
        /// Of which month.
        month: Month,
        /// Out of which fund.
        fund: Word,
    },
    /// A prepayment is lodged.
    Lodge {
        /// With which office.
        region: Word,
        /// Out of which fund.
        fund: Word,
        /// How much.
        amount: Fen,
    },
    /// The prepayments of a year are set to what the year before cost.
    Adjust {
        /// With which office.
        region: Word,
        /// The year they are for.
        year: i32,
    },
}

/// Somebody insured elsewhere, as that office named them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGuest {
    /// Region of insurance.
    pub region: Word,
    /// Who.
    pub citizen: CitizenId,
    /// Full name.
    pub name: String,
}

/// A bill of somebody insured elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRemote {
    /// Region of insurance.
    pub region: Word,
    /// Whose.
    pub citizen: CitizenId,
    /// Where.
    pub provider: ProviderId,
    /// Kind of visit.
    pub med_type: Code,
    /// First day.
    pub begndate: Day,
    /// Last day.
    pub enddate: Day,
    /// The lines, by our catalogue.
    pub lines: Vec<BillLine>,
    /// The person's own account may be used.
    #[serde(default)]
    pub account: bool,
}

/// Lines of one bill at most; a long stay has some thousand.
const LINES_MAX: usize = 5_000;

/// Decides a command between regions.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let Some(home) = home(context) else { return Err(vec![context.refuse("region/none-of-our-own")]) };
    let mut desk = Desk { records, home, decision: Decision::default(), sent: Vec::new() };
    match command {
        Command::Join { region, name } => {
            permit(context, Capability::Operate)?;
            let stream = StreamId::Region(*region);
            if *region == home || records.version(&stream) > 0 {
                return Err(vec![context.refuse("region/joined-already")]);
            }
            desk.link(*region, RegionEvent::Joined { name: name.clone(), on: context.today() });
        }
        Command::Welcome(new) => welcome::welcome(&mut desk, context, new)?,
        Command::Ask(new) => {
            ask(&mut desk, context, new, None)?;
        }
        Command::TimeOut { remote } => time_out(&mut desk, context, *remote)?,
        Command::Cancel { remote } => {
            permit(context, Capability::Settle)?;
            cancel(&mut desk, context, *remote, None)?;
        }
        Command::Receive { from, number, message } => {
            permit(context, Capability::Exchange)?;
            receive(&mut desk, context, *from, *number, message)?;
        }
        Command::Acknowledge { region, number } => {
            permit(context, Capability::Exchange)?;
            let stream = StreamId::Sent(*region, *number);
            let version = records.version(&stream);
            if version == 0 {
                return Err(vec![context.refuse("region/no-such-message")]);
            }
            // Acknowledged before: nothing more happens.
            if version == 1 {
                let event = desk.event(*region, RegionEvent::Acknowledged { number: *number });
                desk.decision.push(stream, version, event);
            }
        }
        Command::List { region, day } => clear::list(&mut desk, context, *region, *day)?,
        Command::Clear { region, month } => clear::propose(&mut desk, context, *region, *month)?,
        Command::Pay { region, month, fund } => clear::pay(&mut desk, context, *region, *month, *fund)?,
        Command::Lodge { region, fund, amount } => clear::lodge(&mut desk, context, *region, *fund, *amount)?,
        Command::Adjust { region, year } => clear::adjust(&mut desk, context, *region, *year)?,
    }
    Ok(desk.decision)
}

pub(super) fn permit(context: &Context<'_>, capability: Capability) -> Result<(), Refusals> {
    if context.may(capability) { Ok(()) } else { Err(vec![context.refuse("region/not-permitted")]) }
}

/// A decision in the making, with the messages it sends.
pub(super) struct Desk<'a> {
    pub(super) records: &'a dyn Records,
    /// Our own region.
    pub(super) home: Word,
    pub(super) decision: Decision,
    /// How many messages this decision sends to whom.
    pub(super) sent: Vec<(Word, u64)>,
}

impl Desk<'_> {
    pub(super) fn event(&self, region: Word, what: RegionEvent) -> Event {
        Event::Region { region, what: Box::new(what) }
    }

    /// An event between us and another office.
    pub(super) fn link(&mut self, region: Word, what: RegionEvent) {
        let stream = StreamId::Region(region);
        let version = self.records.version(&stream);
        let event = self.event(region, what);
        self.decision.push(stream, version, event);
    }

    /// An event of a bill between regions, and its entry.
    pub(super) fn remote(&mut self, remote: Word, event: Event) {
        let stream = StreamId::Remote(remote);
        let version = self.records.version(&stream);
        self.decision.push(stream, version, event);
    }

    /// Lets the lines of a visit go again that this bill held: by the provider's own message, or because the bill was
    /// refused or given up; then its name stands for the message.
    pub(super) fn release(
        &mut self,
        remote: &Remote,
        name: Word,
        context: &Context<'_>,
        by: Option<(&str, bool)>,
    ) {
        let Some(held) = remote.visit else { return };
        let (message, reversed) = by.map_or((name.as_str(), true), |(message, reversed)| (message, reversed));
        let what = VisitEvent::SettlementCancelled {
            settlement: held.settlement,
            at: context.now,
            reversed,
            message: message.to_owned(),
        };
        let stream = StreamId::Visit(held.visit);
        let version = self.records.version(&stream);
        self.decision.push(stream.clone(), version, Event::Visit { visit: held.visit, what });
        let bought = self.records.visit(held.visit).map(|visit| visit.opened.setting);
        if by.is_none() && bought == Some(Setting::Pharmacy) {
            // Nothing was bought.
            let what = VisitEvent::Withdrawn { message: message.to_owned() };
            self.decision.push(stream, version, Event::Visit { visit: held.visit, what });
        }
    }

    /// A message, numbered after the last one to this office.
    pub(super) fn send(&mut self, to: Word, message: Message) {
        let before = match self.sent.iter_mut().find(|(known, _)| *known == to) {
            Some((_, last)) => last,
            None => {
                self.sent.push((to, self.records.last_message(&to, crate::Way::Sent)));
                // Just pushed.
                let place = self.sent.len() - 1;
                &mut self.sent[place].1
            }
        };
        *before += 1;
        let number = *before;
        let event = self.event(to, RegionEvent::Sent { number, message: Box::new(message) });
        self.decision.push(StreamId::Sent(to, number), 0, event);
    }

    /// The link to a region, where there is one.
    pub(super) fn known(&self, context: &Context<'_>, region: Word) -> Result<super::Link, Refusals> {
        self.records.link(region, self.home).ok_or_else(|| {
            let region = Fact::Text(region.to_string());
            vec![context.refuse("region/not-joined").with("region", region)]
        })
    }

    /// A bill between regions that this side has.
    pub(super) fn standing(&self, context: &Context<'_>, remote: Word) -> Result<Remote, Refusals> {
        self.records.remote(remote).ok_or_else(|| vec![no_such(context, remote)])
    }
}

fn no_such(context: &Context<'_>, remote: Word) -> terms::Refusal {
    context.refuse("region/no-such-bill").with("bill", Fact::Text(remote.to_string()))
}

/// Asks for a visit: the lines go to the place of insurance in the decision that holds them on the visit.
pub(crate) fn ask_for_visit(
    records: &dyn Records,
    context: &mut Context<'_>,
    new: &NewRemote,
    visit: ForVisit,
) -> Result<(Word, Decision), Refusals> {
    let Some(home) = home(context) else { return Err(vec![context.refuse("region/none-of-our-own")]) };
    let mut desk = Desk { records, home, decision: Decision::default(), sent: Vec::new() };
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
    let Some(home) = home(context) else { return Err(vec![context.refuse("region/none-of-our-own")]) };
    let mut desk = Desk { records, home, decision: Decision::default(), sent: Vec::new() };
    cancel(&mut desk, context, remote, Some((message, reversed)))?;
    Ok(desk.decision)
}

fn ask(
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
    desk.remote(remote, Event::Remote { remote, what: Box::new(what) });
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
fn time_out(desk: &mut Desk<'_>, context: &Context<'_>, name: Word) -> Result<(), Refusals> {
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
    desk.remote(name, Event::Remote { remote: name, what: Box::new(what) });
    desk.release(&remote, name, context, None);
    desk.send(remote.partner, Message::Cancel { remote: name, day });
    Ok(())
}

fn cancel(
    desk: &mut Desk<'_>,
    context: &Context<'_>,
    name: Word,
    by: Option<(&str, bool)>,
) -> Result<(), Refusals> {
    let remote = desk.standing(context, name)?;
    if remote.side != super::Side::Treating || remote.standing != Standing::Settled {
        let standing = Fact::Text(remote.standing.word().to_owned());
        return Err(vec![context.refuse("region/not-to-cancel").with("standing", standing)]);
    }
    let day = context.today();
    let what = RemoteEvent::CancelAsked { day, at: context.now, timed_out: false };
    desk.remote(name, Event::Remote { remote: name, what: Box::new(what) });
    if let Some(entry) = &remote.entry {
        desk.remote(name, books::remote_undone(entry, name, day));
    }
    desk.release(&remote, name, context, by);
    desk.send(remote.partner, Message::Cancel { remote: name, day });
    Ok(())
}
