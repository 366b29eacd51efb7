"""Makes authTokens for the signed-in users of this site. Needs PyJWT: pip install PyJWT"""
import os
import sys
from datetime import datetime, timezone

import jwt

TTL = 3600  # seconds


def auth_token(user_id):
    """The token of a user. Take the user from your session, never from the request."""
    claims = {
        "consumerKey": os.environ["ANNOTATOR_KEY"],
        "userId": str(user_id),
        "issuedAt": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ttl": TTL,
    }
    token = jwt.encode(claims, os.environ["ANNOTATOR_SECRET"], algorithm="HS256")
    # PyJWT 1 returns bytes.
    return token.decode("ascii") if isinstance(token, bytes) else token


if __name__ == "__main__":
    print(auth_token(sys.argv[1]))
