//! Every component on one page, with invented content: to look at the design system before there is data. Only
//! in the demo office.

use super::parts::{
    Arrow, Bar, Box, Choice, ClockView, Column, DayMark, Faults, Field, FieldKind, Moment, Page, Paper,
    PaperState, Part, Place, Shape, Stack, Standing, Tally, Tone, clock, day_why, empty, field, flow_chart,
    frame, money, month, month_legend, papers, refusals, stack, status, table, tallies, timeline, waterfall,
};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use maud::{Markup, html};
use terms::{Day, Fen, Month, Span};

/// The gallery, where it is a demo office.
pub fn answer(ask: &Ask<'_>) -> Result<Reply, Problem> {
    if ask.app.office.demo.is_some() { Ok(Reply::Page(show(&ask.page()))) } else { Err(Problem::NotFound) }
}

/// The page.
pub fn show(page: &Page<'_>) -> Markup {
    let text = page.text;
    let dated =
        Span::calendar_days(15).end(Day::from_ymd(2026, 9, 20).unwrap_or(Day::MIN), page.law.calendar());
    let content = html! {
        div.stack-l {
            section.stack { h2 { "status, money, day" }
                p { (status(Standing::Waiting, "待审核")) " " (status(Standing::Mine, "待我处理")) " " (status(Standing::Soon, "即将超期")) " " (status(Standing::Late, "已超期")) " " (status(Standing::Done, "已办结")) }
                p.lead { "自付 " (money(Fen::yuan(15_056))) " 元，基金支付 " (money(Fen::yuan(84_944))) " 元" }
                div { "领证日 " (day_why(page, &dated)) }
                p { (text.say("illustrative")) " " a href="#x" { "link" } " " kbd { "g" } }
            }
            section.stack { h2 { "tallies, table" } (tallies(page, &some_tallies())) (some_table(page)) (empty("还没有办件", "受理一件后会出现在这里。")) }
            div.columns {
                section.box { h2 { "papers" } (papers(page, &some_papers())) }
                section.box.act { h2 { "form" } (some_form(page)) }
                div.stack.aside {
                    section.box { h2 { "clock" } (clock(page, &ClockView { name: "审核".into(), start: Day::from_ymd(2026, 9, 15).unwrap_or(Day::MIN), end: Span::working_days(30).end(Day::from_ymd(2026, 9, 15).unwrap_or(Day::MIN), page.law.calendar()), suspended: false, article: "sihr-2023/20".into() })) }
                    section.box { h2 { "timeline" } (timeline(&some_moments())) }
                }
            }
            section.box { h2 { "flow" } (some_flow(page)) }
            section.box { h2 { "waterfall" } (some_waterfall(page)) }
            section.box { h2 { "curve" } (some_curve(page)) }
            section.box { h2 { "month" } (month(page, Month { year: 2026, month: 10 }, &DayMark { open: (8..=13).filter_map(|day| Day::from_ymd(2026, 10, day).ok()).filter(|day| page.law.calendar().is_working(*day)).collect(), today: Day::from_ymd(2026, 10, 9).ok(), small: false })) (month_legend(page)) }
        }
    };
    frame(page, Shape::Desk, "gallery", &[("/", text.say("nav-home"))], &html! {}, &content)
}

fn some_tallies() -> Vec<Tally> {
    [
        (1, "已超期", Standing::Late, false),
        (3, "即将超期", Standing::Soon, true),
        (8, "正常", Standing::Waiting, false),
    ]
    .into_iter()
    .map(|(count, words, standing, chosen)| Tally {
        count,
        words: words.into(),
        path: "/gallery".into(),
        standing,
        chosen,
    })
    .collect()
}

fn some_table(page: &Page<'_>) -> Markup {
    let columns = [
        Column::words("编号".into()),
        Column::words("事项".into()),
        Column::words("当事人".into()),
        Column::words("期限".into()),
        Column::money("金额".into(), Fen::yuan(99_744)),
    ];
    let rows = [
        ("R-1042", "子女急诊报销", "沈某某", Standing::Soon, 14_800),
        ("R-1043", "异地转诊", "王某某", Standing::Mine, 84_944),
    ]
    .map(|(id, what, who, standing, yuan)| {
        vec![
            html! { a href="#x" { (id) } },
            html! { (what) },
            html! { (who) },
            html! { (status(standing, "11-18 (29)")) },
            money(Fen::yuan(yuan)),
        ]
    });
    table(page, "办件", &columns, &rows)
}

fn some_papers() -> Vec<Paper> {
    [
        ("身份证", "原件", false, false, PaperState::Seen),
        ("登记表", "单位联络员填写，加盖公章", true, false, PaperState::Missing),
        ("病历", "复印件", true, true, PaperState::Given),
        ("照片", "出生三个月内免交", false, false, PaperState::NotNeeded),
        ("户口簿", "原件", false, false, PaperState::Bring),
    ]
    .map(|(name, hint, sealed, copy, state)| Paper {
        name: name.into(),
        hint: hint.into(),
        sealed,
        copy,
        state,
        article: "s0/3.2".into(),
    })
    .into()
}

fn some_form(page: &Page<'_>) -> Markup {
    let choices = vec![
        Choice { value: "yes".into(), label: "通过".into(), hint: None },
        Choice {
            value: "no".into(), label: "退回补正".into(), hint: Some("一次告知全部缺少的材料".into())
        },
    ];
    let faults = Faults::from([("amount".to_owned(), "金额最多两位小数，例如 1234.50".to_owned())]);
    let fields = [
        Field {
            name: "decision".into(),
            label: "决定".into(),
            hint: None,
            kind: FieldKind::Radio(choices.clone()),
            required: true,
        },
        Field {
            name: "amount".into(),
            label: "核定金额".into(),
            hint: Some("不含全自费".into()),
            kind: FieldKind::Money,
            required: true,
        },
        Field {
            name: "on".into(), label: "日期".into(), hint: None, kind: FieldKind::Day, required: false
        },
        Field {
            name: "kind".into(),
            label: "类别".into(),
            hint: None,
            kind: FieldKind::Select(choices),
            required: true,
        },
        Field {
            name: "note".into(),
            label: "意见".into(),
            hint: None,
            kind: FieldKind::Lines(500),
            required: false,
        },
        Field {
            name: "sealed".into(),
            label: "已盖章".into(),
            hint: None,
            kind: FieldKind::Flag,
            required: true,
        },
    ];
    html! {
        (refusals(page, &faults, &[]))
        form {
            @for one in &fields { (field(page, one, if one.name == "amount" { &["12.345"] } else { &["yes"] }, &faults)) }
            div.actions { button type="button" { "提交" } button.quiet type="button" { "暂存" } button.stop type="button" { "撤回" } }
        }
    }
}

fn some_moments() -> Vec<Moment> {
    [
        ("10月8日", "受理 · 窗口 李某", Standing::Done),
        ("10月9日", "审核", Standing::Mine),
        ("10月23日", "领证", Standing::Waiting),
    ]
    .map(|(when, what, standing)| Moment { when: when.into(), what: html! { (what) }, standing })
    .into()
}

fn some_flow(page: &Page<'_>) -> Markup {
    let boxes = [
        ("fill", "医师填表", "主治医师", Place::Gone),
        ("panel", "专家会诊", "会诊组", Place::Gone),
        ("office", "医保办审核", "医院医保办", Place::Now),
        ("sign", "分管院长签字", "分管院长", Place::Ahead),
        ("agency", "经办审批", "审核", Place::Ahead),
        ("correct", "补正", "申请人", Place::Ahead),
        ("filed", "已备案", "", Place::Ahead),
        ("refused", "不予备案", "", Place::Ahead),
    ]
    .map(|(id, label, owner, place)| Box {
        id: id.into(),
        label: label.into(),
        owner: owner.into(),
        place,
    });
    let arrows = [
        ("fill", "panel", ""),
        ("panel", "office", "同意"),
        ("panel", "refused", "不同意"),
        ("office", "sign", ""),
        ("office", "correct", "缺材料"),
        ("correct", "office", "补齐"),
        ("sign", "agency", ""),
        ("agency", "filed", "通过"),
        ("agency", "refused", "不予"),
    ]
    .map(|(from, to, label)| Arrow { from: from.into(), to: to.into(), label: label.into() });
    flow_chart(page, "异地转诊", &boxes, &arrows)
}

fn some_waterfall(page: &Page<'_>) -> Markup {
    let bars = [
        ("总费用", Tone::Total, 128_000, 0),
        ("全自费", Tone::Own, 3_000, 125_000),
        ("超限价", Tone::Own, 1_200, 123_800),
        ("先行自付", Tone::Own, 23_800, 100_000),
        ("起付线", Tone::Own, 800, 99_200),
        ("第一段 82%", Tone::Fund, 32_144, 67_056),
        ("第二段 88%", Tone::Fund, 52_800, 14_256),
        ("大病", Tone::Second, 0, 14_256),
        ("医疗救助", Tone::Third, 120, 14_136),
        ("个人支付", Tone::Total, 43_056, 0),
    ]
    .map(|(label, tone, amount, from)| Bar {
        label: label.into(),
        tone,
        amount: Fen::yuan(amount),
        from: Fen::yuan(from),
        steps: Some("#x".into()),
    });
    waterfall(page, "从总费用到个人支付", &bars)
}

fn some_curve(page: &Page<'_>) -> Markup {
    let bills = [0, 800, 40_000, 100_000, 400_000, 500_000].map(Fen::yuan);
    let own = [0, 800, 7_856, 15_056, 51_056, 151_056].map(Fen::yuan);
    let funds = bills.iter().zip(own).filter_map(|(bill, own)| bill.minus(own).ok());
    let parts = [
        Part { label: "个人".into(), tone: Tone::Own, amounts: own.to_vec() },
        Part { label: "统筹基金".into(), tone: Tone::Fund, amounts: funds.collect() },
    ];
    let caption = "职工住院，三级医院".into();
    stack(page, &Stack { caption, bills: &bills, parts: &parts, marks: &[], here: Some(bills[3]) })
}
