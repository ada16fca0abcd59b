package dev.weft.proxy.control;

/**
 * Why a response is not followed, wholly or in part.
 *
 * @param resource the name of the first resource that is refused
 * @param reason for the control plane's operators: it names every resource that is refused
 */
record Refusal(String resource, String reason) {
    /** Characters of a reason at most. */
    private static final int MAX_REASON = 500;

    Refusal {
        reason = reason.substring(0, Math.min(MAX_REASON, reason.length()));
    }

    /** One resource, and what went wrong with it. */
    static Refusal of(String resource, RuntimeException why) {
        String message = why.getMessage();
        return new Refusal(
                resource, resource + ": " + (message == null ? why.getClass().getSimpleName() : message));
    }

    /** Another one with this one. */
    Refusal and(Refusal other) {
        return new Refusal(resource, reason + "; " + other.reason);
    }
}
