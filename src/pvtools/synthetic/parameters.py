"""The made-up numbers of the synthetic London, in one place.

They are round and chosen for teaching: about the size such things have, and nobody's figures.
Shares of people are 0–1. Effects are on the probit scale, where 0.1 is about four points of a
share near one half. ``survey`` and ``satisfaction`` print these tables in their documentation,
and a test holds the two together.
"""

from __future__ import annotations

#: question: (London's share of yes, how strongly it follows a person's attitude, how strongly
#: groups and boroughs differ on it)
QUESTIONS = {
    "good_job": (0.60, 0.80, 1.0),
    "trust": (0.75, 0.75, 1.2),
    "treat_fairly": (0.70, 0.75, 1.3),
    "rely_on": (0.65, 0.70, 0.9),
    "understand_issues": (0.70, 0.65, 0.8),
    "listen": (0.70, 0.70, 0.9),
    "informed": (0.45, 0.40, 0.5),
    "contact_officer": (0.20, 0.25, 0.4),
    "statement_fair": (0.70, 0.80, 1.3),
    "statement_listen": (0.60, 0.75, 1.0),
    "statement_team": (0.40, 0.50, 0.7),
    "statement_informed": (0.45, 0.45, 0.5),
    "statement_right": (0.50, 0.60, 1.0),
}

#: group: (share of residents, share that takes part when asked, effect on every answer)
GROUPS = {
    "age_group": {
        "16 to 24": (0.13, 0.35, -0.25),
        "25 to 34": (0.21, 0.40, -0.10),
        "35 to 44": (0.18, 0.50, 0.00),
        "45 to 54": (0.17, 0.55, 0.00),
        "55 to 64": (0.14, 0.60, 0.10),
        "65 and over": (0.17, 0.70, 0.25),
    },
    "sex": {
        "Female": (0.50, 1.00, 0.05),
        "Male": (0.50, 0.90, 0.00),
    },
    "ethnicity": {
        "Asian": (0.20, 0.85, 0.05),
        "Black": (0.15, 0.75, -0.35),
        "Mixed": (0.05, 0.75, -0.30),
        "White British": (0.40, 1.00, 0.00),
        "White Other": (0.15, 0.90, 0.10),
        "Other": (0.05, 0.80, -0.10),
    },
    "victim": {
        "no": (0.80, 1.00, 0.00),
        "yes": (0.20, 0.75, -0.35),
    },
}

#: How far a borough's mix of groups strays from London's (standard deviation of log shares).
MIX_SPREAD = {"age_group": 0.15, "sex": 0.02, "ethnicity": 0.50, "victim": 0.15}

#: White British residents are older: the log share rises by this much an age group.
OLDER_WHITE_BRITISH = 0.15

#: Residents by the number of adults in their household; one adult of each is interviewed.
HOUSEHOLDS = {1: 0.25, 2: 0.45, 3: 0.20, 4: 0.10}

#: Residents who are 16 or older.
ADULTS = 0.80

#: Differences between boroughs: an effect for each standard deviation of log residents per km²,
#: a spread that all questions share, and one that is each question's own.
DENSITY_EFFECT = -0.05
BOROUGH_SPREAD = 0.09
BOROUGH_QUESTION_SPREAD = 0.04

#: crime: (share of all victims, share of those asked for an interview, share satisfied)
CRIMES = {
    "Burglary": (0.25, 0.25, 0.80),
    "Violence": (0.30, 0.20, 0.70),
    "Vehicle crime": (0.30, 0.25, 0.75),
    "Road traffic": (0.12, 0.15, 0.85),
    "Racially motivated": (0.03, 0.15, 0.65),
}

#: ethnicity of victims: (share of victims, share that takes part)
VICTIMS = {
    "White": (0.60, 0.50),
    "Black, Asian and minority ethnic": (0.40, 0.40),
}

#: Victims of racially motivated crime are mostly of minority ethnicity.
RACIALLY_MOTIVATED_MINORITY = 0.85

#: Differences in satisfaction between boroughs (probit scale).
SATISFACTION_SPREAD = 0.10

#: Victims a month for each resident.
VICTIMS_A_MONTH = 0.004
