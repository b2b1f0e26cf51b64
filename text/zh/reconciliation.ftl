# 对账差异：比对结果、处理办法、更正分录的提出与确认。
refusal-reconciliation-nothing-to-do = 第 { $number } 项差异现在不能办理这一步。
    .cure = 刷新页面，查看它的现状。
refusal-reconciliation-compare-again = 这项差异记下时没有人员编号，也不属于某次就诊，无法据以更正。
    .cure = 请定点机构对同一期间重新对账（3202）：差异仍在的，会带上人员编号，序号不变，即可提出更正。
refusal-reconciliation-provider-mends = 这项差异由定点机构更正，经办机构账上不变。
    .cure = 请定点机构更正后重新对账（3202）。
reconciliation-title = 对账差异
reconciliation-lead = 定点机构上传明细（3202）后逐笔比对。要改动经办机构账目的，一人提出、另一人确认，确认后生成冲销分录，只生成一次。
reconciliation-own-lead = 与经办机构逐笔比对（3202）的结果。需要贵机构更正的，更正后重新对账即消除。
reconciliation-compared = { $from } 至 { $to }，清算类别 { $type }：{ $day } 比对，{ $found ->
        [0] 没有差异
       *[other] 差异 { $found } 项
    }。
reconciliation-more = 此处只列前 { $kept } 项，其余见 3202 的结果文件。
reconciliation-number = 序号
reconciliation-kind = 差异
reconciliation-settlement = 结算
reconciliation-visit = 就诊
reconciliation-office = 经办机构（总额 / 基金 / 个账）
reconciliation-provider = 定点机构（总额 / 基金 / 个账）
reconciliation-mend = 处理办法
reconciliation-state = 现状
reconciliation-refund = （撤销记录）
reconciliation-lost-at-office = 经办机构缺失
reconciliation-lost-at-provider = 定点机构缺失
reconciliation-duplicated-at-office = 经办机构重复
reconciliation-duplicated-at-provider = 定点机构重复
reconciliation-altered = 金额不符
reconciliation-timing = 日期不符
reconciliation-office-reverses = 经办机构撤销这笔结算
reconciliation-provider-removes = 定点机构删除此记录；就诊属实的重新上传
reconciliation-provider-records = 定点机构补记这笔撤销
reconciliation-provider-corrects = 定点机构按经办机构金额更正
reconciliation-provider-counts-on = 定点机构按经办机构日期计
reconciliation-is-open = 待处理
reconciliation-is-proposed = { $day } 提出更正：
reconciliation-is-mended = { $day } 已更正
reconciliation-is-gone = { $day } 再次比对时已消除
reconciliation-was-declined = { $day } 未予确认：
reconciliation-entry = 更正分录
reconciliation-elsewhere = 已请参保地撤销，分录见
reconciliation-propose = 提出更正
reconciliation-confirm = 确认更正
reconciliation-decline = 不予确认
reconciliation-break = 第 { $number } 项：{ $kind }
reconciliation-reason = 核实情况
reconciliation-why-not = 不确认的理由
