//! What `trent import` says at the end.

use api::{
    AlgorithmSpec, ExpirationModelType, KeyMaterialState, KeySpec, KeyState, KeyUsage, Timestamp,
    WrappingKeySpec,
};
use client::ceremony::{Confirmation, Evidence, Imported, Proof};
use crypto::SecretBytes;
use serde::Serialize;

use super::lifetime::written;
use super::target::Target;
use super::{Args, Chosen};
use crate::material::Format;
use crate::output;

/// The result, in the API's nouns.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Report {
    key_id: String,
    created: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias_name: Option<String>,
    key_spec: KeySpec,
    key_usage: KeyUsage,
    key_state: KeyState,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_material_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_material_state: Option<KeyMaterialState>,
    expiration_model: ExpirationModelType,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<String>,
    material_format: &'static str,
    wrapping_algorithm: AlgorithmSpec,
    wrapping_key_spec: WrappingKeySpec,
    confirmed: bool,
    /// The operation that confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_by: Option<&'static str>,
    #[serde(skip)]
    proof: Proof,
}

impl Report {
    pub(super) fn of(
        args: &Args,
        target: &Target,
        chosen: &Chosen,
        valid_to: Option<Timestamp>,
        imported: &Imported,
        confirmation: Confirmation,
    ) -> Self {
        let Confirmation { key, role, proof } = confirmation;
        let evidence = match proof {
            Proof::Seen(evidence) => Some(evidence),
            Proof::NotPermitted { .. } | Proof::NotUsable => None,
        };
        Self {
            key_id: key.arn,
            created: target.created,
            alias_name: args.alias.clone(),
            key_spec: key.key_spec,
            key_usage: key.key_usage,
            key_state: key.key_state,
            key_material_id: imported.key_material_id.clone(),
            key_material_state: role,
            expiration_model: match valid_to {
                Some(_) => ExpirationModelType::KeyMaterialExpires,
                None => ExpirationModelType::KeyMaterialDoesNotExpire,
            },
            valid_to: valid_to.map(written),
            material_format: chosen.format.name(),
            wrapping_algorithm: chosen.plan.algorithm,
            wrapping_key_spec: chosen.plan.wrapping_key,
            confirmed: evidence.is_some(),
            confirmed_by: evidence.map(Evidence::operation),
            proof,
        }
    }

    fn waits_for_rotation(&self) -> bool {
        self.key_material_state == Some(KeyMaterialState::PendingRotation)
    }

    fn confirmation(&self) -> String {
        match self.proof {
            Proof::Seen(Evidence::PublicKey) => "the key's public key is that of the material".to_owned(),
            Proof::Seen(Evidence::Mac) => "the key gives the same MAC as the material".to_owned(),
            Proof::Seen(Evidence::KeyMaterialId) => {
                "the key encrypts and decrypts with this material".to_owned()
            }
            Proof::NotPermitted { operation } => format!("no: these credentials may not call {operation}"),
            Proof::NotUsable if self.waits_for_rotation() => "no: not in use before the rotation".to_owned(),
            Proof::NotUsable if self.key_material_state == Some(KeyMaterialState::NonCurrent) => {
                "no: only what was encrypted before a rotation needs this material".to_owned()
            }
            Proof::NotUsable => format!("no: the key is {}", self.key_state),
        }
    }

    /// What is left to do, if anything.
    fn next(&self) -> Option<String> {
        let key = output::quoted(&self.key_id);
        if self.waits_for_rotation() {
            return Some(format!("to encrypt with it: aws kms rotate-key-on-demand --key-id {key}"));
        }
        match self.key_state {
            KeyState::PendingImport => Some(format!(
                "another material of this key is missing: aws kms list-key-rotations --include-key-material \
                 ALL_KEY_MATERIAL --key-id {key}"
            )),
            KeyState::Disabled => Some(format!("to use it: aws kms enable-key --key-id {key}")),
            _ => None,
        }
    }
}

impl output::Report for Report {
    fn lines(&self) -> Vec<(&'static str, String)> {
        let life = self.valid_to.as_ref().map_or("does not expire".to_owned(), |at| format!("expires {at}"));
        let material = match (&self.key_material_id, self.key_material_state) {
            (Some(id), Some(role)) => format!("{id} ({role}), {life}"),
            (Some(id), None) => format!("{id}, {life}"),
            _ => life,
        };
        let mut lines = vec![("Key", self.key_id.clone())];
        lines.extend(self.alias_name.clone().map(|alias| ("Alias", alias)));
        lines.extend([
            ("Spec", format!("{}, {}", self.key_spec, self.key_usage)),
            ("State", self.key_state.to_string()),
            ("Material", material),
            ("Confirmed", self.confirmation()),
        ]);
        lines.extend(self.next().map(|next| ("Next", next)));
        lines
    }
}

/// Material in words: what it is and how it was found, never what is in it.
pub(super) fn what_it_is(bytes: &SecretBytes, format: Format, spec: KeySpec) -> String {
    let is_raw = matches!(
        spec,
        KeySpec::SymmetricDefault | KeySpec::Hmac224 | KeySpec::Hmac256 | KeySpec::Hmac384 | KeySpec::Hmac512
    );
    match (is_raw, format) {
        (true, Format::Raw) => format!("{} raw bytes", bytes.len()),
        (true, format) => format!("{} bytes in {}", bytes.len(), format.name()),
        (false, format) => format!("a private key in {}", format.name()),
    }
}
