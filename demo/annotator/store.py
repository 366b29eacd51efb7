"""The annotation store of the demonstration: the package `annotator` as it is, behind the gate.

It knows no consumers. The gate has checked the visitor's token and hands on a short one of its own, signed with one secret,
so the store looks up the same secret for every consumer, as the program that comes with the package does.
"""
import argparse
import logging
import warnings

with warnings.catch_warnings():
    # The package is older than the warning.
    warnings.simplefilter('ignore', SyntaxWarning)
    from annotator import auth, authz, store
from flask import Flask, g, jsonify, request
from werkzeug.serving import run_simple

from memory import Annotation

# No token of the gate lives longer.
TTL = 300


class Consumer(object):
    """What the package wants to know of a consumer."""

    def __init__(self, key, secret):
        self.key, self.secret, self.ttl = key, secret, TTL


def create_app(secret_file):
    app = Flask(__name__)
    app.config['AUTHZ_ON'] = True

    def consumer(key):
        # Read each time: the gate may make it anew.
        with open(secret_file) as file:
            return Consumer(key, file.read().strip())

    @app.before_request
    def before_request():
        g.annotation_class = Annotation
        g.auth = auth.Authenticator(consumer)
        g.authorize = authz.authorize

    @app.route('/whoami')
    def whoami():
        """Who the visitor is by the token, and what the gate says of them in headers."""
        user = g.auth.request_user(request)
        token = user and {'user': user.id, 'consumer': user.consumer.key, 'admin': user.is_admin}
        told = {name: value for name, value in request.headers.items() if name.startswith('X-Annotator-')}
        told.pop('X-Annotator-Auth-Token', None)
        return jsonify(token=token, told=told)

    app.register_blueprint(store.store)
    return app


def main():
    parser = argparse.ArgumentParser(description='An annotation store that keeps everything in memory.')
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--secret-file', required=True, help="the gate's secret for this store")
    options = parser.parse_args()
    # Its own line for each request shows the path, and no header.
    logging.basicConfig(level=logging.INFO, format='%(asctime)s %(message)s')
    run_simple('127.0.0.1', options.port, create_app(options.secret_file), threaded=True)


if __name__ == '__main__':
    main()
