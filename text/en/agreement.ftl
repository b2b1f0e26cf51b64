# Agreements with hospitals and pharmacies
refusal-agreement-suspended = On { $day } the provider's agreement was suspended (from { $from }); costs of that day are not settled.
    .cure = Costs after the agreement resumes can be settled; the provider may object.
refusal-agreement-ended = The provider's agreement was ended on { $last }; costs of { $day } are not settled.
    .cure = Go to another designated provider; the provider may object or apply anew.
refusal-agreement-expired = The provider's agreement ran out on { $last } and was not renewed; costs of { $day } are not settled.
    .cure = Go to another designated provider; the provider applies for a new agreement.
