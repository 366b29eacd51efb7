"""The generator in the annotation store's own package."""
import os
import sys

from annotator import auth

claims = {"consumerKey": os.environ["ANNOTATOR_KEY"], "userId": sys.argv[1], "ttl": 86400}
print(auth.encode_token(claims, os.environ["ANNOTATOR_SECRET"]).decode())
