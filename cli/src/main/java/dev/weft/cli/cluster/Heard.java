package dev.weft.cli.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the output of a long-running kubectl. Both streams are read to their ends, because kubectl would block on a
 * full pipe and end on a closed one. Only the first line of output and the last part of the errors are kept.
 */
final class Heard {

    private static final int BUFFER_BYTES = 4 * 1024;
    private static final int MOST = 2_000;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final StringBuilder complaint = new StringBuilder(); // guarded by itself
    private final Thread errors;

    private Heard(Process kubectl) {
        Thread.ofPlatform()
                .daemon()
                .name("kubectl-output")
                .start(() -> drain(kubectl.getInputStream(), new FirstLine(first)));
        errors = Thread.ofPlatform()
                .daemon()
                .name("kubectl-errors")
                .start(() -> drain(kubectl.getErrorStream(), this::complain));
    }

    static Heard of(Process kubectl) {
        return new Heard(kubectl);
    }

    /** Returns the first line; empty if kubectl ends or the time is over before there is one. */
    Optional<String> firstLine(long seconds) {
        try {
            return Optional.of(first.get(seconds, TimeUnit.SECONDS)).filter(line -> !line.isEmpty());
        } catch (ExecutionException | TimeoutException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Returns the last errors, completely if kubectl has ended; empty if there were none. */
    String complaint() {
        try {
            errors.join(LAST_WORDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        synchronized (complaint) {
            return complaint.toString().strip();
        }
    }

    private void complain(String words) {
        synchronized (complaint) {
            complaint.append(words);
            complaint.delete(0, Math.max(0, complaint.length() - MOST));
        }
    }

    private interface Listener {
        /** @param words the text read; empty at the end of the stream */
        void hear(String words);
    }

    private record FirstLine(CompletableFuture<String> line, StringBuilder begun) implements Listener {

        FirstLine(CompletableFuture<String> line) {
            this(line, new StringBuilder());
        }

        @Override
        public void hear(String words) {
            if (line.isDone()) {
                return;
            }
            begun.append(words);
            int end = begun.indexOf("\n");
            if (end >= 0) {
                line.complete(begun.substring(0, end));
            } else if (words.isEmpty() || begun.length() > MOST) {
                line.complete("");
            }
        }
    }

    private static void drain(InputStream from, Listener listener) {
        try (from) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int length;
            while ((length = from.read(buffer)) >= 0) {
                listener.hear(new String(buffer, 0, length, StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
            // The process was destroyed.
        }
        listener.hear("");
    }
}
