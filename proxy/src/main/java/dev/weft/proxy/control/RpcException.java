package dev.weft.proxy.control;

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

    /** A failure with its status and reason. */
    public RpcException(Code code, String reason) {
        this(code, reason, Optional.empty());
    }

    /** As above, where the server said when to try again. */
    public RpcException(Code code, String reason, Optional<Duration> retryAfter) {
        super(code + ": " + reason);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** The same with what caused it. */
    public RpcException(Code code, String reason, Throwable cause) {
        super(code + ": " + reason, cause);
        this.code = code;
        this.retryAfter = Optional.empty();
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
}
