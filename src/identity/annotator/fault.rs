//! Why a token is refused.

/// Why a token is refused. The word of each is part of the interface; the sentence is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// `missing_token`
    #[error("no token was sent")]
    MissingToken,
    /// `malformed`
    #[error("this is not one token: three parts in base64url with JSON objects in the first two")]
    Malformed,
    /// `too_large`
    #[error("the token is longer than 4096 bytes")]
    TooLarge,
    /// `bad_alg`
    #[error("the token's header does not say that it is signed with HS256")]
    BadAlg,
    /// `bad_header`
    #[error("the token's header asks for an extension (crit, b64) that is not understood here")]
    BadHeader,
    /// `missing_consumer_key`
    #[error("the claim consumerKey is missing or empty")]
    MissingConsumerKey,
    /// `bad_consumer_key`
    #[error("the claim consumerKey is not a text")]
    BadConsumerKey,
    /// `unknown_consumer`
    #[error("no site is registered with this consumerKey")]
    UnknownConsumer,
    /// `bad_signature`
    #[error("the signature does not fit: the token was signed with another secret, or changed")]
    BadSignature,
    /// `consumer_disabled`
    #[error("the site is registered, but disabled")]
    ConsumerDisabled,
    /// `missing_user_id`
    #[error("the claim userId is missing or empty")]
    MissingUserId,
    /// `bad_user_id`
    #[error(
        "the claim userId must be a whole number, or a text of at most 255 bytes \
         without control characters that does not begin with group:"
    )]
    BadUserId,
    /// `missing_issued_at`
    #[error("the claim issuedAt is missing")]
    MissingIssuedAt,
    /// `bad_issued_at`
    #[error("the claim issuedAt must be a time such as 2026-03-23T12:00:00Z")]
    BadIssuedAt,
    /// `missing_ttl`
    #[error("the claim ttl is missing")]
    MissingTtl,
    /// `bad_ttl`
    #[error("the claim ttl must be a number of seconds, whole and above zero, not a text")]
    BadTtl,
    /// `bad_audience`
    #[error("the claim aud does not name the audience that is asked for here")]
    BadAudience,
    /// `bad_exp`
    #[error("the claim exp must be a number: seconds since 1970")]
    BadExp,
    /// `bad_nbf`
    #[error("the claim nbf must be a number: seconds since 1970")]
    BadNbf,
    /// `not_yet_valid`
    #[error("the token was issued in the future: the clock of the site that made it is ahead")]
    NotYetValid,
    /// `expired`
    #[error("the token has expired")]
    Expired,
    /// `revoked`
    #[error("the user, or everybody of the site, was signed out after the token was issued")]
    Revoked,
}

impl Fault {
    /// All of them, in the order in which they are found.
    pub const ALL: [Self; 22] = [
        Self::MissingToken,
        Self::TooLarge,
        Self::Malformed,
        Self::BadAlg,
        Self::BadHeader,
        Self::MissingConsumerKey,
        Self::BadConsumerKey,
        Self::UnknownConsumer,
        Self::BadSignature,
        Self::ConsumerDisabled,
        Self::BadUserId,
        Self::BadAudience,
        Self::MissingIssuedAt,
        Self::BadIssuedAt,
        Self::MissingTtl,
        Self::BadTtl,
        Self::BadExp,
        Self::BadNbf,
        Self::NotYetValid,
        Self::Expired,
        Self::Revoked,
        Self::MissingUserId,
    ];

    /// The word in answers, counters and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingToken => "missing_token",
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::BadAlg => "bad_alg",
            Self::BadHeader => "bad_header",
            Self::MissingConsumerKey => "missing_consumer_key",
            Self::BadConsumerKey => "bad_consumer_key",
            Self::UnknownConsumer => "unknown_consumer",
            Self::BadSignature => "bad_signature",
            Self::ConsumerDisabled => "consumer_disabled",
            Self::MissingUserId => "missing_user_id",
            Self::BadUserId => "bad_user_id",
            Self::MissingIssuedAt => "missing_issued_at",
            Self::BadIssuedAt => "bad_issued_at",
            Self::MissingTtl => "missing_ttl",
            Self::BadTtl => "bad_ttl",
            Self::BadAudience => "bad_audience",
            Self::BadExp => "bad_exp",
            Self::BadNbf => "bad_nbf",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}
