// The outbox: answers that were written here and have not reached the server yet.
// It lives in localStorage, so it survives a reload, a crash and a closed tab.
"use strict";

window.plumbline = window.plumbline || {};

plumbline.outbox = (function () {
  const memory = new Map(); // where localStorage is full or forbidden

  function prefix(user) {
    return `plumbline:outbox:${user}:`;
  }

  function confirmed(url) {
    return `plumbline:confirmed:${url}`;
  }

  function write(name, entry) {
    memory.set(name, entry);
    try {
      localStorage.setItem(name, JSON.stringify(entry));
    } catch (error) {
      // Kept in memory; the leave prompt still warns.
    }
  }

  function read(name) {
    try {
      const text = localStorage.getItem(name);
      return text ? JSON.parse(text) : memory.get(name) || null;
    } catch (error) {
      return memory.get(name) || null;
    }
  }

  function names(user) {
    const found = new Set([...memory.keys()].filter((n) => n.startsWith(prefix(user))));
    try {
      for (let i = 0; i < localStorage.length; i += 1) {
        const name = localStorage.key(i);
        if (name.startsWith(prefix(user))) found.add(name);
      }
    } catch (error) {
      // No storage: memory is all there is.
    }
    return [...found];
  }

  return {
    put(user, url, entry) {
      write(prefix(user) + url, { ...entry, url });
    },
    get(user, url) {
      return read(prefix(user) + url);
    },
    // Remove only what was sent: a newer text under the same address stays.
    drop(user, url, key) {
      const entry = this.get(user, url);
      if (!entry || entry.key !== key) return;
      memory.delete(prefix(user) + url);
      try {
        localStorage.removeItem(prefix(user) + url);
      } catch (error) {
        // It was never stored.
      }
    },
    all(user) {
      return names(user).map(read).filter(Boolean);
    },
    // A page can be made while an answer is still on its way, and arrive after it:
    // it then shows less than is stored. So this tab notes what the server confirmed.
    confirm(url, version) {
      try {
        sessionStorage.setItem(confirmed(url), String(version));
      } catch (error) {
        // No storage: such a page shows the older answer until it is opened again.
      }
    },
    // Whether the server has confirmed more than this version of the page; asked once.
    outdated(url, version) {
      try {
        const last = Number(sessionStorage.getItem(confirmed(url)));
        sessionStorage.removeItem(confirmed(url));
        return last > version;
      } catch (error) {
        return false;
      }
    },
  };
})();

// A key that names one write. randomUUID needs https; plants often have none inside.
plumbline.newKey = function () {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
};

plumbline.csrf = function () {
  const found = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  if (found) return decodeURIComponent(found[1]);
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return field ? field.value : "";
};

// Post form fields and get JSON back. Rejects when the network fails or takes too long.
plumbline.post = async function (url, fields, { json = true, timeout = 15000 } = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout);
  try {
    const response = await fetch(url, {
      method: "POST",
      body: fields,
      signal: stop.signal,
      credentials: "same-origin",
      redirect: "error",
      // Lets a save that is under way outlive the page; browsers allow that up to 64 KB.
      keepalive: String(fields).length < 60000,
      headers: {
        "X-CSRFToken": plumbline.csrf(),
        ...(json ? { Accept: "application/json" } : {}),
      },
    });
    const body = await response.json().catch(() => ({}));
    return { status: response.status, body };
  } finally {
    clearTimeout(timer);
  }
};

plumbline.formFields = function (pairs) {
  const fields = new URLSearchParams();
  for (const [name, value] of pairs) fields.append(name, value);
  return fields;
};
