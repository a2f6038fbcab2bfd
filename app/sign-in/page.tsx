import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { returnAddress } from "#domain/return-address.ts";
import { loadSignIn } from "#features/frame/loaders.ts";
import { EnvironmentBar } from "#ui/environment-bar.tsx";
import { Notice } from "#ui/notice.tsx";
import { ProductMark } from "#ui/product-mark.tsx";
import { SignInButton } from "./sign-in-button.tsx";

export const metadata: Metadata = { title: "Sign in" };

type SignInAddress = Promise<{ error?: string | string[]; to?: string | string[] }>;

export default async function SignInPage({ searchParams }: { searchParams: SignInAddress }) {
  const { isSignedIn, latestTo, environment } = await loadSignIn();
  const { error, to } = await searchParams;
  // Who comes back from a sign-in that failed comes without the address that it was to lead to.
  const returnTo = returnAddress(error ? (to ?? latestTo) : to);
  if (isSignedIn) redirect(returnTo);
  return (
    <div className="flex min-h-dvh flex-col">
      <EnvironmentBar environment={environment} />
      <main className="mx-auto flex w-full max-w-[400px] flex-1 flex-col justify-center px-4 py-12">
        <ProductMark />
        <h1 className="mt-6 font-semibold text-title">Sign in to Reconnect Desk</h1>
        <p className="mt-1 mb-6 text-muted text-pretty">
          Find customers whose bank link broke, and help them sign in to their bank again. What you do here is on
          record.
        </p>
        {error && <SignInProblem isRefusal={error === "NotStaff"} />}
        <SignInButton returnTo={returnTo} />
      </main>
    </div>
  );
}

function SignInProblem({ isRefusal }: { isRefusal: boolean }) {
  if (isRefusal) {
    return (
      <Notice tone="error" title="You are not on the staff list, or your access was switched off" isLive>
        The attempt is on record. Ask an admin of Reconnect Desk to add you.
      </Notice>
    );
  }
  return (
    <Notice tone="error" title="Signing in did not work" isLive>
      Nothing was changed. Trying again is safe; if it keeps failing, the identity provider may be down.
    </Notice>
  );
}
