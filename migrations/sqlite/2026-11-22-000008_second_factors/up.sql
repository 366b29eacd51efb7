-- The secrets of authenticator apps, sealed, and the step of the last code that was used.
CREATE TABLE second_factors (
    user_id INTEGER NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret TEXT NOT NULL CHECK (secret <> ''),
    used_step BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- Each opens once, and goes with it.
CREATE TABLE recovery_codes (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL CHECK (fingerprint <> ''),
    PRIMARY KEY (user_id, fingerprint)
);
