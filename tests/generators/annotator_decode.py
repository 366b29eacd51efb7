"""Prints whom the annotation store takes the bearer of a token for."""
import os
import sys

from annotator import auth

claims = auth.decode_token(sys.argv[1], os.environ["ANNOTATOR_SECRET"])
user = auth.User.from_token(claims)
print(user.consumer.key, user.id, user.is_admin)
