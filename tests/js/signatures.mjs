// Signatures made by the server and checked by node:crypto, and the other way round is refused.

import assert from "node:assert/strict";
import { constants, createHash, createPublicKey, verify } from "node:crypto";
import { KMSInvalidSignatureException } from "@aws-sdk/client-kms";
import { bytes, kms, newKey, refused } from "./support.mjs";

const Message = bytes("what is signed");
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const CASES = [
  ["RSA_2048", "RSASSA_PSS_SHA_256", "sha256", pss],
  ["RSA_2048", "RSASSA_PKCS1_V1_5_SHA_512", "sha512", {}],
  ["ECC_NIST_P256", "ECDSA_SHA_256", "sha256", {}],
  ["ECC_NIST_P384", "ECDSA_SHA_384", "sha384", {}],
  ["ECC_SECG_P256K1", "ECDSA_SHA_256", "sha256", {}],
  ["ECC_NIST_EDWARDS25519", "ED25519_SHA_512", null, {}],
];

for (const [KeySpec, SigningAlgorithm, hash, options] of CASES) {
  const { KeyId, Arn, SigningAlgorithms } = await newKey({ KeySpec, KeyUsage: "SIGN_VERIFY" });
  assert(SigningAlgorithms.includes(SigningAlgorithm), KeySpec);
  const { PublicKey } = await kms.getPublicKey({ KeyId });
  const key = createPublicKey({ key: Buffer.from(PublicKey), format: "der", type: "spki" });

  const signed = await kms.sign({ KeyId, Message, SigningAlgorithm });
  assert.deepEqual([signed.KeyId, signed.SigningAlgorithm], [Arn, SigningAlgorithm]);
  assert(verify(hash, Message, { key, ...options }, signed.Signature), SigningAlgorithm);
  if (hash !== null) {
    const digest = createHash(hash).update(Message).digest();
    const { Signature } = await kms.sign({ KeyId, Message: digest, MessageType: "DIGEST", SigningAlgorithm });
    assert(verify(hash, Message, { key, ...options }, Signature), `${SigningAlgorithm} of a digest`);
  }

  const { Signature } = signed;
  const { SignatureValid } = await kms.verify({ KeyId, Message, Signature, SigningAlgorithm });
  assert.equal(SignatureValid, true);
  const other = { KeyId, Message: bytes("something else"), Signature, SigningAlgorithm };
  await refused(kms.verify(other), KMSInvalidSignatureException);
}

// Post-quantum, which this Node.js need not know: the server checks its own.
const { KeyId } = await newKey({ KeySpec: "ML_DSA_44", KeyUsage: "SIGN_VERIFY" });
const SigningAlgorithm = "ML_DSA_SHAKE_256";
const { Signature } = await kms.sign({ KeyId, Message, SigningAlgorithm });
assert.equal(Signature.length, 2420);
assert((await kms.verify({ KeyId, Message, Signature, SigningAlgorithm })).SignatureValid);
