//! The accounts behind the authTokens of our own users.
//!
//! A token is good until it ends, and says nothing of what happened since. That would let somebody who was
//! disabled annotate for an hour, so whenever such a token or pass comes, its account must still be there.

use super::{Failure, Live};
use crate::identity::consumer::Consumer;
use crate::identity::name::UserName;
use crate::identity::principal::{User, UserId};
use crate::store::users;

impl Live {
    /// Whether [`Live::has_user`] says yes, and can say so without waiting.
    pub fn has_warm_user(&self, consumer: &Consumer, user: &str, is_visitor: bool) -> bool {
        if !consumer.is_built_in || is_visitor {
            return true;
        }
        // Only names of accounts are kept, in their one spelling.
        let account = self.accounts.get(user);
        account.is_some_and(|account| self.stamps.is_current(&account))
    }

    /// Whether somebody whom a consumer's token names is still there. Of other sites' users we know
    /// nothing; ours have an active account of this very name.
    pub async fn has_user(
        &self,
        consumer: &Consumer,
        user: &str,
        is_visitor: bool,
    ) -> Result<bool, Failure> {
        if self.has_warm_user(consumer, user, is_visitor) {
            return Ok(true);
        }
        match UserName::parse(user) {
            Ok(name) if name.as_str() == user => Box::pin(self.has_account(name)).await,
            Ok(_) | Err(_) => Ok(false),
        }
    }

    async fn has_account(&self, name: UserName) -> Result<bool, Failure> {
        let _loading = self.loading.read().await;
        self.accounts
            .forget_if(&name, |account| !self.stamps.is_current(account));
        let load = async {
            let wanted = name.clone();
            let find = move |conn: &mut _| users::identity_by_name(conn, &wanted);
            let user = self.store.run(find).await?;
            Ok(user.map(|user| self.stamps.mark(user)))
        };
        let account = self.accounts.get_or_load(&name, load).await?;
        Ok(account.is_some())
    }

    /// The user, if active, as the database says.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, Failure> {
        let find = move |conn: &mut _| users::identity_of(conn, id);
        Ok(self.store.run(find).await?)
    }
}
