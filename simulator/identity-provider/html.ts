import { PEOPLE } from "./people.ts";

const STYLE = `
  :root { color-scheme: light dark; --ink: light-dark(#18181b, #f4f4f5); --quiet: light-dark(#52525b, #a1a1aa);
    --line: light-dark(#8d8d96, #71717a); --page: light-dark(#fafafa, #18181b); --accent: light-dark(#4f46e5, #a5b4fc);
    --on-accent: light-dark(#fff, #18181b); --wrong: light-dark(#b91c1c, #fca5a5); }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page); color: var(--ink);
    font: 14px/1.5 system-ui, sans-serif; }
  main { width: min(360px, 100vw - 32px); padding: 32px 0; }
  h1 { font-size: 20px; margin: 0 0 4px; }
  h2 { font-size: 12px; font-weight: 600; margin: 24px 0 8px; color: var(--quiet); }
  p { margin: 0 0 20px; color: var(--quiet); }
  label { display: block; font-weight: 600; margin-bottom: 4px; }
  input, button { width: 100%; height: 40px; padding: 0 12px; font: inherit; border-radius: 6px; border: 1px solid var(--line);
    background: transparent; color: inherit; }
  button { cursor: pointer; }
  button[type=submit] { margin-top: 12px; border-color: transparent; background: var(--accent); color: var(--on-accent); font-weight: 600; }
  ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; }
  li button { text-align: left; }
  .wrong { color: var(--wrong); margin: 4px 0 0; }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }`;

const FILL = `
  for (const button of document.querySelectorAll("[data-email]")) {
    button.addEventListener("click", () => {
      const field = document.getElementById("email");
      field.value = button.dataset.email;
      field.focus();
    });
  }`;

/** `refused` is an address that was typed and is not accepted here. */
export function loginPage({ refused }: { refused?: string } = {}): string {
  const wrong =
    refused === undefined
      ? ""
      : '<p class="wrong" id="wrong" role="alert">Only addresses that end in @example.test can sign in here.</p>';
  const describedBy = refused === undefined ? "" : ' aria-invalid="true" aria-describedby="wrong"';
  const people = PEOPLE.map(({ email }) => `<li><button type="button" data-email="${email}">${email}</button></li>`);
  return page(
    "Local sign-in",
    `<h1>Local sign-in</h1>
    <p>For this machine only: there is no password, and nobody is who they say they are.</p>
    <form method="post">
      <label for="email">E-mail</label>
      <input id="email" name="email" type="text" inputmode="email" autocomplete="off" spellcheck="false" required autofocus
        value="${escapeHtml(refused ?? "")}"${describedBy}>
      ${wrong}
      <button type="submit">Sign in</button>
    </form>
    <h2>Take one of these</h2>
    <ul>${people.join("")}</ul>
    <script>${FILL}</script>`,
  );
}

export function errorPage(code: string, description: string): string {
  return page(
    "Sign-in stopped",
    `<h1>Sign-in stopped</h1><p>${escapeHtml(description)} (${escapeHtml(code)})</p>
    <p>Go back to the application and sign in again.</p>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
  </head>
  <body><main>${content}</main></body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
