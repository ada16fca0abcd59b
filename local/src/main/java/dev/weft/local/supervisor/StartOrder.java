package dev.weft.local.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who starts when. A sidecar that starts before the control plane listens is refused and waits out its backoff; many that start
 * at once keep the control plane from its turn, and each other. So sidecars wait until it listens, and start a few at a time.
 * No wait is for ever: after a while a sidecar starts in any case.
 */
final class StartOrder {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int AT_ONCE_PER_PROCESSOR = 2;

    private final Path tables;
    private final int port;
    private final Semaphore turns;
    private final ReentrantLock looking = new ReentrantLock();
    private boolean listened; // guarded by looking

    /** @param port where the control plane listens, in the network namespace of this process */
    StartOrder(int port) {
        this(
                Path.of("/proc/self/net"),
                port,
                AT_ONCE_PER_PROCESSOR * Runtime.getRuntime().availableProcessors());
    }

    /**
     * @param tables where the kernel shows the sockets
     * @param atOnce how many may start at the same time
     */
    StartOrder(Path tables, int port, int atOnce) {
        this.tables = tables;
        this.port = port;
        this.turns = new Semaphore(atOnce, true);
    }

    /** A place among those that start. Closing it again does nothing. */
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

    /** Waits for a turn; until it is closed, one fewer of the others starts. */
    Turn await() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        awaitListening(deadline);
        long left = Math.max(0, deadline - System.nanoTime());
        return new Turn(turns.tryAcquire(left, TimeUnit.NANOSECONDS));
    }

    /**
     * Once it has been there, a restart of it is no reason to wait: what is known stays in force meanwhile. One looks for all who
     * wait: the kernel takes milliseconds to show its sockets, which the control plane would lack.
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
