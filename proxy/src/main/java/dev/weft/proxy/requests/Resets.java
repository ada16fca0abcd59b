package dev.weft.proxy.requests;

import dev.weft.proxy.http2.frame.ErrorCode;

/**
 * Chooses the code for resetting a stream because its counterpart was reset. Codes that concern only the other
 * connection are replaced.
 */
final class Resets {
    private Resets() {}

    /** Returns the code for the application, after the caller's reset. */
    static ErrorCode ofCaller(ErrorCode code) {
        return passes(code) ? code : ErrorCode.CANCEL;
    }

    /** Returns the code for the caller, after the application's reset. */
    static ErrorCode ofAnswer(ErrorCode code) {
        return passes(code) ? code : ErrorCode.INTERNAL_ERROR;
    }

    private static boolean passes(ErrorCode code) {
        return switch (code) {
            case NO_ERROR, CANCEL, REFUSED_STREAM, INTERNAL_ERROR, ENHANCE_YOUR_CALM, HTTP_1_1_REQUIRED -> true;
            default -> false;
        };
    }
}
