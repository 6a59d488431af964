// Errors: each arrives as the class that programs catch, and a caller whom nobody knows gets nothing.

import assert from "node:assert/strict";
import {
  InvalidArnException,
  KMS,
  KMSServiceException,
  NotFoundException,
  UnsupportedOperationException,
} from "@aws-sdk/client-kms";
import { kms, newKey, refused, refusedAs } from "./support.mjs";

const UNKNOWN = "01234567-89ab-cdef-0123-456789abcdef";
await refused(kms.describeKey({ KeyId: UNKNOWN }), NotFoundException, UNKNOWN);
await refused(kms.describeKey({ KeyId: "arn:aws:kms" }), InvalidArnException);
await refused(kms.getPublicKey({ KeyId: (await newKey()).KeyId }), UnsupportedOperationException);

// All of an operation's errors are of one family, which has what support asks for.
const error = await kms.describeKey({ KeyId: UNKNOWN }).catch((error) => error);
assert(error instanceof KMSServiceException);
assert.equal(error.name, "NotFoundException");

// Declared by no operation, and so of no class of their own.
await refusedAs(kms.encrypt({ KeyId: UNKNOWN, Plaintext: new Uint8Array(5000) }), "ValidationException", "'plaintext'");
await refusedAs(kms.createKey({ KeySpec: "RSA_1024", KeyUsage: "SIGN_VERIFY" }), "ValidationException");
const stranger = (accessKeyId, secretAccessKey) =>
  new KMS({ maxAttempts: 1, credentials: { accessKeyId, secretAccessKey } });
await refusedAs(stranger("test", "wrong").listKeys({}), "InvalidSignatureException");
await refusedAs(stranger("nobody", "test").listKeys({}), "UnrecognizedClientException");
