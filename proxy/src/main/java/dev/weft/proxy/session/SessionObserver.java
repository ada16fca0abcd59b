package dev.weft.proxy.session;

import org.jspecify.annotations.Nullable;

/** Observes every session; called on the session's event loop. */
public interface SessionObserver {
    /** Called when a session was accepted, before it is checked. */
    void opened(Session session);

    /** Called when a session has ended; {@code refusal} is the reason, null after a normal close. */
    void ended(Session session, @Nullable Refusal refusal);
}
