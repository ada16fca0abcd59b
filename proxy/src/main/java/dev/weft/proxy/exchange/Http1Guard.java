package dev.weft.proxy.exchange;

import dev.weft.proxy.carry.Carrier;
import dev.weft.proxy.session.Refusal;
import org.jspecify.annotations.Nullable;

/** The interface of an HTTP/1.1 connection towards its session. */
record Http1Guard(Http1Carrier carrier) implements Carrier {
    /**
     * Checks the endpoint of the present request, which may be outside of the mesh, whatever the connection's
     * destination is. A tunnel is checked separately, and so is a plaintext session when the directory changes.
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
    public void drain() {
        carrier.drain();
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
