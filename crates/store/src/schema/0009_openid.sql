-- Who somebody is elsewhere: by issuer and subject, never by a name or an address.
CREATE TABLE identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_person ON identity (person_id);

-- A sign-in that has gone to the provider and not come back. Secrets that come back are kept as their SHA-256.
CREATE TABLE openid_attempt (
    state TEXT PRIMARY KEY,
    browser TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    next TEXT NOT NULL,
    -- Whoever is signed in and joins the identity to the account.
    person_id UUID REFERENCES person (id),
    expires_at BIGINT NOT NULL
);
