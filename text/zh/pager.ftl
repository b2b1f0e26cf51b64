# 长列表分页。
calculator-asked = 填写的条件
law-other-readings = 另外 { $count } 种理解
pages = 分页
pages-before = 上一页
pages-after = 下一页
pages-shown = 第 { $from }–{ $to } 条，共 { $count } 条
