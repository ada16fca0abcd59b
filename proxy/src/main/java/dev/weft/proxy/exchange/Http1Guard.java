package dev.weft.proxy.exchange;

import dev.weft.proxy.carry.Carrier;
import dev.weft.proxy.session.Refusal;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/1.1 as its session's owner sees it. */
record Http1Guard(Http1Carrier carrier) implements Carrier {
    /**
     * The endpoint that has the present request may be outside of the mesh, whatever the connection's destination is. A tunnel is
     * checked for itself, and so is a session in plaintext when the directory changes.
     */
    @Override
    public @Nullable Refusal check() {
        return carrier.accounts().check();
    }

    @Override
    public void close(Refusal refusal) {
        carrier.broken(refusal);
    }

    @Override
    public void ended() {
        // The carrier ends the session itself.
    }

    @Override
    public void bulkBegan() {
        carrier.accounts().bulkBegan();
    }
}
