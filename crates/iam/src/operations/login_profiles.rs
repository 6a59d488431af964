//! Passwords of users, by which they log in and are given tokens. The root of an account has none.

use api::SecretText;
use crypto::SecretBytes;
use crypto::password::PasswordHash;

use crate::Error;
use crate::authorize::Conditions;
use crate::context::Context;
use crate::login::NotChecked;
use crate::records::{LoginProfile, UserRecord};
use crate::refusal::Stop;
use crate::shapes::Only;
use crate::shapes::login_profiles::{
    ChangePassword, CreateLoginProfile, DeleteLoginProfile, GetLoginProfile, LoginProfile as Answer,
    UpdateLoginProfile,
};
use crate::table::Action;
use crate::time::iso8601;

use super::iam_action;
use super::target::action_of;
use super::whose::{Whose, whose};

/// Fewest characters of a password, and of how many kinds they must be: capitals, small letters, digits, others (IAM user
/// guide, "Set an account password policy for IAM users", the default policy).
const SHORTEST: usize = 8;
const KINDS: usize = 3;

impl Action for CreateLoginProfile {
    type Answer = Only<Answer>;
    iam_action!(CreateLoginProfile);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let (name, user) = permitted::<Self>(cx, self.user_name.as_deref()).await?;
        let Some(mut user) = user else {
            return Err(Error::validation(format!("The {name} of an account has no password here.")).into());
        };
        if user.login_profile.is_some() {
            let text = format!("Login Profile for user {} already exists.", user.name);
            return Err(Error::already_exists(text).into());
        }
        let Some(password) = &self.password else {
            return Err(Error::validation("Must specify password when creating a login profile").into());
        };
        let hash = hashed(cx, password).await?;
        let profile = LoginProfile::new(&hash, cx.now(), self.password_reset_required.unwrap_or(false));
        let answer = answer(&user, &profile);
        put(cx, &mut user, Some(profile)).await?;
        Ok(Only("LoginProfile", answer))
    }
}

impl Action for GetLoginProfile {
    type Answer = Only<Answer>;
    iam_action!(GetLoginProfile);

    async fn run(&self, cx: &Context<'_>) -> Result<Self::Answer, Stop> {
        let (name, user) = permitted::<Self>(cx, self.user_name.as_deref()).await?;
        let found = user.as_ref().and_then(|user| Some((user, user.login_profile.as_ref()?)));
        let (user, profile) = found.ok_or_else(|| missing(&name))?;
        Ok(Only("LoginProfile", answer(user, profile)))
    }
}

impl Action for UpdateLoginProfile {
    type Answer = ();
    iam_action!(UpdateLoginProfile);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let mut user = cx.permitted::<Self, UserRecord>(&self.user_name).await?;
        let mut profile = user.login_profile.take().ok_or_else(|| missing(&user.name))?;
        if let Some(password) = &self.password {
            let hash = hashed(cx, password).await?;
            profile = LoginProfile::new(&hash, profile.created, profile.reset_required);
        }
        profile.reset_required = self.password_reset_required.unwrap_or(profile.reset_required);
        put(cx, &mut user, Some(profile)).await
    }
}

impl Action for DeleteLoginProfile {
    type Answer = ();
    iam_action!(DeleteLoginProfile);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let (name, user) = permitted::<Self>(cx, self.user_name.as_deref()).await?;
        let mut user = user.filter(|user| user.login_profile.is_some()).ok_or_else(|| missing(&name))?;
        put(cx, &mut user, None).await
    }
}

impl Action for ChangePassword {
    type Answer = ();
    iam_action!(ChangePassword);

    async fn run(&self, cx: &Context<'_>) -> Result<(), Stop> {
        let Some(name) = cx.caller_user_name() else {
            cx.permit(&action_of::<Self>(), cx.caller().arn(), &Conditions::default())?;
            let text = "The request was rejected because the type of user for the transaction was incorrect.";
            return Err(Error::new("InvalidUserType", 400, text).into());
        };
        let mut user = cx.permitted::<Self, UserRecord>(name).await?;
        let profile = user.login_profile.take().ok_or_else(|| missing(&user.name))?;
        let hash = profile.hash().map_err(Error::service_failure)?;
        let old = SecretBytes::copy_of(self.old_password.expose().as_bytes());
        let checked = cx.iam().identities.passwords().check(&user.id, Some(hash), &old, cx.now()).await;
        checked.map_err(not_checked)?;
        let hash = hashed(cx, &self.new_password).await?;
        put(cx, &mut user, Some(LoginProfile::new(&hash, profile.created, false))).await
    }
}

/// The user that is meant and their name, if the caller may do `A`. None: the root.
async fn permitted<A: Action>(
    cx: &Context<'_>,
    name: Option<&str>,
) -> Result<(String, Option<UserRecord>), Stop> {
    match whose(cx, name)? {
        Whose::User(name) => {
            let user = cx.permitted::<A, UserRecord>(name).await?;
            Ok((user.name.clone(), Some(user)))
        }
        Whose::Root => {
            cx.permit(&action_of::<A>(), &cx.arn("root"), &Conditions::default())?;
            Ok(("root".to_owned(), None))
        }
    }
}

async fn put(cx: &Context<'_>, user: &mut UserRecord, profile: Option<LoginProfile>) -> Result<(), Stop> {
    user.login_profile = profile;
    let mut writes = cx.writes();
    writes.put(user);
    cx.commit(writes).await
}

/// The hash of a password that may be one.
async fn hashed(cx: &Context<'_>, password: &SecretText) -> Result<PasswordHash, Error> {
    check_policy(password.expose())?;
    let password = SecretBytes::copy_of(password.expose().as_bytes());
    let hash = cx.iam().identities.passwords().hash(&password).await.map_err(not_checked)?;
    hash.ok_or_else(|| violation("Password is too long"))
}

fn check_policy(password: &str) -> Result<(), Error> {
    if password.chars().count() < SHORTEST {
        return Err(violation(&format!("Password should have a minimum length of {SHORTEST}")));
    }
    let is_other = |c: char| !c.is_ascii_alphanumeric();
    let kinds: [fn(char) -> bool; 4] =
        [|c| c.is_ascii_uppercase(), |c| c.is_ascii_lowercase(), |c| c.is_ascii_digit(), is_other];
    if kinds.iter().filter(|kind| password.chars().any(**kind)).count() < KINDS {
        let text = "Password should have characters of three of these kinds: uppercase letters, lowercase letters, \
                    numbers, other characters";
        return Err(violation(text));
    }
    Ok(())
}

fn violation(text: &str) -> Error {
    Error::new("PasswordPolicyViolation", 400, text)
}

fn not_checked(why: NotChecked) -> Error {
    match why {
        NotChecked::Wrong => Error::access_denied("The old password was incorrect."),
        NotChecked::TooManyFailures { seconds } => {
            let text = format!("The old password was incorrect too often. Try again in {seconds} seconds.");
            Error::new("Throttling", 400, text)
        }
        NotChecked::Busy => Error::new("Throttling", 400, "Too many passwords are being checked. Try again."),
    }
}

fn missing(name: &str) -> Error {
    Error::no_such_entity(format!("Login Profile for User {name} cannot be found."))
}

fn answer(user: &UserRecord, profile: &LoginProfile) -> Answer {
    Answer {
        user_name: user.name.clone(),
        create_date: iso8601(profile.created),
        password_reset_required: profile.reset_required,
    }
}
