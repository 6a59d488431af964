//! What a call is made of, alone.

use std::error::Error;

use crypto::{Content, EnvelopeHeader, SecretBytes, SymmetricKey, encode_context};
use policy::{Asked, Context, Document, Evaluation, Principal};

use crate::world::{ACCOUNT, PLAINTEXT, Who, World, context};

/// The encryption of the request, and nothing else.
pub fn bare_encryption() -> Result<impl Fn() -> Vec<u8>, Box<dyn Error>> {
    let key = SymmetricKey::from_secret(&SecretBytes::copy_of(&PLAINTEXT)).ok_or("no key")?;
    let header = EnvelopeHeader {
        multi_region: false,
        content: Content::Data,
        key_id: [0; 16],
        material_tag: [0; 16],
    };
    let context = context();
    let encoded = encode_context(context.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Ok(move || key.encrypt(&header, &encoded, &PLAINTEXT))
}

/// The question that the policies are asked in [`Who::ByPolicy`].
pub struct Evaluated<'a> {
    principal: &'a Principal,
    policy: Document,
    resource: &'a str,
    context: Context<'static>,
}

/// Makes it.
pub fn as_evaluated(world: &World) -> Result<Evaluated<'_>, Box<dyn Error>> {
    let caller = world.of(Who::ByPolicy)?;
    let facts = Context::complete()
        .with("aws:PrincipalArn", caller.arn().to_owned())
        .with("aws:SourceIp", "10.250.1.2");
    let facts = context()
        .into_iter()
        .fold(facts, |facts, (name, value)| facts.with(format!("kms:EncryptionContext:{name}"), value));
    let policy = Document::parse(&world.case().key_policy(ACCOUNT))?;
    Ok(Evaluated { principal: &caller.principal, policy, resource: world.key(), context: facts })
}

impl Evaluated<'_> {
    /// Asks it.
    pub fn evaluate(&self) -> Evaluation {
        let Self { principal, policy, resource, context } = self;
        let asked =
            Asked { action: "kms:Encrypt".into(), resource, owner: ACCOUNT, policy: Some(policy), context };
        policy::evaluate(principal, &asked)
    }
}
