// Encrypt, Decrypt and ReEncrypt under symmetric and RSA keys.

import assert from "node:assert/strict";
import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import {
  DisabledException,
  IncorrectKeyException,
  InvalidCiphertextException,
  InvalidKeyUsageException,
  KMSInvalidStateException,
} from "@aws-sdk/client-kms";
import { bytes, kms, newKey, refused, sameBytes } from "./support.mjs";

const secret = bytes("a secret");
const EncryptionContext = { tenant: "blue", purpose: "test" };

// Symmetric: what was sealed opens with the same context, in any order, and with no other.
const { KeyId, Arn } = await newKey({ Description: "made by the SDK for JavaScript" });
const sealed = await kms.encrypt({ KeyId, Plaintext: secret, EncryptionContext });
assert.equal(sealed.KeyId, Arn);
assert.equal(sealed.EncryptionAlgorithm, "SYMMETRIC_DEFAULT");
const { CiphertextBlob } = sealed;
const opened = await kms.decrypt({ CiphertextBlob, EncryptionContext: { purpose: "test", tenant: "blue" } });
sameBytes(opened.Plaintext, secret);
assert.equal(opened.KeyId, Arn);
assert.match(opened.KeyMaterialId, /^[0-9a-f]{64}$/);
for (const EncryptionContext of [undefined, { tenant: "blue" }, { tenant: "red", purpose: "test" }]) {
  await refused(kms.decrypt({ CiphertextBlob, EncryptionContext }), InvalidCiphertextException);
}
const last = CiphertextBlob.length - 1;
const changed = Uint8Array.from(CiphertextBlob, (byte, index) => (index === last ? byte ^ 1 : byte));
await refused(kms.decrypt({ CiphertextBlob: changed, EncryptionContext }), InvalidCiphertextException);

// Another key, and from one to the other without seeing the plaintext.
const other = await newKey();
await refused(kms.decrypt({ CiphertextBlob, EncryptionContext, KeyId: other.KeyId }), IncorrectKeyException);
const moved = await kms.reEncrypt({
  CiphertextBlob,
  SourceEncryptionContext: EncryptionContext,
  DestinationKeyId: other.KeyId,
});
assert.deepEqual([moved.SourceKeyId, moved.KeyId], [Arn, other.Arn]);
sameBytes((await kms.decrypt({ CiphertextBlob: moved.CiphertextBlob, KeyId: other.KeyId })).Plaintext, secret);

// RSA: sealed outside with the public key, opened inside.
const rsa = await newKey({ KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
const { PublicKey, EncryptionAlgorithms } = await kms.getPublicKey({ KeyId: rsa.KeyId });
assert.deepEqual(EncryptionAlgorithms, ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"]);
const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
const outside = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, secret);
const EncryptionAlgorithm = "RSAES_OAEP_SHA_256";
const inside = await kms.decrypt({ CiphertextBlob: outside, KeyId: rsa.KeyId, EncryptionAlgorithm });
sameBytes(inside.Plaintext, secret);
await refused(
  kms.sign({ KeyId: rsa.KeyId, Message: secret, SigningAlgorithm: "RSASSA_PSS_SHA_256" }),
  InvalidKeyUsageException,
);

// The states in which a key does nothing.
await kms.disableKey({ KeyId });
await refused(kms.decrypt({ CiphertextBlob, EncryptionContext }), DisabledException, "is disabled.");
await kms.enableKey({ KeyId });
const { DeletionDate, KeyState } = await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
assert.equal(KeyState, "PendingDeletion");
assert(DeletionDate instanceof Date && DeletionDate > new Date());
await refused(kms.decrypt({ CiphertextBlob, EncryptionContext }), KMSInvalidStateException);
await kms.cancelKeyDeletion({ KeyId });
await kms.enableKey({ KeyId });
sameBytes((await kms.decrypt({ CiphertextBlob, EncryptionContext })).Plaintext, secret);
