package dev.weft.control.attest;

/** Whether a caller has gone and no longer waits for its answer. Safe for use by several threads. */
public interface CallerDeparture {

    /** For a caller that always waits. */
    CallerDeparture NEVER = new CallerDeparture() {
        @Override
        public boolean isGone() {
            return false;
        }

        @Override
        public void onGone(Runnable action) {}
    };

    /** Whether the caller has gone. */
    boolean isGone();

    /** Runs the action once when the caller goes, or at once if it has gone; on any thread, so it must be short. */
    void onGone(Runnable action);
}
