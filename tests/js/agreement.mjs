// Shared secrets: ECDH with node:crypto as the peer, and ML-KEM with the server on both sides.

import assert from "node:assert/strict";
import { createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import { InvalidCiphertextException, InvalidKeyUsageException } from "@aws-sdk/client-kms";
import { kms, newKey, refused, refusedAs, sameBytes } from "./support.mjs";

for (const [KeySpec, namedCurve] of [["ECC_NIST_P256", "P-256"], ["ECC_NIST_P521", "P-521"]]) {
  const { KeyId, Arn, KeyAgreementAlgorithms } = await newKey({ KeySpec, KeyUsage: "KEY_AGREEMENT" });
  assert.deepEqual(KeyAgreementAlgorithms, ["ECDH"]);
  const peer = generateKeyPairSync("ec", { namedCurve });
  const derived = await kms.deriveSharedSecret({
    KeyId,
    KeyAgreementAlgorithm: "ECDH",
    PublicKey: peer.publicKey.export({ format: "der", type: "spki" }),
  });
  assert.deepEqual([derived.KeyId, derived.KeyOrigin], [Arn, "AWS_KMS"]);
  const { PublicKey } = await kms.getPublicKey({ KeyId });
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });
  sameBytes(derived.SharedSecret, diffieHellman({ privateKey: peer.privateKey, publicKey }));

  const other = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const foreign = other.publicKey.export({ format: "der", type: "spki" });
  await refusedAs(
    kms.deriveSharedSecret({ KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey: foreign }),
    "ValidationException",
  );
}

const kem = await newKey({ KeySpec: "ML_KEM_768", KeyUsage: "ENCAPSULATE_DECAPSULATE" });
const EncapsulationAlgorithm = kem.EncapsulationAlgorithms[0];
const sent = await kms.encapsulate({ KeyId: kem.KeyId, EncapsulationAlgorithm });
assert.equal(sent.SharedSecret.length, 32);
assert.equal(sent.SharedSecretCiphertextBlob.length, 1088);
const open = (SharedSecretCiphertextBlob) =>
  kms.decapsulate({ KeyId: kem.KeyId, EncapsulationAlgorithm, SharedSecretCiphertextBlob });
sameBytes((await open(sent.SharedSecretCiphertextBlob)).SharedSecret, sent.SharedSecret);
// One bit more or less is another secret and no error; another length is one.
const changed = Uint8Array.from(sent.SharedSecretCiphertextBlob, (byte, index) => (index ? byte : byte ^ 1));
assert.notDeepEqual((await open(changed)).SharedSecret, sent.SharedSecret);
await refused(open(changed.slice(1)), InvalidCiphertextException);
await refused(
  kms.encapsulate({ KeyId: (await newKey()).KeyId, EncapsulationAlgorithm }),
  InvalidKeyUsageException,
);
