package dev.weft.proxy.control;

import dev.weft.api.v1.RefusedCall;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call to the control plane that failed; the message says why. */
public final class RpcException extends Exception {
    /** Status codes of gRPC, in the order of their numbers. */
    public enum Code {
        OK,
        CANCELLED,
        UNKNOWN,
        INVALID_ARGUMENT,
        DEADLINE_EXCEEDED,
        NOT_FOUND,
        ALREADY_EXISTS,
        PERMISSION_DENIED,
        RESOURCE_EXHAUSTED,
        FAILED_PRECONDITION,
        ABORTED,
        OUT_OF_RANGE,
        UNIMPLEMENTED,
        INTERNAL,
        UNAVAILABLE,
        DATA_LOSS,
        UNAUTHENTICATED;

        private static final Code[] BY_NUMBER = values();

        /** Returns the text of grpc-status. */
        @SuppressWarnings("EnumOrdinal") // gRPC numbers them from zero without gaps
        public String text() {
            return Integer.toString(ordinal());
        }

        /** Returns the code for the text of grpc-status; anything else is UNKNOWN. */
        static Code of(CharSequence number) {
            for (Code code : BY_NUMBER) {
                if (code.text().contentEquals(number)) {
                    return code;
                }
            }
            return UNKNOWN;
        }
    }

    private final Code code;
    private final transient Optional<Duration> retryAfter;
    private final transient Optional<RefusedCall> refusal;

    /** A failure with its status and reason. */
    public RpcException(Code code, String reason) {
        this(code, reason, Optional.empty(), Optional.empty());
    }

    /**
     * A failure with details from the server.
     *
     * @param retryAfter when to retry, if the server said so
     * @param refusal why the server refused, if it said so in a form for programs
     */
    public RpcException(Code code, String reason, Optional<Duration> retryAfter, Optional<RefusedCall> refusal) {
        super(code + ": " + reason);
        this.code = code;
        this.retryAfter = retryAfter;
        this.refusal = refusal;
    }

    /** A failure with its cause. */
    public RpcException(Code code, String reason, Throwable cause) {
        this(code, reason, Optional.empty(), Optional.empty());
        initCause(cause);
    }

    /** Returns how long the server asked not to be called, from the first RpcException among the causes. */
    public static Optional<Duration> retryAfter(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RpcException rpc) {
                return rpc.retryAfter;
            }
        }
        return Optional.empty();
    }

    /** Returns the gRPC status code. */
    public Code code() {
        return code;
    }

    /** Returns why the server refused; empty if the call failed for another reason. */
    public Optional<RefusedCall> refusal() {
        return refusal;
    }
}
