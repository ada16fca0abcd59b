package dev.weft.control.gate;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/** A call that the gate may answer in place of the service: the first answer wins. Safe for use by several threads. */
final class RefusableCall<Q, R> extends SimpleForwardingServerCall<Q, R> {

    @GuardedBy("this")
    private boolean closed;

    RefusableCall(ServerCall<Q, R> call) {
        super(call);
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
        if (!closed) {
            super.sendHeaders(headers);
        }
    }

    @Override
    public synchronized void sendMessage(R message) {
        if (!closed) {
            super.sendMessage(message);
        }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
        if (!closed) {
            closed = true;
            super.close(status, trailers);
        }
    }

    /** Answers that the request is larger than a caller without a certificate may send. */
    void refuseTooLarge(int limit) {
        var _ = new RefusedException(
                        Reason.of(ConnectionGate.CODE, Status.Code.RESOURCE_EXHAUSTED),
                        "the request is larger than " + limit
                                + " bytes, more than a caller without a certificate may send")
                .close(this);
    }
}
