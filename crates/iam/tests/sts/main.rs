//! Sessions and the tokens that they are asked for with: who gets one, and what it may then do.

#[cfg(test)]
mod assume_role;
#[cfg(test)]
mod forgeries;
#[cfg(test)]
mod get_session_token;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod idp;
#[cfg(test)]
mod session_limits;
#[cfg(test)]
mod session_tags;
#[cfg(test)]
mod source_identity;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod web_identity;
#[cfg(test)]
mod world;
