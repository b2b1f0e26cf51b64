# Who applied, and who typed it in.
applicant-self = the person themselves
applicant-authority = authorised for { $scope }, from { $from } to { $to }
applicant-every-procedure = every procedure that takes agents
applicant-entered = Entered by
event-entered-by = entered by { $who }
