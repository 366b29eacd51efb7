// Waiting for a condition, never for a time.

/** Asks again until `ask` gives something true, and returns it; after `seconds`, an error that says what was missing. */
export async function until(what, ask, seconds = 45) {
  const deadline = Date.now() + seconds * 1000;
  let problem;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error(`${what}: not within ${seconds} seconds`, { cause: problem });
}
