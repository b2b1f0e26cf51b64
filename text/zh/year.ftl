# 年度重算

year-anew = 年度重算
year-anew-same = 按这一顺序自年初重算，本年各次结算的金额都不变。
year-anew-moved = 按这一顺序重算，有 { $count } 次结算的金额与已作出的不同：
year-anew-cure = 已作出的结算在撤销并重新结算之前仍然有效：直接结算的由医院退费重结，零星报销的按更正办理。重新结算时按这一顺序计入年度。
year-anew-what = 由谁支付
year-anew-made = 已结算
year-anew-now = 重算
year-anew-refused = 现行规定对这张单据不予结算
year-anew-difference = 差额
settlements-illustrative = { $which }：金额用到了示例数字，不是现行规定。
