package dev.weft.control.view;

/** Says who may look at the mesh. Safe for use by many threads. */
@FunctionalInterface
public interface Viewers {

    /** What became of a question. */
    sealed interface Verdict {

        /**
         * They may.
         *
         * @param name who they are
         */
        record Allowed(String name) implements Verdict {}

        /**
         * They may not.
         *
         * @param why in words that are fit for anyone, without the token
         */
        record Refused(Reason reason, String why) implements Verdict {}
    }

    /** Why not. */
    enum Reason {
        /** The token is not accepted. */
        UNAUTHENTICATED,
        /** Whose it is may not do this. */
        FORBIDDEN,
        /** It cannot be found out now. */
        UNKNOWN
    }

    /**
     * Whether the bearer of a token may do something. May block, for a bounded time.
     *
     * @param token as it was shown
     * @param verb {@code get} to look, {@code tap} to see single requests
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    Verdict judge(String token, String verb) throws InterruptedException;
}
