package dev.weft.bench.measure;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Prints progress messages with the time since the start. */
public final class Progress {
    private final PrintStream out;
    private final long startNanos = System.nanoTime();

    /** Prints to this stream. */
    public Progress(PrintStream out) {
        this.out = out;
    }

    /** Prints one line. */
    public void note(String line) {
        Duration since = Duration.ofNanos(System.nanoTime() - startNanos);
        out.printf("bench: %2d:%02d  %s%n", since.toMinutes(), since.toSeconds() % TimeUnit.MINUTES.toSeconds(1), line);
    }
}
