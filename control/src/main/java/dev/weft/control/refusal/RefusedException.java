package dev.weft.control.refusal;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.RefusedCall;
import dev.weft.daemon.refusal.Refusals;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call is refused. Has no stack trace. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of(Refusals.TRAILER, Metadata.BINARY_BYTE_MARSHALLER);

    /** Time until the next attempt, in milliseconds: gRFC A6. */
    private static final Metadata.Key<String> RETRY_PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private final transient Reason reason;
    private final transient RefusedCall refusal;

    /**
     * Creates a refusal with advice.
     *
     * @param what one sentence: what is wrong, and with which object or whom
     * @param advice what to do about it; may be empty
     */
    public RefusedException(Reason reason, String what, String advice) {
        this(reason, message(reason, what, advice));
    }

    /** Creates a refusal without advice. */
    public RefusedException(Reason reason, String what) {
        this(reason, what, "");
    }

    private RefusedException(Reason reason, RefusedCall refusal) {
        super(Refusals.text(refusal), null, false, false);
        this.reason = reason;
        this.refusal = refusal;
    }

    private static RefusedCall message(Reason reason, String what, String advice) {
        return RefusedCall.newBuilder()
                .setCode(reason.code())
                .setWhat(requireNonNull(what, "what"))
                .setAdvice(requireNonNull(advice, "advice"))
                .setLasts(reason.lasts())
                .build();
    }

    /** Returns the reason. */
    public Reason reason() {
        return reason;
    }

    /** Returns the message for the caller. */
    public RefusedCall refusal() {
        return refusal;
    }

    /** Ends a call with this refusal. */
    public void tell(StreamObserver<?> caller) {
        tell(caller, Optional.empty());
    }

    /** Ends a call with this refusal, and with the time until the next attempt. */
    public void tell(StreamObserver<?> caller, Optional<Duration> retryAfter) {
        Metadata trailers = trailers();
        retryAfter.ifPresent(after -> trailers.put(RETRY_PUSHBACK, Long.toString(after.toMillis())));
        caller.onError(status().asRuntimeException(trailers));
    }

    /** Ends a call with this refusal before any service gets it. */
    public void tell(ServerCall<?, ?> call) {
        call.close(status(), trailers());
    }

    private Status status() {
        return reason.status().toStatus().withDescription(getMessage());
    }

    private Metadata trailers() {
        Metadata trailers = new Metadata();
        byte[] details = refusal.toByteArray();
        if (details.length <= Refusals.MAX_BYTES) {
            trailers.put(DETAILS, details);
        }
        return trailers;
    }

    /** Returns why the other side refused a call; empty if the call failed for another reason. */
    public static Optional<RefusedCall> read(StatusRuntimeException failure) {
        @Nullable Metadata trailers = failure.getTrailers();
        return Refusals.read(
                trailers == null ? null : trailers.get(DETAILS),
                failure.getStatus().getDescription());
    }
}
