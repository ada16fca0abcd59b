package dev.weft.local.supervisor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Controls when sidecars start. A sidecar that starts before the control plane listens is refused, and waits for its
 * backoff. Many sidecars that start at the same time slow down the control plane and each other. So sidecars wait until
 * the control plane listens, and start a few at a time. Every wait has a limit: after it, a sidecar starts in any case.
 */
final class StartOrder {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int AT_ONCE_PER_PROCESSOR = 2;

    private final Path tables;
    private final int port;
    private final Semaphore turns;
    private final ReentrantLock looking = new ReentrantLock();

    @GuardedBy("looking")
    private boolean listened;

    /** @param port port of the control plane, in the network namespace of this process */
    StartOrder(int port) {
        this(
                Path.of("/proc/self/net"),
                port,
                AT_ONCE_PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
    }

    /**
     * @param tables directory in which the kernel shows the sockets
     * @param atOnce most sidecars that may start at the same time
     */
    StartOrder(Path tables, int port, int atOnce) {
        this.tables = tables;
        this.port = port;
        this.turns = new Semaphore(atOnce, true);
    }

    /** A place among the sidecars that are starting. Closing it twice has no effect. */
    final class Turn implements AutoCloseable {
        private boolean taken;

        private Turn(boolean taken) {
            this.taken = taken;
        }

        @Override
        public synchronized void close() {
            if (taken) {
                taken = false;
                turns.release();
            }
        }
    }

    /** Waits for a turn. Until the turn is closed, one fewer of the other sidecars may start. */
    Turn await() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        awaitListening(deadline);
        long left = Math.max(0, deadline - System.nanoTime());
        return new Turn(turns.tryAcquire(left, TimeUnit.NANOSECONDS));
    }

    /**
     * Waits until the control plane listens. Once it has listened, its restart is no reason to wait: the last known
     * state stays in force. One thread looks for all that wait, because the kernel takes milliseconds of CPU to show
     * its sockets.
     */
    private void awaitListening(long deadline) throws IOException, InterruptedException {
        looking.lockInterruptibly();
        try {
            while (!listened && System.nanoTime() < deadline) {
                listened = listensIn("tcp") || listensIn("tcp6");
                if (!listened) {
                    Thread.sleep(POLL);
                }
            }
        } finally {
            looking.unlock();
        }
    }

    private boolean listensIn(String table) throws IOException {
        Path file = tables.resolve(table);
        return Files.exists(file) && ProbeRunner.listensOn(Files.readString(file), port);
    }
}
