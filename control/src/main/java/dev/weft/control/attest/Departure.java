package dev.weft.control.attest;

/** Whether a caller has left, and does not wait for its answer any more. Safe for use by several threads. */
public interface Departure {

    /** Of a caller that always waits. */
    Departure NEVER = new Departure() {
        @Override
        public boolean isGone() {
            return false;
        }

        @Override
        public void onGone(Runnable action) {}
    };

    /** Whether it has left. */
    boolean isGone();

    /** Runs this once when it leaves, at once if it has left; on any thread, so it must be short. */
    void onGone(Runnable action);
}
