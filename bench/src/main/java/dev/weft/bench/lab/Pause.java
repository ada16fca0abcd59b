package dev.weft.bench.lab;

/** Waits. */
public final class Pause {
    private Pause() {}

    /** Waits so many milliseconds; an interruption ends the bench. */
    public static void millis(long time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
