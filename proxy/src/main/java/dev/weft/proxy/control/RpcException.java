package dev.weft.proxy.control;

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

    /** A failure with its status and reason. */
    public RpcException(Code code, String reason) {
        super(code + ": " + reason);
        this.code = code;
    }

    /** The same with what caused it. */
    public RpcException(Code code, String reason, Throwable cause) {
        super(code + ": " + reason, cause);
        this.code = code;
    }

    /** The status. */
    public Code code() {
        return code;
    }
}
