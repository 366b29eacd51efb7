//! The accounts behind the authTokens of our own users.
//!
//! A token is good until it ends, and says nothing of what happened since. That would let somebody who was
//! disabled annotate for an hour, so whenever such a token or pass comes, its account must still be there.

use crate::identity::consumer::Consumer;
use crate::identity::name::UserName;
use crate::identity::principal::UserId;
use crate::store::users;

use super::{Failure, Live};

impl Live {
    /// Whether somebody whom a consumer's token names is still there. Of other sites' users we know
    /// nothing; ours have an active account of this very name.
    pub async fn has_user(
        &self,
        consumer: &Consumer,
        user: &str,
        is_visitor: bool,
    ) -> Result<bool, Failure> {
        if !consumer.is_built_in || is_visitor {
            return Ok(true);
        }
        match UserName::parse(user) {
            Ok(name) if name.as_str() == user => self.has_account(&name).await,
            Ok(_) | Err(_) => Ok(false),
        }
    }

    async fn has_account(&self, name: &UserName) -> Result<bool, Failure> {
        if let Some(id) = self.account_ids.get(name).await
            && self.is_active(id, name).await?
        {
            return Ok(true);
        }
        let wanted = name.clone();
        let find = move |conn: &mut _| users::find_by_name(conn, &wanted);
        let Some(user) = self.store.run(find).await? else {
            return Ok(false);
        };
        self.account_ids.insert(name.clone(), user.id).await;
        self.is_active(user.id, name).await
    }

    /// What is kept of a name may be out of date; what is kept of a user is not.
    async fn is_active(&self, id: UserId, name: &UserName) -> Result<bool, Failure> {
        let user = self.user(id).await?;
        Ok(user.is_some_and(|user| user.name == *name))
    }
}
