// MACs under an imported key are those that node:crypto makes with the same secret.

import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { KMSInvalidMacException } from "@aws-sdk/client-kms";
import { imported } from "./ceremony.mjs";
import { bytes, kms, refused, sameBytes } from "./support.mjs";

const Message = bytes("what is authenticated");
for (const bits of ["256", "512"]) {
  const secret = randomBytes(bits / 8);
  const { KeyId } = await imported(secret, { KeySpec: `HMAC_${bits}`, KeyUsage: "GENERATE_VERIFY_MAC" });
  const MacAlgorithm = `HMAC_SHA_${bits}`;
  const { Mac } = await kms.generateMac({ KeyId, Message, MacAlgorithm });
  sameBytes(Mac, createHmac(`sha${bits}`, secret).update(Message).digest());
  assert.equal((await kms.verifyMac({ KeyId, Message, Mac, MacAlgorithm })).MacValid, true);
  const wrong = Uint8Array.from(Mac, (byte) => byte ^ 1);
  await refused(kms.verifyMac({ KeyId, Message, Mac: wrong, MacAlgorithm }), KMSInvalidMacException);
}
