package dev.weft.control.view;

import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Limits how many calls are answered at a time, of all viewers together. A call counts until its caller has the whole
 * answer, or until the caller is gone and the call's work has ended: so answers that are not read yet are limited too.
 */
final class ConcurrentCallLimit implements ServerInterceptor {

    /** Most calls answered at once; further ones are refused at once. */
    static final int MAX = 4;

    /** The refusal of calls beyond this limit. */
    private static final Reason TOO_MANY = Reason.of("WEFT-L353", Status.Code.RESOURCE_EXHAUSTED);

    private final Set<String> uncounted;
    private final Semaphore places = new Semaphore(MAX);

    /** @param uncounted full names of the methods that have limits of their own */
    ConcurrentCallLimit(Set<String> uncounted) {
        this.uncounted = Set.copyOf(uncounted);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        if (uncounted.contains(call.getMethodDescriptor().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        if (!places.tryAcquire()) {
            return new RefusedException(TOO_MANY, MAX + " calls of viewers are being answered already", "try again")
                    .close(call);
        }
        AtomicBoolean held = new AtomicBoolean(true);
        Runnable release = () -> {
            if (held.getAndSet(false)) {
                places.release();
            }
        };
        try {
            return new Held<>(next.startCall(call, headers), release);
        } catch (RuntimeException e) {
            release.run();
            throw e;
        }
    }

    /** Releases the place at the end of a call, which is the listener's last event. */
    private static final class Held<Q> extends SimpleForwardingServerCallListener<Q> {

        private final Runnable release;

        private Held(ServerCall.Listener<Q> listener, Runnable release) {
            super(listener);
            this.release = release;
        }

        @Override
        public void onCancel() {
            try {
                super.onCancel();
            } finally {
                release.run();
            }
        }

        @Override
        public void onComplete() {
            try {
                super.onComplete();
            } finally {
                release.run();
            }
        }
    }
}
