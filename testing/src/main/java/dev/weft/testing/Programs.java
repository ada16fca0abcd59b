package dev.weft.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Hears what other programs say. A program that does not end is killed, because a read of its output cannot be interrupted. */
public final class Programs {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Programs() {}

    /**
     * Returns all that a program writes until it ends. Kills it and its children after 60 s, and fails the test.
     *
     * @throws IOException if its output cannot be read
     */
    public static String output(Process program) throws IOException, InterruptedException {
        return output(program, PATIENCE);
    }

    static String output(Process program, Duration patience) throws IOException, InterruptedException {
        AtomicBoolean killed = new AtomicBoolean();
        CompletableFuture<Void> end = CompletableFuture.runAsync(
                () -> {
                    killed.set(true);
                    kill(program);
                },
                CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
        String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        program.waitFor();
        end.cancel(false);
        if (killed.get()) {
            throw new AssertionError("did not end within " + patience + ": " + program.info() + ". It said: " + said);
        }
        return said;
    }

    private static void kill(Process program) {
        program.descendants().forEach(ProcessHandle::destroyForcibly);
        program.destroyForcibly();
    }
}
