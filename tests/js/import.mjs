// The whole ceremony: import, use, expiry, deletion, return, and what is refused.

import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes, verify } from "node:crypto";
import {
  IncorrectKeyMaterialException,
  InvalidCiphertextException,
  InvalidImportTokenException,
  KMSInvalidStateException,
  UnsupportedOperationException,
} from "@aws-sdk/client-kms";
import { importInto, imported, parameters, wrap } from "./ceremony.mjs";
import { bytes, kms, newKey, refused, sameBytes } from "./support.mjs";

const secret = bytes("a secret");
const material = randomBytes(32);
const { KeyId, Arn, KeyState } = await newKey({ Origin: "EXTERNAL" });
assert.equal(KeyState, "PendingImport");
await refused(kms.encrypt({ KeyId, Plaintext: secret }), KMSInvalidStateException, "is pending import.");

// For a day. The time comes back as a Date of whole seconds.
const given = await parameters(KeyId);
assert.equal(given.KeyId, Arn);
assert(given.ParametersValidTo instanceof Date && given.ParametersValidTo > new Date());
const ValidTo = new Date(Math.floor(Date.now() / 1000 + 86_400) * 1000);
const done = await importInto(KeyId, material, { ValidTo, KeyMaterialDescription: "the first" });
assert.equal(done.KeyId, Arn);
const { KeyMetadata } = await kms.describeKey({ KeyId });
assert.equal(KeyMetadata.KeyState, "Enabled");
assert.equal(KeyMetadata.ExpirationModel, "KEY_MATERIAL_EXPIRES");
assert.deepEqual(KeyMetadata.ValidTo, ValidTo);
assert.equal(KeyMetadata.CurrentKeyMaterialId, done.KeyMaterialId);

// Gone, and back: the same material opens what it sealed, and other material stays out.
const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: secret });
await kms.deleteImportedKeyMaterial({ KeyId });
await refused(kms.decrypt({ CiphertextBlob }), KMSInvalidStateException, "is pending import.");
await refused(importInto(KeyId, randomBytes(32)), IncorrectKeyMaterialException);
assert.equal((await importInto(KeyId, material)).KeyMaterialId, done.KeyMaterialId);
sameBytes((await kms.decrypt({ CiphertextBlob })).Plaintext, secret);

// A second material, which a rotation puts to use; the first still opens what it sealed.
const second = await importInto(KeyId, randomBytes(32), { ImportType: "NEW_KEY_MATERIAL" });
await kms.rotateKeyOnDemand({ KeyId });
assert.equal((await kms.describeKey({ KeyId })).KeyMetadata.CurrentKeyMaterialId, second.KeyMaterialId);
const { Rotations } = await kms.listKeyRotations({ KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" });
assert.deepEqual(new Set(Rotations.map((entry) => entry.KeyMaterialState)), new Set(["CURRENT", "NON_CURRENT"]));
assert.equal((await kms.decrypt({ CiphertextBlob })).KeyMaterialId, done.KeyMaterialId);

// What is refused: another key's token, what the wrapping key did not wrap, material of the wrong length.
const other = await newKey({ Origin: "EXTERNAL" });
const send = (KeyId, EncryptedKeyMaterial, ImportToken) =>
  kms.importKeyMaterial({
    KeyId,
    ImportToken,
    EncryptedKeyMaterial,
    ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE",
  });
const own = await parameters(other.KeyId);
await refused(
  send(other.KeyId, wrap(given.PublicKey, material), given.ImportToken),
  InvalidImportTokenException,
);
await refused(send(other.KeyId, randomBytes(256), own.ImportToken), InvalidCiphertextException);
await refused(
  send(other.KeyId, wrap(own.PublicKey, randomBytes(31)), own.ImportToken),
  IncorrectKeyMaterialException,
);
await refused(parameters((await newKey()).KeyId), UnsupportedOperationException);

// A signing key of one's own: its public key is the owner's, and so are its signatures.
const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signing = await imported(pair.privateKey.export({ format: "der", type: "pkcs8" }), {
  KeySpec: "ECC_NIST_P256",
  KeyUsage: "SIGN_VERIFY",
});
const { PublicKey } = await kms.getPublicKey({ KeyId: signing.KeyId });
sameBytes(PublicKey, pair.publicKey.export({ format: "der", type: "spki" }));
const signed = await kms.sign({ KeyId: signing.KeyId, Message: secret, SigningAlgorithm: "ECDSA_SHA_256" });
assert(verify("sha256", secret, pair.publicKey, signed.Signature));
