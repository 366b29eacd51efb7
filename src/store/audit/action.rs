//! The words of the audit log.

/// What was done. The words are in the log for good; new ones may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Somebody signed in, or tried to.
    SignIn,
    /// Somebody signed out.
    SignOut,
    /// Somebody registered an account.
    Register,
    /// Somebody accepted the terms of a role.
    AcceptTerms,
    /// Somebody opened a kiosk.
    OpenKiosk,
    /// Somebody changed their own password, or tried to.
    ChangePassword,
    /// A session was ended by somebody else, or from another one.
    RevokeSession,
    /// An API key was made.
    CreateApiKey,
    /// An API key was revoked.
    RevokeApiKey,
    /// A user was made.
    CreateUser,
    /// A user was changed.
    UpdateUser,
    /// An administrator set a password.
    SetPassword,
    /// A user was enabled, disabled or approved.
    SetState,
    /// A user was deleted.
    DeleteUser,
    /// Users were imported.
    ImportUsers,
    /// A role was made.
    CreateRole,
    /// A role was changed.
    UpdateRole,
    /// A role was deleted.
    DeleteRole,
    /// A new version of a role's terms was put in force.
    PublishTerms,
    /// A network was made.
    CreateNetwork,
    /// A network was changed.
    UpdateNetwork,
    /// A network was deleted.
    DeleteNetwork,
    /// A rule was made.
    CreateRule,
    /// A rule was changed.
    UpdateRule,
    /// A rule was deleted.
    DeleteRule,
    /// Rules were imported.
    ImportRules,
    /// A consumer was made.
    CreateConsumer,
    /// A consumer was changed.
    UpdateConsumer,
    /// A consumer got a new secret.
    RotateConsumer,
    /// A consumer was enabled or disabled.
    SetConsumerState,
    /// All users of a consumer were signed out.
    RevokeConsumer,
    /// One user of a consumer was signed out, and perhaps kept out.
    BlockConsumerUser,
    /// One user of a consumer was let in again.
    UnblockConsumerUser,
    /// A consumer was deleted.
    DeleteConsumer,
    /// Somebody set up a second factor, or got new recovery codes.
    SetUpSecondFactor,
    /// A second factor was removed, by its owner or for an owner who lost it.
    RemoveSecondFactor,
    /// Somebody who tried too often to sign in may try again.
    LiftLimit,
    /// Recording of requests was switched on or off.
    RecordRequests,
}

impl Action {
    /// All of them, for filters.
    pub const ALL: [Self; 38] = [
        Self::SignIn,
        Self::SignOut,
        Self::Register,
        Self::AcceptTerms,
        Self::OpenKiosk,
        Self::ChangePassword,
        Self::RevokeSession,
        Self::CreateApiKey,
        Self::RevokeApiKey,
        Self::CreateUser,
        Self::UpdateUser,
        Self::SetPassword,
        Self::SetState,
        Self::DeleteUser,
        Self::ImportUsers,
        Self::CreateRole,
        Self::UpdateRole,
        Self::DeleteRole,
        Self::PublishTerms,
        Self::CreateNetwork,
        Self::UpdateNetwork,
        Self::DeleteNetwork,
        Self::CreateRule,
        Self::UpdateRule,
        Self::DeleteRule,
        Self::ImportRules,
        Self::CreateConsumer,
        Self::UpdateConsumer,
        Self::RotateConsumer,
        Self::SetConsumerState,
        Self::RevokeConsumer,
        Self::BlockConsumerUser,
        Self::UnblockConsumerUser,
        Self::DeleteConsumer,
        Self::SetUpSecondFactor,
        Self::RemoveSecondFactor,
        Self::LiftLimit,
        Self::RecordRequests,
    ];

    /// The word in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignOut => "sign-out",
            Self::Register => "register",
            Self::AcceptTerms => "accept-terms",
            Self::OpenKiosk => "open-kiosk",
            Self::ChangePassword => "change-password",
            Self::RevokeSession => "session.revoke",
            Self::CreateApiKey => "api-key.create",
            Self::RevokeApiKey => "api-key.revoke",
            Self::CreateUser => "user.create",
            Self::UpdateUser => "user.update",
            Self::SetPassword => "user.set-password",
            Self::SetState => "user.set-state",
            Self::DeleteUser => "user.delete",
            Self::ImportUsers => "user.import",
            Self::CreateRole => "role.create",
            Self::UpdateRole => "role.update",
            Self::DeleteRole => "role.delete",
            Self::PublishTerms => "terms.publish",
            Self::CreateNetwork => "network.create",
            Self::UpdateNetwork => "network.update",
            Self::DeleteNetwork => "network.delete",
            Self::CreateRule => "rule.create",
            Self::UpdateRule => "rule.update",
            Self::DeleteRule => "rule.delete",
            Self::ImportRules => "rule.import",
            Self::CreateConsumer => "consumer.create",
            Self::UpdateConsumer => "consumer.update",
            Self::RotateConsumer => "consumer.rotate",
            Self::SetConsumerState => "consumer.set-state",
            Self::RevokeConsumer => "consumer.revoke",
            Self::BlockConsumerUser => "consumer.block-user",
            Self::UnblockConsumerUser => "consumer.unblock-user",
            Self::DeleteConsumer => "consumer.delete",
            Self::SetUpSecondFactor => "second-factor.set-up",
            Self::RemoveSecondFactor => "second-factor.remove",
            Self::LiftLimit => "limit.lift",
            Self::RecordRequests => "requests.record",
        }
    }

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
