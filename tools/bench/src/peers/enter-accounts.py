"""Enters every account of the organization with botocove and asks one question there."""

import json

from botocove import cove


@cove()
def contact(session):
    return session.client("account").get_contact_information()["ContactInformation"]["FullName"]


output = contact()
lost = len(output["Exceptions"]) + len(output["FailedAssumeRole"])
print(json.dumps({"entered": len(output["Results"]), "lost": lost}))
