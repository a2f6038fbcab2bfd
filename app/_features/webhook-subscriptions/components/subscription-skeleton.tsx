import { Facts } from "#ui/facts.tsx";

/** The room that Dwolla's answer will take. */
export function SubscriptionSkeleton() {
  const asking = <span className="appear-late text-muted">Asking Dwolla …</span>;
  return (
    <div role="status" className="min-h-36">
      <Facts
        items={[
          { term: "State", detail: asking },
          { term: "Address", detail: null },
        ]}
      />
    </div>
  );
}
