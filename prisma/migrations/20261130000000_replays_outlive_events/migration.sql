-- Which events were replayed is part of what the audit trail says, and so stays when the events are dropped.
-- DropForeignKey
ALTER TABLE "EventReplay" DROP CONSTRAINT "EventReplay_eventId_fkey";
