package dev.weft.kubernetes.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Limits the memory for request bodies and the number of bodies that are parsed at once. For its client address, a body
 * counts with its announced length, so one address cannot use more than its share. For the total, it counts with the
 * bytes received so far, so an announced length alone takes no memory from others.
 */
final class BodyPool {

    private static final int PIECE = 16 * 1024;

    /** Thrown if there is no memory, or no turn, for another body within the waiting time. */
    static final class FullException extends Exception {}

    private final int share;
    private final Duration patience;
    private final Semaphore turns;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    // Guarded by the lock:
    private final Map<InetAddress, Integer> announced = new HashMap<>();
    private int free;

    /**
     * Creates a pool.
     *
     * @param bytes most bytes that all bodies together may hold
     * @param share most bytes that bodies of one address may announce; at least the length of the longest body
     * @param parses most bodies that are parsed at once
     * @param patience longest wait of each body for all that it needs: its admission, memory and its turn. The time in
     *     which its bytes arrive does not count
     */
    BodyPool(int bytes, int share, int parses, Duration patience) {
        this.free = bytes;
        this.share = share;
        this.turns = new Semaphore(parses, true);
        this.patience = patience;
    }

    /**
     * Admits a body, of which nothing has been received yet.
     *
     * @throws FullException if the address has used its share
     */
    Body admit(InetAddress address, int length) throws FullException, InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = await(() -> length <= share - announced.getOrDefault(address, 0), patience.toNanos());
            announced.merge(address, length, Integer::sum);
            return new Body(address, length, left);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there is room. Called with the lock held.
     *
     * @param patience longest wait, in nanoseconds
     * @return how much of it is left
     */
    private long await(BooleanSupplier room, long patience) throws FullException, InterruptedException {
        long left = patience;
        while (!room.getAsBoolean()) {
            if (left <= 0) {
                throw new FullException();
            }
            left = released.awaitNanos(left);
        }
        return left;
    }

    private long take(int bytes, long patience) throws FullException, InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = await(() -> free >= bytes, patience);
            free -= bytes;
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a body waits for its admission or for memory. */
    boolean isAwaited() {
        lock.lock();
        try {
            return lock.hasWaiters(released);
        } finally {
            lock.unlock();
        }
    }

    /** A body. It holds memory until it is closed. For use by one thread. */
    final class Body implements AutoCloseable {

        private final InetAddress address;
        private final int length;
        private final List<byte[]> pieces = new ArrayList<>();
        /** How long this body may still wait, in nanoseconds. */
        private long patienceLeft;

        private int held;
        private boolean hasTurn;
        private boolean closed;

        private Body(InetAddress address, int length, long patienceLeft) {
            this.address = address;
            this.length = length;
            this.patienceLeft = patienceLeft;
        }

        /**
         * Reads the body to its end.
         *
         * @throws FullException if other bodies hold the memory
         * @throws IOException if the connection ends before
         */
        void read(InputStream in) throws IOException, FullException, InterruptedException {
            while (held < length) {
                int wanted = Math.min(PIECE, length - held);
                patienceLeft = take(wanted, patienceLeft);
                held += wanted;
                byte[] piece = in.readNBytes(wanted);
                if (piece.length < wanted) {
                    throw new IOException("the connection ended within a request");
                }
                pieces.add(piece);
            }
        }

        /**
         * Waits for a turn to be parsed. The turn ends when the body is closed.
         *
         * @throws FullException if other bodies hold all turns
         */
        void awaitTurn() throws FullException, InterruptedException {
            if (!turns.tryAcquire(patienceLeft, TimeUnit.NANOSECONDS)) {
                throw new FullException();
            }
            hasTurn = true;
        }

        /** Returns how long this body may still wait, in nanoseconds. */
        long patienceLeft() {
            return patienceLeft;
        }

        /** Returns the received bytes, once. The copy is not counted, so it may only be made during the turn. */
        byte[] bytes() {
            ByteBuffer all = ByteBuffer.allocate(length);
            pieces.forEach(all::put);
            pieces.clear();
            return all.array();
        }

        /** Gives back what the body holds. A second call does nothing. */
        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (hasTurn) {
                turns.release();
            }
            lock.lock();
            try {
                free += held;
                announced.computeIfPresent(address, (_, sum) -> sum == length ? null : sum - length);
                released.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
