package dev.weft.proxy.requests;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.session.Holder;
import dev.weft.proxy.session.Session;
import org.jspecify.annotations.Nullable;

/** The common part of all {@link Holder} classes in this package. */
abstract class HeldBytes implements Holder {
    private final Session session;
    private long noted;

    HeldBytes(Session session) {
        this.session = session;
    }

    final void noteHeld() {
        session.noteHeld(this);
    }

    @Override
    public final @Nullable SpiffeId peer() {
        return session.peerIdentity();
    }

    final Session session() {
        return session;
    }

    @Override
    public final long noted() {
        return noted;
    }

    @Override
    public final void setNoted(long held) {
        noted = held;
    }
}
