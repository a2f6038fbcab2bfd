import { ButtonLink } from "./button.tsx";
import { MessageScreen } from "./message-screen.tsx";

export function NotFoundScreen() {
  return (
    <MessageScreen
      title="There is nothing at this address"
      actions={<ButtonLink href="/">Go to the first page</ButtonLink>}
    >
      <p>The address may be mistyped, or what it named is not in this environment.</p>
    </MessageScreen>
  );
}
