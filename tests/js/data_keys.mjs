// Data keys and data key pairs: envelope encryption with node:crypto on this side.

import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { DryRunOperationException } from "@aws-sdk/client-kms";
import { bytes, kms, newKey, refused, sameBytes } from "./support.mjs";

const message = bytes("what the envelope holds");
const EncryptionContext = { file: "report.pdf" };
const { KeyId, Arn } = await newKey();

// An envelope: sealed with the plaintext of the data key, opened with what its ciphertext gives back.
const made = await kms.generateDataKey({ KeyId, KeySpec: "AES_256", EncryptionContext });
assert.equal(made.KeyId, Arn);
assert.equal(made.Plaintext.length, 32);
const iv = Buffer.alloc(12, 1);
const cipher = createCipheriv("aes-256-gcm", made.Plaintext, iv);
const body = Buffer.concat([cipher.update(message), cipher.final()]);
const again = await kms.decrypt({ CiphertextBlob: made.CiphertextBlob, EncryptionContext });
const decipher = createDecipheriv("aes-256-gcm", again.Plaintext, iv).setAuthTag(cipher.getAuthTag());
sameBytes(Buffer.concat([decipher.update(body), decipher.final()]), message);

assert.equal((await kms.generateDataKey({ KeyId, NumberOfBytes: 100 })).Plaintext.length, 100);
const hidden = await kms.generateDataKeyWithoutPlaintext({ KeyId, KeySpec: "AES_128" });
assert.equal(hidden.Plaintext, undefined);
assert.equal((await kms.decrypt({ CiphertextBlob: hidden.CiphertextBlob })).Plaintext.length, 16);
await refused(kms.generateDataKey({ KeyId, KeySpec: "AES_256", DryRun: true }), DryRunOperationException);
assert.equal((await kms.generateRandom({ NumberOfBytes: 48 })).Plaintext.length, 48);

// Pairs: the private key as it comes and as its ciphertext gives it are one, and belong to the public one.
for (const KeyPairSpec of ["ECC_NIST_P256", "ECC_NIST_EDWARDS25519", "RSA_2048"]) {
  const pair = await kms.generateDataKeyPair({ KeyId, KeyPairSpec, EncryptionContext });
  assert.deepEqual([pair.KeyId, pair.KeyPairSpec], [Arn, KeyPairSpec]);
  const opened = await kms.decrypt({ CiphertextBlob: pair.PrivateKeyCiphertextBlob, EncryptionContext });
  sameBytes(opened.Plaintext, pair.PrivateKeyPlaintext);
  works(pair.PublicKey, opened.Plaintext);
}
const pair = await kms.generateDataKeyPairWithoutPlaintext({ KeyId, KeyPairSpec: "ECC_SECG_P256K1" });
assert.equal(pair.PrivateKeyPlaintext, undefined);
works(pair.PublicKey, (await kms.decrypt({ CiphertextBlob: pair.PrivateKeyCiphertextBlob })).Plaintext);

function works(publicKey, privateKey) {
  const secret = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" });
  const known = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  const hash = secret.asymmetricKeyType === "ed25519" ? null : "sha256";
  assert(verify(hash, message, known, sign(hash, message, secret)));
}
