import { CONTROL_PREFIX } from "./prefix.ts";

type SessionView = { partner: string; customerName: string; isReauthentication: boolean };

export function tokenPage(problem?: string): string {
  const alert = problem === undefined ? "" : `<p id="problem" role="alert">${escapeHtml(problem)}</p>`;
  const described = problem === undefined ? "" : ' aria-describedby="problem" aria-invalid="true"';
  return page(
    "Open a bank link",
    `<p>Paste the Plaid link token that a re-auth session gave.</p>${alert}
    <form method="post" action="${CONTROL_PREFIX}/bank">
      <label for="token">Link token</label>
      <input id="token" name="token" required autocomplete="off" spellcheck="false"${described}>
      <button>Open</button>
    </form>`,
  );
}

export function sessionPage({ partner, customerName, isReauthentication }: SessionView): string {
  const purpose = isReauthentication ? "connect this bank account again" : "connect a bank account";
  return page(
    "Sign in to your bank",
    `<p>${escapeHtml(customerName)} was asked to ${purpose} through ${escapeHtml(partner)}.</p>
    <form method="post">
      <button name="choice" value="sign-in">Sign in and connect</button>
      <button name="choice" value="leave">Leave without signing in</button>
    </form>`,
  );
}

export function closedPage(state: "completed" | "abandoned" | "expired", returnTo?: string): string {
  const words = {
    completed: ["Bank connected", "The bank account is connected again. You can close this page."],
    abandoned: ["Not connected", "The bank account was not connected. Ask for a new link to try again."],
    expired: ["Link expired", "This link was good for 30 minutes. Ask for a new one."],
  } as const;
  const [title, text] = words[state];
  const back =
    returnTo === undefined ? "" : `<p>The bank would now return to <code>${escapeHtml(returnTo)}</code>.</p>`;
  return page(title, `<p role="status">${text}</p>${back}`);
}

export function messagePage(title: string, text: string): string {
  return page(title, `<p role="alert">${escapeHtml(text)}</p>`);
}

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { margin: 0 auto; max-width: 34rem; padding: 1.5rem; }
  .notice { border: 2px solid; padding: .5rem .75rem; font-weight: 600; }
  label { display: block; font-weight: 600; }
  input, button { font: inherit; padding: .6rem .9rem; margin: .25rem .25rem .75rem 0; box-sizing: border-box; }
  input { width: 100%; }
  code { overflow-wrap: anywhere; }
  :focus-visible { outline: 3px solid; outline-offset: 2px; }`;

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} - simulated bank</title><style>${STYLE}</style></head>
<body><header><p class="notice">Simulator: this is not a real bank. Enter no real credentials.</p></header><main><h1>${title}</h1>${content}</main></body>
</html>`;
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
