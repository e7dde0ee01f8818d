// Functions of user pools (Lambda triggers) in JavaScript, run here with AWS's Lambda Runtime API.

import { eventually } from "./checks.mjs";
import { newName, url } from "./server.mjs";

/**
 * Makes a pool whose functions are these handlers, by their names in LambdaConfig, and runs them until `stop`. `make` gets
 * the pool's LambdaConfig.
 */
export async function withFunctions(handlers, make) {
  const arns = Object.keys(handlers).map((trigger) =>
    [trigger, `arn:aws:lambda:us-east-1:000000000000:function:${newName(trigger.toLowerCase())}`]);
  const made = await make(Object.fromEntries(arns));
  const leave = new AbortController();
  for (const [trigger, arn] of arns) loop(await addressOf(arn), handlers[trigger], leave.signal);
  await eventually(async () => {
    const listed = await functions();
    return arns.every(([, arn]) => listed.find((one) => one.arn === arn).answerer.at.isThere);
  }, "the runtimes");
  return { made, stop: () => leave.abort() };
}

async function functions() {
  const answer = await fetch(`${url}/_cabana/functions`);
  return (await answer.json()).functions;
}

async function addressOf(arn) {
  const listed = await functions();
  return listed.find((one) => one.arn === arn).answerer.at.address;
}

/** Takes one event after another. */
async function loop(address, handler, signal) {
  const api = `http://${address}/2018-06-01/runtime/invocation`;
  while (!signal.aborted) {
    const next = await fetch(`${api}/next`, { signal }).catch(() => undefined);
    if (!next?.ok) {
      await new Promise((go) => setTimeout(go, 50));
      continue;
    }
    const id = next.headers.get("lambda-runtime-aws-request-id");
    const post = (kind, body) => fetch(`${api}/${id}/${kind}`, { method: "POST", body: JSON.stringify(body) });
    await next.json()
      .then(handler)
      .then((answer) => post("response", answer))
      .catch((error) => post("error", { errorType: error.name, errorMessage: error.message }));
  }
}
