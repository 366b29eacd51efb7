"""The generator of Annotator's documentation, as sites have copied it; with any PyJWT."""
import datetime
import os
import sys

import jwt

CONSUMER_KEY = os.environ["ANNOTATOR_KEY"]
CONSUMER_SECRET = os.environ["ANNOTATOR_SECRET"]
CONSUMER_TTL = 86400


def generate_token(user_id):
    return jwt.encode({
        "consumerKey": CONSUMER_KEY,
        "userId": user_id,
        "issuedAt": _now().isoformat() + "Z",
        "ttl": CONSUMER_TTL
    }, CONSUMER_SECRET)


def _now():
    return datetime.datetime.utcnow().replace(microsecond=0)


token = generate_token(sys.argv[1])
print(token.decode() if isinstance(token, bytes) else token)
