// What the scripts share: a client made from the environment, as a user makes one, and how refusals are held to
// their classes.

import assert from "node:assert/strict";
import { KMS } from "@aws-sdk/client-kms";

// Endpoint, Region and credentials come from the environment. It never tries twice: an error is an error.
export const kms = new KMS({ maxAttempts: 1 });

/** The root of another account of a server in development. */
export function rootOf(account) {
  return new KMS({ maxAttempts: 1, credentials: { accessKeyId: account, secretAccessKey: "test" } });
}

/** The same account in another Region. */
export function inRegion(region) {
  return new KMS({ maxAttempts: 1, region });
}

/** A new key; its metadata. */
export async function newKey(fields = {}) {
  const { KeyMetadata } = await kms.createKey(fields);
  return KeyMetadata;
}

/** The call must be refused with an error of this class, which is what a `catch` in a program looks for. */
export async function refused(call, ErrorClass, text = "") {
  const error = await call.then(
    () => assert.fail(`expected ${ErrorClass.name}, but it was carried out`),
    (error) => error,
  );
  assert(error instanceof ErrorClass, `expected ${ErrorClass.name}, got ${error.name}: ${error.message}`);
  refusal(error, ErrorClass.name, text);
}

/** The same for a code that operations do not declare and that has no class, such as AccessDeniedException. */
export async function refusedAs(call, name, text = "") {
  const error = await call.then(
    () => assert.fail(`expected ${name}, but it was carried out`),
    (error) => error,
  );
  refusal(error, name, text);
}

function refusal(error, name, text) {
  assert.equal(error.name, name, error.message);
  assert.equal(error.$fault, "client");
  assert.equal(error.$metadata.httpStatusCode, 400);
  assert.match(error.$metadata.requestId, /^[0-9a-f-]{36}$/);
  assert(error.message.includes(text), `'${error.message}' does not say '${text}'`);
}

export const bytes = (text) => new TextEncoder().encode(text);

/** Equal bytes, whatever the class of the array. */
export function sameBytes(found, expected) {
  assert.deepEqual(Buffer.from(found), Buffer.from(expected));
}
