use crate::settlement::{BenefitYear, BillLine, BillRecord, Command, Draw, ToSettle, decide, recompute};
use crate::testing::{self, acting};
use crate::{Context, Event, Ids, Memory, Organisation, PersonId, ProviderId, Records, Rulebook, StreamId};
use benefit::{Class, Code, Filing, Order, Share, YEAR_ORDER};
use policy::Law;
use std::sync::OnceLock;
use terms::{Day, Fen, Moment};

const PERSON: PersonId = PersonId(17);
const YEAR: StreamId = StreamId::Year(PERSON, 2024);

/// Hangzhou's rules with the year used up by day of service, and as settled.
fn rules(order: Order) -> &'static Rulebook {
    static RULES: OnceLock<[Rulebook; 2]> = OnceLock::new();
    let both = RULES.get_or_init(|| {
        let files = testing::files();
        let law = Law::load(&files, "hangzhou").unwrap();
        ["service", "settlement"]
            .map(|reading| Rulebook::compile(law.choosing(YEAR_ORDER, reading).unwrap()).unwrap())
    });
    let rules = &both[usize::from(order == Order::BySettlement)];
    assert_eq!(rules.benefits.order(), order);
    rules
}

fn code(text: &str) -> Code {
    text.parse().unwrap()
}

/// A stay of an employee in 2024 that ends on this day.
fn stay(kind: &str, hosp_lv: &str, on: &str, amount: &str) -> BillRecord {
    let on: Day = on.parse().unwrap();
    BillRecord {
        insutype: code("310"),
        psn_type: code("1101"),
        category: Code::NONE,
        hardship: Code::NONE,
        account: Fen::ZERO,
        account_past: Fen::ZERO,
        provider_kind: code(kind),
        hosp_lv: code(hosp_lv),
        admdvs: 330_106,
        designated: true,
        contracted: false,
        med_type: code("21"),
        begndate: on,
        enddate: on,
        filing: Filing::None,
        direct: true,
        lines: vec![BillLine {
            item: String::new(),
            name: "全部费用".to_owned(),
            price: amount.parse().unwrap(),
            quantity: "1".parse().unwrap(),
            day: on,
            class: Class::A,
            ceiling: None,
            first_own: Share::default(),
            illustrative: false,
        }],
    }
}

/// The community first (deductible 300), then a tertiary hospital (the year's is 800: 500 more), then nothing more.
/// The last two end on one day.
fn year() -> [BillRecord; 4] {
    [
        stay("community", "8", "2024-02-01", "1000"),
        stay("hospital", "1", "2024-03-01", "10000"),
        stay("hospital", "5", "2024-04-01", "1000"),
        stay("hospital", "5", "2024-04-01", "500"),
    ]
}

/// 700 x 88 %, 9,500 x 82 %, 1,000 x 84 %, 500 x 84 %.
const PAID: [&str; 4] = ["616.00", "7790.00", "840.00", "420.00"];

struct Office {
    records: Memory,
    ids: Ids,
    order: Order,
}

impl Office {
    fn new(order: Order) -> Office {
        Office { records: Memory::default(), ids: Ids::default(), order }
    }

    fn does(&mut self, command: &Command) {
        let actor = acting(1, "provider-system", Organisation::Agency);
        let now = Moment::at("2024-12-01".parse().unwrap(), 9, 0);
        let mut context = Context { rules: rules(self.order), actor: &actor, now, ids: self.ids.clone() };
        let decision = decide(&self.records, &mut context, command).unwrap();
        self.ids = context.ids;
        assert!(self.records.append(&decision.appends));
    }

    fn settles(&mut self, bill: &BillRecord) {
        let asked = ToSettle {
            person: PERSON,
            provider: ProviderId(3),
            bill: bill.clone(),
            case: None,
            draw: Draw::default(),
        };
        self.does(&Command::Settle(Box::new(asked)));
    }

    fn year(&self) -> BenefitYear {
        BenefitYear::of(&self.records.events(&YEAR))
    }

    /// What the funds pay of each bill of [`year`]: as made, and worked out anew.
    fn paid(&self) -> (Vec<String>, Vec<String>) {
        let year_now = self.year();
        let anew = year_now.anew(&rules(self.order).benefits);
        let of = |bill: &BillRecord| anew.iter().find(|anew| anew.made.bill == *bill).unwrap();
        let made = |bill| of(bill).made.amounts.hifp_pay.to_string();
        let now = |bill| of(bill).outcome.as_ref().unwrap().amounts.hifp_pay.to_string();
        (year().iter().map(made).collect(), year().iter().map(now).collect())
    }

    /// Takes every settlement back that comes to something else, and settles its bill again.
    fn mends(&mut self) {
        for _ in 0..year().len() {
            let state = self.year();
            let anew = state.anew(&rules(self.order).benefits);
            let Some(moved) = anew.iter().find(|anew| !anew.differences().is_empty()) else { return };
            let (settlement, bill) = (moved.made.settlement, moved.made.bill.clone());
            let reason = "worked out anew".to_owned();
            self.does(&Command::Void { person: PERSON, year: 2024, settlement, reason });
            self.settles(&bill);
        }
    }
}

/// Every order in which four things can come.
fn arrivals() -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..4 {
        let longer = |given: Vec<usize>| {
            let rest: Vec<usize> = (0..4).filter(|one| !given.contains(one)).collect();
            rest.into_iter().map(move |one| [given.clone(), vec![one]].concat())
        };
        all = all.into_iter().flat_map(longer).collect();
    }
    all
}

#[test]
fn by_day_of_service_every_order_of_arriving_gives_the_same_year() {
    assert_eq!(arrivals().len(), 24);
    for arrival in arrivals() {
        let mut office = Office::new(Order::ByService);
        for place in &arrival {
            office.settles(&year()[*place]);
        }
        assert_eq!(office.paid().1, PAID, "{arrival:?}");
        // Whoever came in order was settled in order; whoever did not is made right by settling again.
        if arrival == [0, 1, 2, 3] {
            assert_eq!(office.paid().0, PAID);
        }
        office.mends();
        assert_eq!(office.paid().0, PAID, "{arrival:?}");
    }
}

/// The community's bill comes last, but was served first: it bears its 300 as if it had come in time. By day of
/// service the tertiary hospital's then bears 500, where 800 were borne; as settled nothing moves.
#[test]
fn a_late_bill_takes_its_place_and_names_what_it_moves() {
    let mut office = Office::new(Order::ByService);
    for place in [1, 2, 3, 0] {
        office.settles(&year()[place]);
    }
    let (made, now) = office.paid();
    assert_eq!(made, ["616.00", "7544.00", "840.00", "420.00"]); // 9,200 x 82 %
    assert_eq!(now, PAID);
    let state = office.year();
    let anew = state.anew(&rules(Order::ByService).benefits);
    let moved: Vec<_> = anew.iter().filter(|anew| !anew.differences().is_empty()).collect();
    assert_eq!(moved.len(), 1);
    let fund = moved[0].differences().into_iter().find(|(name, ..)| *name == "hifp_pay").unwrap();
    assert_eq!((fund.1.to_string(), fund.2.to_string()), ("7544.00".to_owned(), "7790.00".to_owned()));

    let mut office = Office::new(Order::BySettlement);
    for place in [1, 2, 3, 0] {
        office.settles(&year()[place]);
    }
    let (made, now) = office.paid();
    assert_eq!(made, ["880.00", "7544.00", "840.00", "420.00"]); // the 800 are borne: 1,000 x 88 %
    assert_eq!(now, made);
}

/// Each settlement can be made again to the fen from the events before it, whatever came after and in which order.
#[test]
fn every_settlement_is_made_again_to_the_fen() {
    for order in [Order::ByService, Order::BySettlement] {
        for arrival in arrivals() {
            let mut office = Office::new(order);
            for place in &arrival {
                office.settles(&year()[*place]);
            }
            office.mends();
            let events = office.records.events(&YEAR);
            for event in &events {
                let Event::SettlementMade(made) = event else { continue };
                let (_, again) = recompute(&events, made.settlement, &rules(order).benefits).unwrap();
                assert_eq!(again.unwrap().amounts, made.amounts, "{order:?} {arrival:?} {}", made.settlement);
            }
        }
    }
}

/// A void moves what was settled after it, in both orders: the year worked out anew says so.
#[test]
fn a_void_is_named_in_both_orders() {
    for order in [Order::ByService, Order::BySettlement] {
        let mut office = Office::new(order);
        for bill in &year() {
            office.settles(bill);
        }
        let settlement = office.year().settlements[0].settlement;
        let reason = "entered twice".to_owned();
        office.does(&Command::Void { person: PERSON, year: 2024, settlement, reason });
        let state = office.year();
        let anew = state.anew(&rules(order).benefits);
        let paid: Vec<String> =
            anew.iter().map(|anew| anew.outcome.as_ref().unwrap().amounts.hifp_pay.to_string()).collect();
        // Without the community's 300 the tertiary hospital's bill bears all 800: 9,200 x 82 %.
        let mut expected = vec!["7544.00", "840.00", "420.00"];
        if order == Order::ByService {
            // Of two bills of one day the smaller stands first.
            expected.swap(1, 2);
        }
        assert_eq!(paid, expected, "{order:?}");
    }
}
