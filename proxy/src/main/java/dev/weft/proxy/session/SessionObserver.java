package dev.weft.proxy.session;

import org.jspecify.annotations.Nullable;

/** Is told of every session; called on the session's event loop. */
public interface SessionObserver {
    /** A session was accepted and is about to be checked. */
    void opened(Session session);

    /** It has ended; {@code refusal} says why if it was not a plain close. */
    void ended(Session session, @Nullable Refusal refusal);
}
