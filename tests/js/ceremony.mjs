// The import of key material with node:crypto on the owner's side.

import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { kms, newKey } from "./support.mjs";

/** A wrapping key, and an import token for `KeyId`. */
export function parameters(KeyId) {
  return kms.getParametersForImport({
    KeyId,
    WrappingAlgorithm: "RSAES_OAEP_SHA_256",
    WrappingKeySpec: "RSA_2048",
  });
}

/** `material` as RSAES_OAEP_SHA_256 wraps it under `publicKey`. */
export function wrap(publicKey, material) {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, material);
}

/** The second half: wraps and sends, by default for good. */
export async function importInto(KeyId, material, fields = {}) {
  const { PublicKey, ImportToken } = await parameters(KeyId);
  return kms.importKeyMaterial({
    KeyId,
    ImportToken,
    EncryptedKeyMaterial: wrap(PublicKey, material),
    ...(fields.ValidTo ? {} : { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" }),
    ...fields,
  });
}

/** A new key that holds `material`; its metadata from before the import. */
export async function imported(material, fields = {}) {
  const key = await newKey({ Origin: "EXTERNAL", ...fields });
  await importInto(key.KeyId, material);
  return key;
}
