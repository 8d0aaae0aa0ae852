"""Makes HL7 messages for measuring, the same for the same seed."""

import random


def requests(count: int, lines: int, seed: int = 1) -> list[bytes]:
    """``count`` stock requisitions (OMS^O05, version 2.5.1) of ``lines`` orders each, with a patient, as wards send
    them.
    """
    rng = random.Random(seed)  # noqa: S311 - made-up goods, not secrets
    made = []
    for number in range(1, count + 1):
        rows = [
            f"MSH|^~\\&|EHR|STEX|MATERIALS|STEX|20261120091500||OMS^O05^OMS_O05|M{number:06d}|P|2.5.1|||AL|NE",
            f"PID|1||{33000000 + number}^^^STEX^MR||Example^Patient||19580417|F",
            f"PV1|1|I|3WEST^{rng.randrange(300, 340)}^A^STEX||||8801^Osei^Miriam",
        ]
        for line in range(1, lines + 1):
            item, unit = rng.randrange(10_000), rng.choice(("EA^Each", "BX^Box", "CA^Case"))
            rows.append(
                f"ORC|NW|RQ{number:06d}-{line}^EHR||RQG-{number:06d}|||||20261120090500|4410^Baptiste^Jules||"
                "8801^Osei^Miriam|3WEST^Medical ward 3"
            )
            rows.append(
                f"RQD|{line}|{item:05d}^Glove, exam, nitrile, medium^L||S{item:05d}^Glove nitrile M^L|"
                f"{rng.randrange(1, 99)}|{unit}|CC3100^Ward 3 West|6100^Medical supplies|"
                "3W-SUP^Ward 3 West supply room|20261121"
            )
        made.append("".join(f"{row}\r" for row in rows).encode())
    return made
