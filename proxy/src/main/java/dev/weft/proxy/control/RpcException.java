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

        /** The code for the text of grpc-status; anything else is UNKNOWN. */
        static Code of(CharSequence number) {
            for (int i = 0; i < BY_NUMBER.length; i++) {
                if (Integer.toString(i).contentEquals(number)) {
                    return BY_NUMBER[i];
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
     * A failure of which more is known.
     *
     * @param retryAfter when to try again, where the server said so
     * @param refusal why the server refused, where it said so in a form for programs
     */
    public RpcException(Code code, String reason, Optional<Duration> retryAfter, Optional<RefusedCall> refusal) {
        super(code + ": " + reason);
        this.code = code;
        this.retryAfter = retryAfter;
        this.refusal = refusal;
    }

    /** A failure with what caused it. */
    public RpcException(Code code, String reason, Throwable cause) {
        this(code, reason, Optional.empty(), Optional.empty());
        initCause(cause);
    }

    /** How long the server wants to be left alone; what it says of itself, wherever in the causes. */
    public static Optional<Duration> retryAfter(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RpcException rpc) {
                return rpc.retryAfter;
            }
        }
        return Optional.empty();
    }

    /** The status. */
    public Code code() {
        return code;
    }

    /** Why the server refused; empty if it did not, and the call failed otherwise. */
    public Optional<RefusedCall> refusal() {
        return refusal;
    }
}
