# 结算逐步说明；每一步的名字由待遇引擎给出，数字由它填入。
explain-total = 总费用 { $total }，基金支付 { $funds }，个人负担 { $own }；适用 { $day } 的规定。
explain-law = 适用 { $day } 的规定；有关标准自 { $since } 起执行。
explain-law-discharge = { $begndate } 至 { $enddate } 的住院跨政策调整或跨年度。按所选口径，整次住院适用出院日 { $day } 的规定（有关标准自 { $since } 起执行），计入 { $year } 结算年度。
explain-law-admission = { $begndate } 至 { $enddate } 的住院跨政策调整或跨年度。按所选口径，整次住院适用入院日 { $day } 的规定（有关标准自 { $since } 起执行），计入 { $year } 结算年度。
explain-illustrative = 其中用到示例数字，不是现行规定。
explain-split = 费用分到各类：
explain-layers = 各层支付：
explain-funds = 各基金结算过程：
explain-counterfactuals = 如果情况不同：
explain-more = { $name }：基金多付 { $amount }
explain-less = { $name }：基金少付 { $amount }
explain-refused = { $name }：不予支付
explain-line-own = 第 { $line } 行 { $price } × { $quantity } = { $total }：目录外，全自费
explain-line-over-limit = 第 { $line } 行 { $price } × { $quantity } = { $total }：超过限价 { $ceiling } 的部分
explain-line-first-own = 第 { $line } 行 { $price } × { $quantity } = { $total }：先行自付比例 { $first_own }
explain-line-in-scope = 第 { $line } 行 { $price } × { $quantity } = { $total }：符合政策范围
explain-deductible = { $layer }：起付标准 { $full }，本年已付 { $borne }
explain-band = { $layer }：{ $start } 至 { $end } 一段，{ $length } × { $rate }
explain-cap = { $layer }：限额 { $limit }，本年已用 { $used }，应付 { $wanted }，超出部分不付
explain-balance = { $layer }：账户余额 { $balance }，应付 { $wanted }，不足部分不付
explain-layer = { $layer }：基数 { $base }，此前本年累计 { $year }
explain-cash = 其余由个人现金支付
