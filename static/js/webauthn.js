// Passkeys: asks the device, puts its answer into the form, and sends it.
// <form data-passkey="create|get"> with a hidden field "credential" and one button.
(() => {
  "use strict";

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (list) => list?.map((each) => ({ ...each, id: toBytes(each.id) }));

  async function create({ publicKey }, alone) {
    const selection = { ...publicKey.authenticatorSelection };
    selection.residentKey = alone ? "required" : "discouraged";
    selection.requireResidentKey = alone;
    if (alone) selection.userVerification = "required";
    const made = await navigator.credentials.create({
      publicKey: {
        ...publicKey,
        authenticatorSelection: selection,
        challenge: toBytes(publicKey.challenge),
        user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
        excludeCredentials: withBytes(publicKey.excludeCredentials),
      },
    });
    return plain(made, {
      attestationObject: toText(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    });
  }

  async function get({ publicKey }) {
    const used = await navigator.credentials.get({
      publicKey: {
        ...publicKey,
        challenge: toBytes(publicKey.challenge),
        allowCredentials: withBytes(publicKey.allowCredentials),
      },
    });
    const { authenticatorData, signature, userHandle } = used.response;
    return plain(used, {
      authenticatorData: toText(authenticatorData),
      signature: toText(signature),
      userHandle: userHandle ? toText(userHandle) : null,
    });
  }

  function plain(credential, response) {
    return {
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? null,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: { clientDataJSON: toText(credential.response.clientDataJSON), ...response },
    };
  }

  // In the page, or for signing in without a name asked for at the click.
  async function options(form) {
    if (!form.dataset.options) {
      return JSON.parse(document.getElementById("passkey-options").textContent);
    }
    const response = await fetch(form.dataset.options, {
      headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
    });
    if (!response.ok) throw new Error(response.status);
    return response.json();
  }

  async function use(form) {
    const place = form.querySelector("[data-passkey-error]");
    place.textContent = "";
    try {
      const data = await options(form);
      const alone = form.elements.passwordless?.checked ?? false;
      const credential = form.dataset.passkey === "create"
        ? await create(data.creation_options, alone)
        : await get(data.request_options);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      place.textContent = form.dataset.refused;
    }
  }

  for (const form of document.querySelectorAll("[data-passkey]")) {
    const button = form.querySelector("button");
    if (!window.PublicKeyCredential) {
      button.disabled = true;
      continue;
    }
    button.addEventListener("click", () => use(form));
  }

  const note = document.querySelector("[data-needs-https]");
  if (note && !window.PublicKeyCredential) note.textContent = note.dataset.text;
})();
