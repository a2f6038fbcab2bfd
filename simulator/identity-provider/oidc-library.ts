// oidc-provider warns on the console that it is not made for Node 20, on which all we use of it works (the tests say so).
const { warn } = console;
console.warn = () => undefined;

export const { Provider, interactionPolicy } = await import("oidc-provider").finally(() => {
  console.warn = warn;
});
