# 谁申请，谁录入。
applicant-self = 本人
applicant-authority = 受托办理{ $scope }，{ $from }至{ $to }
applicant-every-procedure = 所有可以委托的事项
applicant-entered = 录入人
event-entered-by = 由{ $who }录入
