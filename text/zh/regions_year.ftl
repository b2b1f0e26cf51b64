regions-year-end = 年度清算
regions-year-end-about = 截至各年末发生、尚未清算的金额；已清算的先抵最早的年度。
regions-year-over = 所属年度
regions-due-by = 清算期限
regions-overdue = 已逾期
