package dev.weft.testing.leaks;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * After each test class, runs the garbage collector and reports every buffer, TLS context or TLS engine that was never
 * released; {@code scripts/failed-tests} reads the report. A resource that a thread of the class still holds is found
 * only after a later class. So the report does not fail the class, but says where the resource was created.
 */
public final class NothingLeaks implements AfterAllCallback {
    private static final long COLLECTION_LIMIT_MILLIS = TimeUnit.SECONDS.toMillis(5);

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        collect();
        makeOfEachKind();
        for (String leak = CollectingLeakDetector.FOUND.poll();
                leak != null;
                leak = CollectingLeakDetector.FOUND.poll()) {
            System.out.println("LEAK: not released: " + leak);
        }
    }

    /**
     * Runs the garbage collector, and returns when it found a sentinel. What former runs found is queued then; some of
     * what this one found may be queued later, and is reported after a later class.
     */
    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        PhantomReference<Object> sentinel = new PhantomReference<>(new Object(), collected);
        try {
            System.gc();
            if (collected.remove(COLLECTION_LIMIT_MILLIS) == null) {
                throw new AssertionError("nothing was collected in " + COLLECTION_LIMIT_MILLIS + " ms");
            }
        } finally {
            Reference.reachabilityFence(sentinel);
        }
    }

    /**
     * Creates one resource of each type: a detector reports collected resources when the next resource of its type is
     * created.
     */
    private static void makeOfEachKind() throws Exception {
        ByteBufAllocator.DEFAULT.directBuffer(1).release();
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .build();
        ReferenceCountUtil.release(context.newEngine(ByteBufAllocator.DEFAULT));
        ReferenceCountUtil.release(context);
    }
}
