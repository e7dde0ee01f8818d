// Passkeys: the one part of the pages that needs a script. Pages without it, and browsers without passkeys, offer the
// other ways to sign in.
(() => {
  "use strict";
  const can = window.PublicKeyCredential && navigator.credentials;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (list) => (list || []).map((it) => ({ ...it, id: bytes(it.id) }));

  // The options as the browser takes them.
  const creation = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: listed(options.excludeCredentials),
  });
  const request = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: listed(options.allowCredentials),
  });

  // The credential as the server takes it.
  const written = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment || null,
      response,
    });
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const options = JSON.parse(form.dataset.passkey);
    const creating = Boolean(options.user);
    const listing = document.querySelector("[autocomplete~=webauthn]");
    const button = form.querySelector("button[type=button]");
    const note = form.querySelector("[data-note]");
    const say = (words) => { note.textContent = words; note.hidden = !words; };
    if (!can) {
      if (form.dataset.unsupported) say(form.dataset.unsupported);
      return;
    }
    form.hidden = false;
    button.hidden = false;
    if (!creating && !listing) button.focus();
    let waiting = null;
    const send = (credential) => {
      form.elements.credential.value = written(credential);
      form.requestSubmit();
    };

    // The browser lists passkeys in the field of the user name, and answers if one is chosen there.
    const offer = async () => {
      if (!listing || !PublicKeyCredential.isConditionalMediationAvailable) return;
      if (!(await PublicKeyCredential.isConditionalMediationAvailable())) return;
      waiting = new AbortController();
      try {
        const { signal } = waiting;
        send(await navigator.credentials.get({ publicKey: request(options), mediation: "conditional", signal }));
      } catch {
        // Nobody chose one, or the button was pressed.
      }
    };

    button.addEventListener("click", async () => {
      if (waiting) waiting.abort();
      say("");
      button.disabled = true;
      try {
        const credential = creating
          ? await navigator.credentials.create({ publicKey: creation(options) })
          : await navigator.credentials.get({ publicKey: request(options) });
        send(credential);
      } catch (error) {
        const known = creating && error.name === "InvalidStateError";
        say(known ? form.dataset.known : form.dataset.failed);
        button.disabled = false;
        offer();
      }
    });
    // Back from the app: the page may ask again.
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
    // A browser that answers by itself would send what was refused again, and again.
    if (!("refused" in form.dataset)) offer();
  });
})();
