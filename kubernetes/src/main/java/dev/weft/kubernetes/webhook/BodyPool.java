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
 * Memory for bodies, and turns to parse them. A body counts for its address with the length that was announced, so that one address
 * has its share and no more. It counts for all with what has come of it, so that a length that is only announced takes nothing from
 * others.
 */
final class BodyPool {

    private static final int PIECE = 16 * 1024;

    /** There is no memory, or no turn, for one more body within the time to wait. */
    static final class FullException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private final int share;
    private final Duration patience;
    private final Semaphore turns;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    // Under the lock:
    private final Map<InetAddress, Integer> announced = new HashMap<>();
    private int free;

    /**
     * A pool.
     *
     * @param bytes that all bodies together may hold
     * @param share bytes that bodies of one address may announce, at least the longest body
     * @param parses bodies that are parsed at once
     * @param patience how long each is waited for
     */
    BodyPool(int bytes, int share, int parses, Duration patience) {
        this.free = bytes;
        this.share = share;
        this.turns = new Semaphore(parses, true);
        this.patience = patience;
    }

    /**
     * A place for a body, of which nothing has come yet.
     *
     * @throws FullException if the address has had its share
     */
    Body admit(InetAddress address, int length) throws FullException, InterruptedException {
        lock.lockInterruptibly();
        try {
            await(() -> announced.getOrDefault(address, 0) + length <= share);
            announced.merge(address, length, Integer::sum);
            return new Body(address, length);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: waits until there is room. */
    private void await(BooleanSupplier room) throws FullException, InterruptedException {
        long left = patience.toNanos();
        while (!room.getAsBoolean()) {
            if (left <= 0) {
                throw new FullException();
            }
            left = released.awaitNanos(left);
        }
    }

    private void take(int bytes) throws FullException, InterruptedException {
        lock.lockInterruptibly();
        try {
            await(() -> free >= bytes);
            free -= bytes;
        } finally {
            lock.unlock();
        }
    }

    /** A body, which holds memory until it is closed. */
    final class Body implements AutoCloseable {

        private final InetAddress address;
        private final int length;
        private final List<byte[]> pieces = new ArrayList<>();
        private int held;
        private boolean hasTurn;

        private Body(InetAddress address, int length) {
            this.address = address;
            this.length = length;
        }

        /**
         * Reads it to its end.
         *
         * @throws FullException if others hold the memory
         * @throws IOException if the connection ends before
         */
        void read(InputStream in) throws IOException, FullException, InterruptedException {
            while (held < length) {
                int wanted = Math.min(PIECE, length - held);
                take(wanted);
                held += wanted;
                byte[] piece = in.readNBytes(wanted);
                if (piece.length < wanted) {
                    throw new IOException("the connection ended within a request");
                }
                pieces.add(piece);
            }
        }

        /**
         * Waits for its turn to be parsed, which ends when it is closed.
         *
         * @throws FullException if others have the turns
         */
        void awaitTurn() throws FullException, InterruptedException {
            if (!turns.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new FullException();
            }
            hasTurn = true;
        }

        /** What was read, once, in a copy that is not counted: to be made in its turn only. */
        byte[] bytes() {
            ByteBuffer all = ByteBuffer.allocate(length);
            pieces.forEach(all::put);
            pieces.clear();
            return all.array();
        }

        @Override
        public void close() {
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
