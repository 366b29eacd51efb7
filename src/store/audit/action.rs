//! The words of the audit log.

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What was done. The words are in the log for good; new ones may be added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action {
            $($(#[$doc])* $name,)*
        }

        impl Action {
            /// All of them, for filters.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$name),*];

            /// The word in the log.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

actions! {
    /// Somebody signed in, or tried to.
    SignIn = "sign-in",
    /// Somebody signed out.
    SignOut = "sign-out",
    /// Somebody registered an account.
    Register = "register",
    /// Somebody accepted the terms of a role.
    AcceptTerms = "accept-terms",
    /// Somebody opened a kiosk.
    OpenKiosk = "open-kiosk",
    /// Somebody changed their own password, or tried to.
    ChangePassword = "change-password",
    /// A session was ended by somebody else, or from another one.
    RevokeSession = "session.revoke",
    /// An API key was made.
    CreateApiKey = "api-key.create",
    /// An API key was revoked.
    RevokeApiKey = "api-key.revoke",
    /// A user was made.
    CreateUser = "user.create",
    /// A user was changed.
    UpdateUser = "user.update",
    /// An administrator set a password.
    SetPassword = "user.set-password",
    /// A user was enabled, disabled or approved.
    SetState = "user.set-state",
    /// A user was deleted.
    DeleteUser = "user.delete",
    /// Users were imported.
    ImportUsers = "user.import",
    /// A role was made.
    CreateRole = "role.create",
    /// A role was changed.
    UpdateRole = "role.update",
    /// A role was deleted.
    DeleteRole = "role.delete",
    /// A new version of a role's terms was put in force.
    PublishTerms = "terms.publish",
    /// A network was made.
    CreateNetwork = "network.create",
    /// A network was changed.
    UpdateNetwork = "network.update",
    /// A network was deleted.
    DeleteNetwork = "network.delete",
    /// A rule was made.
    CreateRule = "rule.create",
    /// A rule was changed.
    UpdateRule = "rule.update",
    /// A rule was deleted.
    DeleteRule = "rule.delete",
    /// Rules were imported.
    ImportRules = "rule.import",
    /// A consumer was made.
    CreateConsumer = "consumer.create",
    /// A consumer was changed.
    UpdateConsumer = "consumer.update",
    /// A consumer got a new secret.
    RotateConsumer = "consumer.rotate",
    /// A consumer was enabled or disabled.
    SetConsumerState = "consumer.set-state",
    /// All users of a consumer were signed out.
    RevokeConsumer = "consumer.revoke",
    /// One user of a consumer was signed out, and perhaps kept out.
    BlockConsumerUser = "consumer.block-user",
    /// One user of a consumer was let in again.
    UnblockConsumerUser = "consumer.unblock-user",
    /// A consumer was deleted.
    DeleteConsumer = "consumer.delete",
    /// Somebody set up a second factor, or got new recovery codes.
    SetUpSecondFactor = "second-factor.set-up",
    /// A second factor was removed, by its owner or for an owner who lost it.
    RemoveSecondFactor = "second-factor.remove",
    /// Somebody who tried too often to sign in may try again.
    LiftLimit = "limit.lift",
    /// Recording of requests was switched on or off.
    RecordRequests = "requests.record",
    /// The key for cookies, tokens and sealed secrets was replaced.
    RotateKey = "key.rotate",
}

impl Action {
    /// The reverse of [`Action::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == text)
    }
}

/// Whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was.
    Done,
    /// It was not.
    Refused,
}

impl Outcome {
    /// The word in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The reverse of [`Outcome::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Done, Self::Refused]
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }
}
