"""Which of the Metropolitan Police's offences lie in which offence subgroup of the Home Office.

Harm weights are published by subgroup, recorded crime by the force's own names, which differ
between its two schemas. No table between the two is published: this one is a judgement. Most
names say their subgroup; what was decided is marked. Names are in the sentence case of
``recorded_crime``; some of the older schema are cut short by their publisher.
"""

from __future__ import annotations

#: Offence group → subgroup of the Home Office → offences of either schema.
OFFENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "Violence against the person": {
        "Homicide": ("Homicide",),
        "Violence with injury": ("Violence with injury",),
        # the older schema has no offence of stalking: its cases are among these, of equal weight
        "Violence without injury": ("Violence without injury",),
        "Stalking and harassment": ("Stalking and harassment",),
        "Death or serious injury - unlawful driving": ("Death serious injury illegal driving",),
    },
    "Sexual offences": {
        "Rape offences": ("Rape",),
        "Other sexual offences": ("Other sexual offences",),
    },
    "Robbery": {
        "Robbery of business property": ("Robbery of business property",),
        "Robbery of personal property": ("Robbery of personal property",),
    },
    "Burglary": {
        "Residential burglary": (
            "Burglary - residential",
            "Res burglary of a home",
            # sheds and garages: no home is entered, but the Home Office counts it as residential
            "Res burglary of unconnected building",
            "Domestic burglary",
        ),
        "Non-residential burglary": ("Burglary business and community",),
    },
    "Theft": {
        "Shoplifting": ("Shoplifting",),
        "Theft from the person": ("Theft from the person", "Theft from person"),
        "Bicycle theft": ("Bicycle theft",),
        "Other theft offences": ("Other theft",),
    },
    "Vehicle offences": {
        # one weight for all, from interference to the theft of a vehicle
        "Vehicle offences": (
            "Aggravated vehicle taking",
            "Interfering with a motor vehicle",
            "Theft from a motor vehicle",
            "Theft from a vehicle",
            "Theft or taking of a motor vehicle",
            "Theft or unauth taking of a motor veh",
        ),
    },
    "Arson and criminal damage": {
        "Arson": ("Arson",),
        "Criminal damage": ("Criminal damage",),
    },
    "Drug offences": {
        "Possession of drugs": ("Possession of drugs",),
        "Trafficking of drugs": ("Trafficking of drugs", "Drug trafficking"),
    },
    "Possession of weapons": {
        # one weight for all, from a blade to a firearm carried with intent
        "Possession of weapons offences": (
            "Possession of weapons",
            "Other firearm offences",
            "Other knife offences",
            "Possession of article with blade or point",
            "Possession of firearm with intent",
            "Possession of firearms offences",
            "Possession of other weapon",
        ),
    },
    "Public order offences": {
        # violent disorder stands with public fear: the subgroup has one weight
        "Public order offences": (
            "Other offences public order",
            "Public fear alarm or distress",
            "Race or religious agg public fear",
            "Violent disorder",
            "Other offences against the state, or public order",
            "Racially or religiously aggravated public fear, al",
        ),
    },
    "Miscellaneous crimes against society": {
        # everything the older schema files under this group, grave and slight alike
        "Miscellaneous crimes against society": (
            "Misc crimes against society",
            "Absconding from lawful custody",
            "Aiding suicide",
            "Bail offences",
            "Bigamy",
            "Concealing an infant death close to birth",
            "Dangerous driving",
            "Disclosure, obstruction, false or misleading state",
            "Exploitation of prostitution",
            "Forgery or use of drug prescription",
            "Fraud or forgery associated with driver records",
            "Going equipped for stealing",
            "Handling stolen goods",
            "Making, supplying or possessing articles for use i",
            "Obscene publications",
            "Offender management act",
            "Other forgery",
            "Other notifiable offences",
            "Perjury",
            "Perverting course of justice",
            "Possession of false documents",
            "Profitting from or concealing proceeds of crime",
            "Soliciting for prostitution",
            "Threat or possession with intent to commit crimina",
            "Wildlife crime",
        ),
    },
}  # fmt: skip

#: Offences of the older schema that have another name now, where their subgroup has several.
RENAMED = {
    "Other offences against the state, or public order": "Other offences public order",
    "Racially or religiously aggravated public fear, al": "Race or religious agg public fear",
    "Theft from a motor vehicle": "Theft from a vehicle",
    "Theft or taking of a motor vehicle": "Theft or unauth taking of a motor veh",
}

#: Each subgroup's offences, and the group it lies in.
SUBGROUPS = {sub: names for group in OFFENCES.values() for sub, names in group.items()}
GROUP_OF_SUBGROUP = {sub: group for group, subs in OFFENCES.items() for sub in subs}
GROUP_OF_OFFENCE = {
    name: group for group, subs in OFFENCES.items() for names in subs.values() for name in names
}
