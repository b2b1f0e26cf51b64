# 先行支付与追偿。
refusal-advance-work-injury = 已认定为工伤的，由工伤保险基金先行支付。
    .cure = 请持工伤认定决定书向工伤保险经办机构申请。
refusal-advance-nothing-open = 该办件没有尚未收回的先行支付金额。
    .cure = 请核对该办件的账目：已经收回，或者已由基金承担。
refusal-advance-amount = 第三人偿还的金额应大于零，且不超过尚欠金额。
    .cure = 请按银行回单金额录入；多付部分退还付款人。
effect-advance = 基金先行支付，由第三人偿还
effect-advance-recovered = 第三人已偿还
effect-advance-borne = 未收回部分由基金承担
