// The outbox: answers that were written in this browser and have not reached the server.
// It lives in localStorage, so it survives a reload, a crash and a closed tab.
// Each page has places of its own, one for each control: two tabs never overwrite each
// other. What a page left behind is taken over by the next one that shows the control.
// A text that two pages should send nevertheless is written once: it keeps its key.
"use strict";

window.plumbline = window.plumbline || {};

plumbline.outbox = (function () {
  const page = plumbline.newKey(); // in memory only: a duplicated tab copies the rest
  const START = "plumbline:outbox:";
  const LAST = "plumbline:page";
  const WAIT = 250; // ms that other pages have to answer
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("plumbline:pages") : null;
  let gone = false;

  function attempt(action, otherwise) {
    try {
      return action();
    } catch (error) {
      return otherwise; // storage is full, forbidden, or holds what is not ours
    }
  }

  const before = attempt(() => sessionStorage.getItem(LAST), null);
  attempt(() => sessionStorage.setItem(LAST, page));

  function stored(name) {
    return attempt(() => JSON.parse(localStorage.getItem(name)), null);
  }

  function names(user) {
    const start = `${START}${user}:`;
    return attempt(() => Object.keys(localStorage), []).filter((n) => n.startsWith(start));
  }

  // Until version 0.1 there was one place for all pages: `…:<user>:<address>`.
  function read(user, name) {
    const entry = stored(name);
    if (!entry || !Array.isArray(entry.fields)) return null;
    const rest = name.slice(`${START}${user}:`.length);
    const owner = rest.startsWith("/") ? "" : rest.split(":", 1)[0];
    return { at: 0, ref: refOf(entry), unconfirmed: [], ...entry, user, owner, name };
  }

  function refOf({ fields }) {
    const field = fields.find(([name]) => name.startsWith("version:"));
    return field ? field[0].slice("version:".length) : "";
  }

  function remove(name) {
    attempt(() => localStorage.removeItem(name));
  }

  function confirmed(url) {
    return `plumbline:confirmed:${url}`;
  }

  if (channel) {
    channel.addEventListener("message", ({ data }) => {
      if (data.ask && !gone) channel.postMessage({ here: page });
    });
  }
  window.addEventListener("pagehide", () => { gone = true; });
  window.addEventListener("pageshow", () => { gone = false; });

  return {
    page,
    // Keep an entry in this page's place for the control. Returns the entry as kept;
    // `kept` is false where the browser has no room or forbids it.
    put(entry) {
      const name = `${START}${entry.user}:${page}:${entry.url}`;
      const own = { ...entry, owner: page, name, left: false };
      const text = JSON.stringify(own);
      const kept = attempt(() => { localStorage.setItem(name, text); return true; }, false);
      return { ...own, kept };
    },
    // Whether the storage still holds exactly this entry.
    holds({ name, key }) {
      const entry = stored(name);
      return entry !== null && entry.key === key;
    },
    // Remove what was sent. In the place of another page a newer text stays.
    drop(entry) {
      if (entry.owner === page || this.holds(entry)) remove(entry.name);
    },
    all(user) {
      const entries = names(user).map((name) => read(user, name)).filter(Boolean);
      return entries.sort((a, b) => a.at - b.at);
    },
    // Move another page's entry here. It stays the same write: same key, same version.
    takeOver(entry) {
      const own = this.put(entry);
      if (own.kept) remove(entry.name);
      return own.kept ? own : entry;
    },
    // Say goodbye: the next page of this tab need not ask whether this one still lives.
    leave(entry) {
      if (this.holds(entry)) attempt(() => localStorage.setItem(entry.name, JSON.stringify({ ...entry, left: true })));
    },
    isMine(entry) {
      return entry.owner === page;
    },
    isFromThisTab(entry) {
      return entry.left && entry.owner === before;
    },
    // The pages of this browser that are open. Two that start together and ask at the
    // same time must not both take what a third one left: the smaller key goes first.
    living() {
      const pages = new Set([page]);
      return new Promise((resolve) => {
        if (!channel) return resolve(pages);
        let timer = null;
        const hear = ({ data }) => {
          if (data.here) pages.add(data.here);
          if (data.ask && data.ask < page) wait(2 * WAIT);
        };
        const done = () => { channel.removeEventListener("message", hear); resolve(pages); };
        const wait = (time) => { clearTimeout(timer); timer = setTimeout(done, time); };
        channel.addEventListener("message", hear);
        channel.postMessage({ ask: page });
        wait(WAIT);
      });
    },
    // A page can be made while an answer is still on its way, and arrive after it:
    // it then shows less than is stored. So this tab notes what the server confirmed.
    confirm(url, version) {
      attempt(() => sessionStorage.setItem(confirmed(url), String(version)));
    },
    // Whether the server has confirmed more than this version of the page; asked once.
    outdated(url, version) {
      const last = attempt(() => Number(sessionStorage.getItem(confirmed(url))), 0);
      attempt(() => sessionStorage.removeItem(confirmed(url)));
      return last > version;
    },
    // Whether this browser keeps anything at all.
    works() {
      return attempt(() => {
        localStorage.setItem("plumbline:try", "1");
        localStorage.removeItem("plumbline:try");
        return true;
      }, false);
    },
  };
})();
