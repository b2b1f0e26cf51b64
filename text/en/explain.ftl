# A settlement step by step; the benefit engine names each step and fills in the figures.
explain-total = Total { $total }, funds { $funds }, the person { $own }; by the law of { $day }.
explain-law = The law of { $day } applies; its figures are in force since { $since }.
explain-law-discharge = The stay from { $begndate } to { $enddate } lies across a change of figures or of the year. By the setting, the law of the day of discharge, { $day }, applies to the whole stay; its figures are in force since { $since }, and it counts for the year { $year }.
explain-law-admission = The stay from { $begndate } to { $enddate } lies across a change of figures or of the year. By the setting, the law of the day of admission, { $day }, applies to the whole stay; its figures are in force since { $since }, and it counts for the year { $year }.
explain-illustrative = It uses figures that are illustrations and not law.
explain-split = How the bill is split:
explain-layers = Who pays:
explain-funds = Fund by fund, as the provider is told:
explain-counterfactuals = Had it been otherwise:
explain-more = { $name }: the funds would pay { $amount } more
explain-less = { $name }: the funds would pay { $amount } less
explain-refused = { $name }: it would be refused
explain-line-own = line { $line }, { $price } × { $quantity } = { $total }: outside the catalogue, the person's own
explain-line-over-limit = line { $line }, { $price } × { $quantity } = { $total }: above the ceiling of { $ceiling }
explain-line-first-own = line { $line }, { $price } × { $quantity } = { $total }: first own share { $first_own }
explain-line-in-scope = line { $line }, { $price } × { $quantity } = { $total }: in scope
explain-deductible = { $layer }: deductible { $full }, borne this year before { $borne }
explain-band = { $layer }: from { $start } to { $end }, { $length } × { $rate }
explain-cap = { $layer }: limit { $limit }, used this year { $used }, due { $wanted }; what is beyond is not paid
explain-balance = { $layer }: balance of the account { $balance }, due { $wanted }; what is beyond is not paid
explain-layer = { $layer }: base { $base }, this year before { $year }
explain-cash = The rest is paid in cash by the person
