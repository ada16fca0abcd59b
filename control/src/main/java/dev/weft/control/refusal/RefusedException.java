package dev.weft.control.refusal;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.RefusedCall;
import dev.weft.daemon.refusal.Refusals;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call is refused. Ends the call when given to its {@link StreamObserver#onError}. Has no stack trace. */
public final class RefusedException extends StatusRuntimeException {

    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of(Refusals.TRAILER, Metadata.BINARY_BYTE_MARSHALLER);

    /** Time until the next attempt, in milliseconds: gRFC A6. */
    private static final Metadata.Key<String> RETRY_PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private final transient Reason reason;
    private final transient RefusedCall refusal;
    private final transient Metadata trailers;

    /**
     * Creates a refusal with advice.
     *
     * @param what one sentence: what is wrong, and with which object or whom
     * @param advice what to do about it; may be empty
     */
    public RefusedException(Reason reason, String what, String advice) {
        this(reason, message(reason, what, advice), new Metadata());
    }

    /** Creates a refusal without advice. */
    public RefusedException(Reason reason, String what) {
        this(reason, what, "");
    }

    private RefusedException(Reason reason, RefusedCall refusal, Metadata trailers) {
        super(reason.status().toStatus().withDescription(Refusals.text(refusal)), trailers);
        this.reason = reason;
        this.refusal = refusal;
        this.trailers = trailers;
        byte[] details = refusal.toByteArray();
        if (details.length <= Refusals.MAX_BYTES) {
            trailers.put(DETAILS, details);
        }
    }

    private static RefusedCall message(Reason reason, String what, String advice) {
        return RefusedCall.newBuilder()
                .setCode(reason.code())
                .setWhat(requireNonNull(what, "what"))
                .setAdvice(requireNonNull(advice, "advice"))
                .setLasts(reason.lasts())
                .build();
    }

    /** Adds the time until the next attempt; returns this exception. */
    public RefusedException retryAfter(Duration time) {
        trailers.put(RETRY_PUSHBACK, Long.toString(time.toMillis()));
        return this;
    }

    /** Returns the reason. */
    public Reason reason() {
        return reason;
    }

    /** Returns the message for the caller. */
    public RefusedCall refusal() {
        return refusal;
    }

    /** Returns the text of the refusal, without the gRPC status. */
    @Override
    public String getMessage() {
        return Refusals.text(refusal);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    /** Ends a call with this refusal before any service gets it; returns the listener for the rest of the call. */
    public <Q> ServerCall.Listener<Q> close(ServerCall<Q, ?> call) {
        call.close(getStatus(), trailers);
        return new ServerCall.Listener<>() {};
    }

    /** Returns why the other side refused a call; empty if the call failed for another reason. */
    public static Optional<RefusedCall> read(StatusRuntimeException failure) {
        @Nullable Metadata trailers = failure.getTrailers();
        return Refusals.read(
                trailers == null ? null : trailers.get(DETAILS),
                failure.getStatus().getDescription());
    }
}
