// Named checks for the suites written in JavaScript. Each check is reported on stdout as one
// line of JSON; the last line says how many there were, so that a suite that died is noticed.

const checks = [];

/** Adds a check; they run in the order they were added. */
export function check(sentence, body) {
  checks.push({ sentence, body });
}

/** Runs all checks, whatever became of the one before, and reports them. */
export async function run() {
  for (const { sentence, body } of checks) {
    const started = process.hrtime.bigint();
    let failure;
    try {
      await body();
    } catch (error) {
      failure = explain(error);
    }
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    report({ sentence, seconds, failure });
  }
  report({ done: checks.length });
}

function report(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function explain(error) {
  const cause = error.cause ? ` (cause: ${error.cause.message ?? JSON.stringify(error.cause)})` : "";
  const ours = (error.stack ?? "")
    .split("\n")
    .filter((line) => line.includes("/suites/") || line.includes("/harness/"))
    .map((line) => line.trim().replace(/\(?file:\/\/.*\/e2e\//, "(").replace(/\)?$/, ")"));
  return [`${error.name}: ${error.message}${cause}`, ...ours].join("\n");
}

/** Asks until the answer is truthy and returns it; fails at the deadline. */
export async function eventually(question, what, seconds = 20) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((go) => setTimeout(go, 50));
  }
}

/** Demands that the promise fails with an error of this name, and returns the error. */
export async function refused(name, promise) {
  let answer;
  try {
    answer = await promise;
  } catch (error) {
    if (![error.name, error.code, error.constructor.name].includes(name)) {
      throw new Error(`expected ${name}, got ${error.name}: ${error.message}`, { cause: error });
    }
    return error;
  }
  throw new Error(`expected ${name}, but it succeeded: ${JSON.stringify(answer)}`);
}
