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
    `<p><bdi>${escapeHtml(customerName)}</bdi> was asked to ${purpose} through ${escapeHtml(partner)}.</p>
    <form method="post">
      <button name="choice" value="sign-in">Sign in and connect</button>
      <button class="second" name="choice" value="sign-in-elsewhere">Sign in with another account</button>
      <button class="second" name="choice" value="leave">Leave without signing in</button>
    </form>`,
  );
}

export function closedPage(state: "completed" | "elsewhere" | "abandoned" | "expired", returnTo?: string): string {
  const words = {
    completed: ["Bank connected", "The bank account is connected again. You can close this page."],
    elsewhere: ["Another account", "You signed in with another account. The one that was asked for is not connected."],
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
  :root { color-scheme: light dark; --ink: light-dark(#18181b, #f4f4f5); --quiet: light-dark(#52525b, #a1a1aa);
    --line: light-dark(#8d8d96, #71717a); --page: light-dark(#fafafa, #18181b); --accent: light-dark(#4f46e5, #a5b4fc);
    --on-accent: light-dark(#fff, #18181b); }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; }
  .notice { margin: 0; padding: 4px 16px; background: #6b2fa0; color: #fff; font-size: 12px; font-weight: 600; }
  main { width: min(360px, 100vw - 32px); margin: 0 auto; padding: 15vh 0 32px; }
  h1 { font-size: 20px; margin: 0 0 4px; }
  p { margin: 0 0 16px; color: var(--quiet); overflow-wrap: anywhere; }
  label { display: block; font-weight: 600; margin-bottom: 4px; }
  input, button { width: 100%; min-height: 40px; padding: 0 12px; margin: 0 0 8px; font: inherit; border-radius: 6px;
    border: 1px solid var(--line); background: transparent; color: inherit; }
  button { cursor: pointer; border-color: transparent; background: var(--accent); color: var(--on-accent); font-weight: 600; }
  .second { border-color: var(--line); background: transparent; color: inherit; font-weight: 400; }
  code { overflow-wrap: anywhere; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }`;

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
