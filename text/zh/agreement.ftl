# 定点协议
refusal-agreement-suspended = { $day }该机构的定点协议处于中止期（自{ $from }起），费用不予结算。
    .cure = 协议恢复后发生的费用可以结算；机构可以提出异议。
refusal-agreement-ended = 该机构的定点协议已于{ $last }解除，{ $day }的费用不予结算。
    .cure = 请到其他定点机构就医；机构可以提出异议或重新申请。
refusal-agreement-expired = 该机构的定点协议于{ $last }到期未续签，{ $day }的费用不予结算。
    .cure = 请到其他定点机构就医；机构可以重新申请定点。
