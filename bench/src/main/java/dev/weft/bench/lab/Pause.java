package dev.weft.bench.lab;

/** Pauses of a thread. */
public final class Pause {
    private Pause() {}

    /** Waits for this many milliseconds; an interruption ends the bench. */
    public static void millis(long time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
