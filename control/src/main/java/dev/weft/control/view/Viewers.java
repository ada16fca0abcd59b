package dev.weft.control.view;

/** Decides who may look at the mesh. Safe for use by many threads. */
@FunctionalInterface
public interface Viewers {

    /** The answer about a token. */
    sealed interface Verdict {

        /**
         * The bearer may do it.
         *
         * @param name the bearer's name
         */
        record Allowed(String name) implements Verdict {}

        /**
         * The bearer may not do it.
         *
         * @param why reason in words that anyone may read, without the token
         */
        record Refused(Reason reason, String why) implements Verdict {}
    }

    /** Why the bearer may not do it. */
    enum Reason {
        /** The token is not accepted. */
        UNAUTHENTICATED,
        /** The bearer has no permission. */
        FORBIDDEN,
        /** Whether the bearer may do it cannot be determined now. */
        UNKNOWN
    }

    /**
     * Decides whether the bearer of a token may do something. May block, for a limited time.
     *
     * @param token as it was shown
     * @param verb {@code get} to look, {@code tap} to see single requests
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Verdict judge(String token, String verb) throws InterruptedException;
}
