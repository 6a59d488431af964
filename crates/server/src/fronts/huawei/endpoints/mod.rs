//! The endpoints: one file each, named as its path; and, named for what they are, the few things several share.
//!
//! An endpoint reads the members of a request, asks the engine, and writes the answer in the API's form. What is refused
//! here is what the API's documents say of the form of a member; what a key allows, the engine says.

mod alias;
mod associate_alias;
mod cancel_key_deletion;
mod change_tags;
mod create_alias;
mod create_datakey;
mod create_datakey_without_plaintext;
mod create_ec_datakey_pair;
mod create_grant;
mod create_key;
mod create_rsa_datakey_pair;
mod create_tag;
mod data_key;
mod data_key_pair;
mod decrypt_data;
mod decrypt_datakey;
mod delete_aliases;
mod delete_imported_key_material;
mod delete_tag;
mod derive_shared_secret;
mod describe_key;
mod details;
mod disable_key;
mod disable_key_rotation;
mod enable_key;
mod enable_key_rotation;
mod encrypt_data;
mod encrypt_datakey;
mod find_instances;
mod gen_random;
mod generate_mac;
mod get_key_rotation_status;
mod get_parameters_for_import;
mod get_publickey;
mod grant;
mod import_key_material;
mod list_aliases;
mod list_grants;
mod list_keys;
mod list_project_tags;
mod list_regions;
mod list_retirable_grants;
mod list_tags;
mod paging;
mod re_encrypt;
mod replicate_key;
mod retire_grant;
mod revoke_grant;
mod rotate_on_demand;
mod schedule_key_deletion;
mod sign;
mod tags;
#[cfg(test)]
mod trials;
mod update_key_alias;
mod update_key_description;
mod update_key_rotation_interval;
mod update_primary_region;
mod user_instances;
mod user_quotas;
mod verify;
mod verify_mac;

use http::Method;

use super::code::Code;
use super::endpoint::{Asked, Endpoint};
use super::failure::Failure;
use super::key_name::is_key_id;

macro_rules! endpoints {
    ($( $method:ident $version:literal $path:literal => $name:ident [$( $permission:literal ),*]; )*) => {
        /// Every endpoint. Those whose paths have variables come after those whose paths they could be taken for.
        pub(super) static ENDPOINTS: &[Endpoint] = &[ $( Endpoint {
            method: Method::$method,
            path: $path,
            version: $version,
            permissions: &[$( $permission ),*],
            call: |asked| Box::pin($name::call(asked)),
        }, )* ];
    };
}

// The permissions are those of Open Telekom Cloud's API reference ("Permissions and Supported Actions"), and for what
// that does not list made in the same way.
endpoints! {
    POST "v1.0" "/create-key" => create_key ["kms:cmk:create"];
    POST "v1.0" "/enable-key" => enable_key ["kms:cmk:enable"];
    POST "v1.0" "/disable-key" => disable_key ["kms:cmk:disable"];
    POST "v1.0" "/schedule-key-deletion" => schedule_key_deletion ["kms:cmk:update"];
    POST "v1.0" "/cancel-key-deletion" => cancel_key_deletion ["kms:cmk:update"];
    POST "v1.0" "/list-keys" => list_keys ["kms:cmk:list"];
    POST "v1.0" "/describe-key" => describe_key ["kms:cmk:get"];
    POST "v1.0" "/update-key-alias" => update_key_alias ["kms:cmk:update"];
    POST "v1.0" "/update-key-description" => update_key_description ["kms:cmk:update"];
    POST "v1.0" "/gen-random" => gen_random ["kms:cmk:generate"];
    POST "v1.0" "/get-parameters-for-import" => get_parameters_for_import ["kms:cmk:getMaterial"];
    POST "v1.0" "/import-key-material" => import_key_material ["kms:cmk:importMaterial"];
    POST "v1.0" "/delete-imported-key-material" => delete_imported_key_material ["kms:cmk:deleteMaterial"];
    POST "v1.0" "/create-datakey" => create_datakey ["kms:dek:create"];
    POST "v1.0" "/create-datakey-without-plaintext" => create_datakey_without_plaintext ["kms:dek:create"];
    POST "v1.0" "/encrypt-datakey" => encrypt_datakey ["kms:dek:crypto"];
    POST "v1.0" "/decrypt-datakey" => decrypt_datakey ["kms:dek:crypto"];
    POST "v1.0" "/create-rsa-datakey-pair" => create_rsa_datakey_pair ["kms:dek:create"];
    POST "v1.0" "/create-ec-datakey-pair" => create_ec_datakey_pair ["kms:dek:create"];
    POST "v1.0" "/encrypt-data" => encrypt_data ["kms:cmk:crypto"];
    POST "v1.0" "/decrypt-data" => decrypt_data ["kms:cmk:crypto"];
    POST "v1.0" "/re-encrypt" => re_encrypt ["kms:cmk:crypto"];
    POST "v1.0" "/sign" => sign ["kms:cmk:sign"];
    POST "v1.0" "/verify" => verify ["kms:cmk:verify"];
    POST "v1.0" "/generate-mac" => generate_mac ["kms:cmk:generateMac"];
    POST "v1.0" "/verify-mac" => verify_mac ["kms:cmk:verifyMac"];
    POST "v1.0" "/derive-shared-secret" => derive_shared_secret ["kms:cmk:deriveSharedSecret"];
    POST "v1.0" "/get-publickey" => get_publickey ["kms:cmk:getPublicKey"];
    POST "v1.0" "/create-grant" => create_grant ["kms:grant:create"];
    POST "v1.0" "/revoke-grant" => revoke_grant ["kms:grant:revoke"];
    POST "v1.0" "/retire-grant" => retire_grant ["kms:grant:retire"];
    POST "v1.0" "/list-grants" => list_grants ["kms:grant:list"];
    POST "v1.0" "/list-retirable-grants" => list_retirable_grants ["kms:grant:list"];
    POST "v1.0" "/enable-key-rotation" => enable_key_rotation ["kms:cmk:enableRotation"];
    POST "v1.0" "/disable-key-rotation" => disable_key_rotation ["kms:cmk:disableRotation"];
    POST "v1.0" "/update-key-rotation-interval" => update_key_rotation_interval ["kms:cmk:updateRotation"];
    POST "v1.0" "/get-key-rotation-status" => get_key_rotation_status ["kms:cmk:getRotation"];
    POST "v1.0" "/rotate-on-demand" => rotate_on_demand ["kms:cmk:updateRotation"];
    POST "v1.0" "/aliases" => create_alias ["kms:alias:create"];
    GET "v1.0" "/aliases" => list_aliases ["kms:alias:list"];
    DELETE "v1.0" "/aliases" => delete_aliases ["kms:alias:delete"];
    POST "v1.0" "/alias/associate" => associate_alias ["kms:alias:associate"];
    GET "v1.0" "/tags" => list_project_tags ["kms:cmkTag:list"];
    POST "v1.0" "/resource_instances/action" => find_instances ["kms:cmkTag:listInstance"];
    GET "v1.0" "/user-instances" => user_instances ["kms:cmk:getInstance"];
    GET "v1.0" "/user-quotas" => user_quotas ["kms:cmk:getQuota"];
    POST "v1.0" "/{key_id}/tags" => create_tag ["kms:cmkTag:create"];
    GET "v1.0" "/{key_id}/tags" => list_tags ["kms:cmkTag:list"];
    POST "v1.0" "/{key_id}/tags/action" => change_tags ["kms:cmkTag:batch"];
    DELETE "v1.0" "/{key_id}/tags/{key}" => delete_tag ["kms:cmkTag:delete"];
    GET "v2" "/regions" => list_regions [];
    POST "v2" "/keys/{key_id}/replicate" => replicate_key ["kms:cmk:replicate"];
    PUT "v2" "/keys/{key_id}/update-primary-region" => update_primary_region ["kms:cmk:update"];
}

/// The id of the key that an ARN names.
fn id_in(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The key id in the path.
fn key_in_path<'a>(asked: &'a Asked<'_>) -> Result<&'a str, Failure> {
    let id = asked.segment("key_id")?;
    if is_key_id(id) { Ok(id) } else { Err(Failure::new(Code::KMS_0205)) }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashSet;

    use http::{Request, header};
    use serde_json::Value;

    use super::*;
    use crate::fronts::huawei::members::Members;
    use crate::fronts::huawei::projects::Project;

    /// The members of a request with this body.
    pub(in crate::fronts::huawei) fn members(body: impl Into<Value>) -> Members {
        let body = body.into();
        let project = Project::new(&"0".repeat(32), "111122223333", "eu-de", None).unwrap();
        let request = Request::post("/").header(header::CONTENT_TYPE, "application/json").body(()).unwrap();
        let read = Members::of(&project, &request.into_parts().0, body.to_string().as_bytes());
        read.unwrap_or_else(|failure| panic!("{body}: {}", failure.message()))
    }

    /// Methods and paths of the API reference and of the SDK's client, but for those of features that are not offered:
    /// dedicated clusters, access points, key policies and data key capsules of enclaves.
    const PUBLISHED: &str = include_str!("published_endpoints.txt");

    #[test]
    fn every_published_endpoint_is_there_and_no_other() {
        let published: HashSet<String> =
            PUBLISHED.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
        let ours: HashSet<String> = ENDPOINTS
            .iter()
            .map(|endpoint| {
                format!("{} /{}/{{project_id}}/kms{}", endpoint.method, endpoint.version, endpoint.path)
            })
            .collect();
        assert_eq!(ours.len(), ENDPOINTS.len(), "an endpoint is there twice");
        assert_eq!(published.difference(&ours).collect::<Vec<_>>(), Vec::<&String>::new(), "missing");
        assert_eq!(ours.difference(&published).collect::<Vec<_>>(), Vec::<&String>::new(), "not published");
    }

    #[test]
    fn permissions_have_three_parts() {
        for endpoint in ENDPOINTS {
            for permission in endpoint.permissions {
                let parts: Vec<_> = permission.split(':').collect();
                assert!(
                    matches!(parts.as_slice(), ["kms", kind, action] if !kind.is_empty() && !action.is_empty())
                );
            }
        }
        let free: Vec<_> = ENDPOINTS.iter().filter(|endpoint| endpoint.permissions.is_empty()).collect();
        assert_eq!(free.iter().map(|endpoint| endpoint.path).collect::<Vec<_>>(), ["/regions"]);
    }

    #[test]
    fn ids_come_out_of_arns() {
        assert_eq!(id_in("arn:aws:kms:eu-de:111122223333:key/mrk-1"), "mrk-1");
        assert_eq!(id_in("0d0466b0-e727-4d9c-b35d-f84bb474a37f"), "0d0466b0-e727-4d9c-b35d-f84bb474a37f");
    }
}
