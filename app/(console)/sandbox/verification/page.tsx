import type { Metadata } from "next";
import { VerificationScreen } from "#features/sandbox-verification/components/verification-screen.tsx";
import { loadVerification } from "#features/sandbox-verification/loaders.ts";
import { verificationAddressSchema } from "#features/sandbox-verification/schema.ts";
import { PageHead } from "#ui/page-head.tsx";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Sandbox verification" };

export default permittedPage(async ({ searchParams }) => {
  const { verdict } = verificationAddressSchema.parse(searchParams);
  const { report, now } = await loadVerification();
  return (
    <>
      <PageHead
        title="Sandbox verification"
        summary="What of the flow was proven against Dwolla’s sandbox, what differs, and what cannot be proven there."
      />
      <VerificationScreen report={report} verdict={verdict} now={now} />
    </>
  );
});
