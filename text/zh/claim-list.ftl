# 费用清单整张粘贴。
claim-list = 粘贴整张清单
claim-list-label = 从表格软件复制的清单
claim-list-hint = 每行一项：项目、单价、数量、类别、先自付比例、日期，用制表符或逗号分开；首行可以是栏目名。数量、类别、比例、日期可以不填：数量为1，类别同上一行，日期为就诊日。在上面的表格里直接粘贴也可以。
claim-list-too-long = 清单一次最多 { $lines } 行、{ $chars } 字；请分成几件办理或合并同类项目。
claim-list-line = 清单第 { $line } 行（{ $says }）：{ $wrong }
claim-list-more = 另有 { $count } 行不对
list-wrong-empty = 没有填写
list-wrong-text = 太长，或有不能打印的字符
list-wrong-number = 不是数
list-wrong-differs = 与单价乘数量不符
list-wrong-class = 没有这个类别（甲、乙、丙）
list-wrong-share = 不是百分比
list-wrong-day = 不是日期
