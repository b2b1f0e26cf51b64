# 为什么不予结算。
refusal-benefit-no-lines = 没有费用明细。
    .cure = 请先上传费用明细。
refusal-benefit-days-reversed = 就诊结束日 { $enddate } 早于开始日 { $begndate }。
    .cure = 请更正就诊日期。
refusal-benefit-day-before-answers = { $day } 没有可用的政策；政策自 { $answers-from } 起。
    .cure = 请向经办机构申请书面核定。
refusal-benefit-no-class = 按“{ $dimension }”无法归类（{ $found }）。
    .cure = 请核对国家代码；未参加本险种的人员不在此结算。
refusal-benefit-amount-out-of-range = 金额超出结算可容纳的范围。
    .cure = 请核对单价和数量。
refusal-benefit-not-designated = { $day } 该机构不是定点机构，也不是急诊。
    .cure = 急诊请提交急诊证明；否则请到定点机构就医。
refusal-benefit-no-figures = { $day } 的此类费用没有可用的政策数字。
    .cure = 请向经办机构申请书面核定。
refusal-benefit-pharmacy-stay = 药店不能结算住院。
    .cure = 请更正医疗类别或机构。
