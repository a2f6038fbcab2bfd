import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";

type CancelSweepDialogProps = {
  open: boolean;
  name: string;
  isPending: boolean;
  onCancelSweep: () => void;
  onClose: () => void;
};

export function CancelSweepDialog({ open, name, isPending, onCancelSweep, onClose }: CancelSweepDialogProps) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Cancel the ${name} sweep?`}
      footer={
        <>
          <Button onClick={onClose}>Keep sweeping</Button>
          <Button tone="danger" pending={isPending} onClick={onCancelSweep}>
            Cancel sweep
          </Button>
        </>
      }
    >
      <p>
        What it has found stays: signals, cases and confirmations. It cannot be resumed; the next sweep begins from the
        start. To stop it for a while only, pause it.
      </p>
    </Dialog>
  );
}
