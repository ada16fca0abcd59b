package dev.weft.proxy.carry;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.session.Holder;
import dev.weft.proxy.session.Session;
import org.jspecify.annotations.Nullable;

/** Bytes that are held for one session of the application or of a caller. Belongs to its event loop. */
public abstract class HeldBytes implements Holder {
    private final Session session;
    private long noted;

    protected HeldBytes(Session session) {
        this.session = session;
    }

    /** Called when the bytes that are held may have changed. */
    public final void noteHeld() {
        session.noteHeld(this);
    }

    @Override
    public final @Nullable SpiffeId peer() {
        return session.peerIdentity();
    }

    /** Returns the session that the bytes are held for. */
    public final Session session() {
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
