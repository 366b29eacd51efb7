"""Where the annotations of the demonstration are kept: in memory, instead of in Elasticsearch.

The annotation store asks the class that it finds in `g.annotation_class` for everything, so nothing of the store itself is
changed. What may be read is decided by the store's own rules (`annotator.authz`).
"""
import copy
import datetime
import threading
import uuid

from annotator import authz
from annotator.elasticsearch import RESULTS_DEFAULT_SIZE, RESULTS_MAX_SIZE

# Searched by the words in them; every other field must be equal.
WORDS = ('quote', 'tags', 'text')


class Annotation(dict):
    """One annotation. All of them are lost when the program ends."""

    _kept = {}
    _lock = threading.Lock()

    @classmethod
    def fetch(cls, docid):
        with cls._lock:
            return copy.deepcopy(cls._kept.get(docid))

    def save(self, refresh=True):
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        self.setdefault('permissions', {'read': [authz.GROUP_CONSUMER]})
        self.setdefault('created', now)
        self['updated'] = now
        self.setdefault('id', uuid.uuid4().hex)
        with self._lock:
            self._kept[self['id']] = copy.deepcopy(self)

    def delete(self):
        with self._lock:
            self._kept.pop(self.get('id'), None)

    @classmethod
    def search(cls, query=None, offset=0, limit=RESULTS_DEFAULT_SIZE, sort='updated', order='desc', user=None):
        found = cls._matching(query or {}, user)
        found.sort(key=lambda annotation: str(annotation.get(sort, '')), reverse=order != 'asc')
        first = max(0, offset or 0)
        size = RESULTS_DEFAULT_SIZE if limit is None else min(RESULTS_MAX_SIZE, max(0, limit))
        return found[first:first + size]

    @classmethod
    def count(cls, query=None, user=None, **_):
        return len(cls._matching(query or {}, user))

    @classmethod
    def search_raw(cls, *_, **__):
        return {'status': 501, 'error': 'There is no Elasticsearch behind this store.'}

    @classmethod
    def _matching(cls, query, user):
        with cls._lock:
            every = copy.deepcopy(list(cls._kept.values()))
        return [a for a in every if authz.authorize(a, 'read', user) and all(_matches(a, *pair) for pair in query.items())]


def _matches(annotation, field, wanted):
    value = annotation.get(field, '')
    if field in WORDS:
        return all(word in str(value).lower() for word in wanted.lower().split())
    return str(value) == wanted
