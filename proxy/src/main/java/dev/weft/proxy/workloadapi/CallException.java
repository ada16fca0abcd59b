package dev.weft.proxy.workloadapi;

import dev.weft.proxy.control.RpcException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** A call ends with a failure. Has no stack trace, because any caller can cause it. */
final class CallException extends Exception {
    private final Failure failure;

    CallException(Failure failure, String reason) {
        super(failure.code() + ": " + reason, null, false, false);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }

    /** Converts any failure, such as one of a request to the control plane, to the failure for the caller. */
    static CallException of(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case CallException call -> call;
            case RpcException rpc -> new CallException(failure(rpc.code()), String.valueOf(rpc.getMessage()));
            case TimeoutException _ ->
                new CallException(Failure.NOT_NOW, "not available yet; the sidecar's /status shows what it waits for");
            default -> new CallException(Failure.NOT_NOW, String.valueOf(cause.getMessage()));
        };
    }

    private static Failure failure(RpcException.Code code) {
        return switch (code) {
            case UNAUTHENTICATED, PERMISSION_DENIED -> Failure.NO_IDENTITY;
            case INVALID_ARGUMENT -> Failure.BAD_REQUEST;
            case RESOURCE_EXHAUSTED -> Failure.LIMIT;
            case OK,
                    CANCELLED,
                    UNKNOWN,
                    DEADLINE_EXCEEDED,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    FAILED_PRECONDITION,
                    ABORTED,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    INTERNAL,
                    UNAVAILABLE,
                    DATA_LOSS -> Failure.NOT_NOW;
        };
    }
}
