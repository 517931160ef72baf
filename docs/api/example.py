"""From a list of people to published partnerships, by the API.

    PEERLOOM_URL=https://peers.example.org PEERLOOM_TOKEN=plat_… python example.py people.csv

Needs the package `requests`, and a token with programs:write, people:write and matching:write.
"""

import csv
import os
import sys
import time
import uuid

import requests


class Peerloom:
    """A server, as the person whose token it is."""

    def __init__(self, url, token):
        self.address = f"{url}/api/v1"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method, path, **sent):
        """One call; sent again with the same key until it is known to be carried out, once."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        for tries in range(5):
            try:
                answer = self.session.request(method, f"{self.address}/{path}", headers=key, **sent)
            except requests.ConnectionError:
                time.sleep(2**tries)
                continue
            if answer.status_code in (502, 503, 504):
                time.sleep(2**tries)
                continue
            if answer.status_code == 429:
                time.sleep(int(answer.headers["Retry-After"]))
                continue
            if not answer.ok:
                sys.exit(f"{method} {path}: {answer.json()['detail']}")
            return answer.json() if answer.content else None
        sys.exit(f"{method} {path}: not reached")

    def all_of(self, path):
        """Everything on a list, part by part."""
        after = ""
        while after is not None:
            part = self.call("GET", path, params={"after": after, "limit": 200})
            yield from part["items"]
            after = part["next"]


def main(url, token, file):
    peerloom = Peerloom(url, token)
    purpose = {
        "name": "Across teams",
        "purpose": "Learn from each other across teams.",
        "objectives": ["skills"],
    }
    program = peerloom.call("POST", "programs", json=purpose)
    at = f"programs/{program['id']}"
    peerloom.call("POST", f"{at}/open")

    with open(file, encoding="utf-8", newline="") as rows:
        people = [
            {"email": row["email"], "name": row["name"],
             "answers": {"offers": row["offers"], "wants": row["wants"]}}
            for row in csv.DictReader(rows)
        ]
    for k in range(0, len(people), 1000):
        sent = {"people": people[k : k + 1000], "looking": True}
        told = peerloom.call("POST", f"{at}/people/upsert", json=sent)
        print(f"{told['new']} new, {told['changed']} changed, {told['refused']} refused")

    matching = peerloom.call("POST", f"{at}/rounds")
    while matching["state"] == "solving":
        time.sleep(1)
        matching = peerloom.call("GET", f"{at}/rounds/{matching['id']}")
    print(f"{matching['figures']['placed']} of {matching['figures']['people']} have a peer")

    peerloom.call("POST", f"{at}/rounds/{matching['id']}/publish")
    for pair in peerloom.all_of(f"{at}/partnerships"):
        print(" and ".join(pair["people"]))


if __name__ == "__main__":
    main(os.environ["PEERLOOM_URL"], os.environ["PEERLOOM_TOKEN"], sys.argv[1])
