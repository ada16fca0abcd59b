package dev.weft.proxy.carry;

import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import org.jspecify.annotations.Nullable;

/** Carries one connection of the application as long as it lasts. Belongs to the connection's event loop. */
public interface Carrier {
    /** Returns why the connection may not continue as it is, by the present state; null if it may. */
    @Nullable
    Refusal check();

    /** Ends the connection immediately; calls {@link Session#end} itself. */
    void close(Refusal refusal);

    /** Ends the connection in order once no request is open. Bytes of an unknown protocol continue. */
    default void drain() {}

    /** Called once when the session has ended, for any reason. */
    void ended();

    /** Called when the session becomes a bulk transfer: see {@link Session#bulk}. */
    default void bulkBegan() {}
}
