package dev.weft.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Measures what an octet of frames costs the side that takes them: processor time, as the thread's own clock tells.
 * Meanwhile no leaks are looked for: what finds them notes each touch of a buffer, which is most of the time then.
 */
public final class FrameCost implements BeforeAllCallback, AfterAllCallback {
    private static final int OCTETS = 1 << 20;
    private static final int BATCH = 64 * 1024;
    private static final int ROUNDS = 6;
    /** A frame of nine octets may cost some microseconds; a walk over all streams costs many times that. */
    private static final double MAX_NANOS_PER_OCTET = 400;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    /** A connection with as many open streams as there may be. */
    public interface Receiver extends AutoCloseable {

        /** Takes frames. This is what is measured. */
        void take(ByteBuf frames);

        /** Drops what was written so far. */
        void drop();

        /** Whether the connection still takes frames. */
        boolean goesOn();

        @Override
        void close();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        ResourceLeakDetector.setLevel(level);
    }

    /**
     * Asserts that frames cost little, and that a flood of them is stopped before a MiB, while others are taken.
     *
     * @param begun opens a connection
     * @param frame returns the frame with this number
     */
    public void assertLittle(Supplier<Receiver> begun, IntFunction<ByteBuf> frame, boolean floods) {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS && (round < 2 || least > MAX_NANOS_PER_OCTET); round++) {
            try (Receiver receiver = begun.get()) {
                least = Math.min(least, nanosPerOctet(receiver, frame));
                assertThat(receiver.goesOn()).as("goes on after a MiB").isEqualTo(!floods);
            }
        }
        assertThat(least).as("ns for each octet").isLessThan(MAX_NANOS_PER_OCTET);
    }

    private static double nanosPerOctet(Receiver receiver, IntFunction<ByteBuf> frame) {
        long sent = 0;
        long nanos = 0;
        for (int i = 0; sent < OCTETS && receiver.goesOn(); ) {
            ByteBuf batch = Unpooled.buffer(2 * BATCH);
            for (; batch.readableBytes() < BATCH; i++) {
                ByteBuf next = frame.apply(i);
                batch.writeBytes(next);
                next.release();
            }
            sent += batch.readableBytes();
            receiver.drop();
            long before = THREADS.getCurrentThreadCpuTime();
            receiver.take(batch);
            nanos += THREADS.getCurrentThreadCpuTime() - before;
        }
        return (double) nanos / sent;
    }
}
