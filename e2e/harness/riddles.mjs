// Functions of a pool that ask riddles (CUSTOM_AUTH).

/** Two riddles, after the password if the app sends SRP_A; three wrong answers are the end. */
export const riddles = {
  DefineAuthChallenge(event) {
    const { session } = event.request;
    const last = session.at(-1);
    const riddles = session.filter((one) => one.challengeName === "CUSTOM_CHALLENGE");
    const right = riddles.filter((one) => one.challengeResult).length;
    const wrong = riddles.length - right;
    Object.assign(event.response, { issueTokens: right === 2, failAuthentication: wrong === 3 });
    event.response.challengeName = last?.challengeName === "SRP_A" ? "PASSWORD_VERIFIER" : "CUSTOM_CHALLENGE";
    return event;
  },
  CreateAuthChallenge(event) {
    const right = event.request.session.filter((one) => one.challengeMetadata && one.challengeResult).length;
    event.response.publicChallengeParameters = { riddle: `${right + 1} + 1` };
    event.response.privateChallengeParameters = { answer: String(right + 2) };
    event.response.challengeMetadata = `RIDDLE-${right + 1}`;
    return event;
  },
  VerifyAuthChallengeResponse(event) {
    const { privateChallengeParameters, challengeAnswer, clientMetadata } = event.request;
    event.response.answerCorrect = clientMetadata?.hint === "solved"
      || challengeAnswer === privateChallengeParameters.answer;
    return event;
  },
};
